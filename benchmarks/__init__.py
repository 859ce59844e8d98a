"""What the connector costs beside its peers: `python -m benchmarks`, or `make bench`.

Ratios of one interleaved run are the result; absolute figures are this machine's and this hour's.
It imports nothing at its top: the workers of peers run it with a Python that has only the peer.
"""
