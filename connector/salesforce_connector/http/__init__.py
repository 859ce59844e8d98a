"""Sends calls: clients, transports, retry, response cache and token refresh."""
