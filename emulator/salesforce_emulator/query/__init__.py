"""`/query`: SOQL over HTTP."""
