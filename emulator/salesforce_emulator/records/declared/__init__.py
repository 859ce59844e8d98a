"""What an org's administrator declares about saving records: one module a noun.

Validation rules, duplicate rules, assignment rules; and the locks that other work holds. All of it
stands in `org.settings`, empty at first; a test or a config file fills it.

https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_triggers_order_of_execution.htm
"""

from salesforce_emulator.records.declared import assignment, duplicates, locks, validation
from salesforce_emulator.records.save_context import Saving


def hold(saving: Saving) -> None:
    """Hold a save to what is declared, in the order that Salesforce has.

    Raises:
        SalesforceError: The save is refused.
    """
    settings = saving.org.settings
    if locks.some_locked(saving.org):
        locks.require_free(saving)
    if settings.validation_rules:
        validation.validate(saving)
    if settings.duplicate_rules:
        duplicates.refuse(saving)
    if settings.assignment_rules or saving.options.assignment_rule is not None:
        assignment.assign(saving)
