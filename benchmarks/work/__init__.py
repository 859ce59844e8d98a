"""What each client is asked to do, written as its users would write it; one module a client.

A module is run by the Python that has its client: `python -m benchmarks.work.<module> <JSON>`. It
makes ready, says so, waits for a line, does its work, and prints what it took.
"""
