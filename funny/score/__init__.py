"""Signals → Timeline: how funny every tick is."""
