"""Assignment rules: who gets a lead, a case or an account, whatever owner the caller named.

The active rule runs on creates and on updates, unless `Sforce-Auto-Assign` is FALSE, or names
another rule.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_autoassign.htm
"""

from salesforce_emulator import errors
from salesforce_emulator.records.declared.rules import ASSIGNED_OBJECTS, declared_rules
from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.schema.ids import parse_id


def assign(save: SaveContext) -> None:
    """Set the owner that the active rule determines.

    Raises:
        SalesforceError: INVALID_ASSIGNMENT_RULE when the caller names one that does not exist.
    """
    rule_id, sobject = save.options.assignment_rule, save.sobject.name
    if not save.options.auto_assigns or sobject not in ASSIGNED_OBJECTS:
        return
    rules = [rule for rule in declared_rules(save.org).assignment_rules if rule.sobject == sobject]
    if rule_id is None:
        rules = [rule for rule in rules if rule.active]
    else:
        rules = [rule for rule in rules if parse_id(rule.rule_id) == parse_id(rule_id)]
        if not rules:
            raise errors.invalid_assignment_rule(rule_id)
    for rule in rules:
        if rule.when is None or rule.when(save):
            save.row["OwnerId"] = rule.owner_id
            return
