"""The verbs of the command line: what each is told, and what it then does."""
