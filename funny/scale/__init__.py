"""Many videos on many cores and machines."""
