"""A canned Salesforce on loopback: fast enough that the client is always what is measured.

It knows what the cases ask for and nothing else; `tests/performance` holds its answers to the local
org's. Bodies are made when it starts. `GET /stub/counters`, `POST /stub/reset` and `POST /stub/set`
are its own and are not counted.
"""
