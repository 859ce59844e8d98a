"""Knows Salesforce's REST API; knows no action and no host."""
