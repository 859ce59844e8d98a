"""Reading: pages of query results, SOSL, structured filters, reports."""
