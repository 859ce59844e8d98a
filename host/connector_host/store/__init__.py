"""Stores connections, app profiles, triggers and the audit trail, with secrets sealed."""
