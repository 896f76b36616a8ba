"""Moments → one reel: planned in whole frames, joined by crossfades, at an even loudness."""
