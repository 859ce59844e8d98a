"""`/sobjects`: describe, and single records over HTTP."""
