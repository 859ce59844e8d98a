"""The UI API: object info and picklist values."""
