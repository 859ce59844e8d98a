"""Following result pages, within bounds: of queries, and of lists that name their next page."""
