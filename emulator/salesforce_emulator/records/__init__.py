"""Records: the one route by which every API reads and writes them, and its rules."""
