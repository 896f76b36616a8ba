"""Live sources, and many videos on many machines."""
