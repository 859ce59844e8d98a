"""Local files and URLs that an input may name: what the host allows, and how they are written."""
