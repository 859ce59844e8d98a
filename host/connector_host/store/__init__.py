"""Where connections, app profiles and the audit trail are stored, sealed."""
