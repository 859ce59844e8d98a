"""Requests and responses as every route reads and writes them. Knows no feature."""
