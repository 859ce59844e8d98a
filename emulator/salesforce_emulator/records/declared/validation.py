"""Validation rules: what a record may not be, and what its author reads.

https://help.salesforce.com/s/articleView?id=platform.fields_about_field_validation.htm
"""

from salesforce_emulator import errors
from salesforce_emulator.records.declared.rules import declared_rules
from salesforce_emulator.records.save_context import SaveContext


def validate(save: SaveContext) -> None:
    """Check a save against the validation rules of its sobject.

    Raises:
        SalesforceError: FIELD_CUSTOM_VALIDATION_EXCEPTION, of the first rule that refuses.
    """
    for rule in declared_rules(save.org).validation_rules:
        if rule.sobject.lower() == save.sobject.name.lower() and rule.refuses(save):
            raise errors.custom_validation(rule.message, rule.field)
