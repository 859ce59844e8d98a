"""What an org has that does things: flows, Apex, quick actions, approvals, events. No HTTP.

Each noun has a module. What a configuration file declares comes here by `config/`.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_intro.htm
"""
