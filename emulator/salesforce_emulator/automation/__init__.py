"""What an org has that does things: flows, Apex, quick actions, approvals, events. No HTTP.

Each noun has a module; `automation.py` holds what one org has of them. What is declared in a file
comes here by `config/`.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_intro.htm
"""
