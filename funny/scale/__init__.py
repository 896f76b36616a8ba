"""Live sources, and many videos on many cores and machines."""
