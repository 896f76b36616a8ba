"""Two visitors of one server, of whom one wants what the other has."""
