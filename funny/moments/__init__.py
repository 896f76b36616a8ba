"""Timeline → highlights → clips, tables and project files."""
