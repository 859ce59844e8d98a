"""SOQL text: values bound into queries, inputs that queries share, and texts too long for a URL."""
