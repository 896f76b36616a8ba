"""From labelled clips to a better head."""
