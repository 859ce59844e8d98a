"""The reference host: finds connectors, keeps connections, runs actions.

It is generic: it knows connectors by the entry-point group alone and imports none of them.
"""
