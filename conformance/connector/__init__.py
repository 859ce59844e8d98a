"""Gives the connector's actions what real orgs answered, by a transport that knows one answer."""
