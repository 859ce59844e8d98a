"""Proof that the local org answers as Salesforce does: `python -m conformance`.

One table: recordings of real orgs asked again, SOQL corpora, Salesforce's own parser as a second
opinion, other people's clients. Nothing here ships.
"""
