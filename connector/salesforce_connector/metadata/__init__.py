"""What Salesforce describes of objects and fields: JSON Schema, options, suggestions."""
