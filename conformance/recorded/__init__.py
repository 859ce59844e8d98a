"""Replays recorded requests against the local org and compares the responses."""
