"""The workloads of each client, written as its users would write them.

A module is run by the Python that has its client: `python -m benchmarks.work.<module> <JSON>`. It
prepares, prints `ready`, waits for a line, runs the workload, and prints the figures as JSON.
"""
