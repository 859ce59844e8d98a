"""What an org's administrator declares about saving records: one module a noun.

Validation rules, duplicate rules, assignment rules; and the locks that other work holds. They are
stored in `declared_rules(org)`, empty at first; a test or a config file adds to it.

https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_triggers_order_of_execution.htm
"""

from salesforce_emulator.records.declared import assignment, duplicates, locks, validation
from salesforce_emulator.records.declared.rules import declared_rules
from salesforce_emulator.records.save_context import SaveContext


def run_rules(save: SaveContext) -> None:
    """Run the declared rules on a save, in Salesforce's order.

    Raises:
        SalesforceError: The save is refused.
    """
    rules = declared_rules(save.org)
    if locks.any_row_locked(save.org):
        locks.require_free(save)
    if rules.validation_rules:
        validation.validate(save)
    if rules.duplicate_rules:
        duplicates.check(save)
    if rules.assignment_rules or save.options.assignment_rule is not None:
        assignment.assign(save)
