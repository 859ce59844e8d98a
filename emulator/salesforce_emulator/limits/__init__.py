"""The limits that an org reports, and the records last viewed."""
