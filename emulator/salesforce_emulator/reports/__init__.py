"""Reports: tabular and summary ones, over one object and its parents. No HTTP.

A report is declared (`report.py`), run with filters of its own or others (`filters.py`,
`execution.py`), and answered as a fact map (`groupings.py`, `cells.py`). Joined
reports are not offered.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_intro.htm
"""
