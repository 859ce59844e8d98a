"""Lead conversion: into an account, a contact and an opportunity."""
