"""Answers the connector's actions with recorded responses of real orgs."""
