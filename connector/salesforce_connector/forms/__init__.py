"""How a pydantic model becomes a JSON Schema that makes a good form, with choices from the org."""
