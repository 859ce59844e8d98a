"""A canned Salesforce on loopback: fast enough that the client is always what is measured.

It knows what the cases need and nothing else; `tests/performance` compares its responses with the
local org's. Bodies are prepared when it starts. What is below `/stub/` controls
it and is not counted.
"""
