"""What Salesforce pushes to a host: outbound messages, read and answered."""
