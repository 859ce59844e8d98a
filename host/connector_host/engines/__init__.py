"""Adapters to workflow engines, and their shared parts; each engine is an optional extra.

`flat` converts the forms of auth methods to one flat form and back, `fault` maps errors to an
engine's retries, `stateless` is a connection over credentials that the engine stores itself.
"""
