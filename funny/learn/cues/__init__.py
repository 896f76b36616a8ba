"""The signs that something was funny; each is a pure function to spans with a strength."""
