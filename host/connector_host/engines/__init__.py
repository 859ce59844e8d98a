"""Adapters to workflow engines, and what they share; generic, and light to import.

`flat` turns the forms of auth methods into one flat form and back, `fault` maps errors to an
engine's retries, `stateless` gives a connection over credentials that the engine stores itself.
"""
