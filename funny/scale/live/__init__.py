"""While it happens: a source that is still growing → scores, moments and clips, as they come."""
