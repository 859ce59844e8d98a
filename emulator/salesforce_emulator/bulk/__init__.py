"""Bulk API 2.0: jobs that write or read many records while the caller does something else.

`jobs.py` stores jobs and their states, `progress.py` advances them by the org's clock, `ingest.py`
and `query.py` do their work. No HTTP: that is in `*_routes.py`.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0.htm
"""
