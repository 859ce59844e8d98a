"""Bulk API 2.0: jobs, their CSV, and their results."""
