"""Copies the shape of an org, and some records with made-up values, into a config file."""
