"""Validation rules: what a record may not be, and what its author is told.

https://help.salesforce.com/s/articleView?id=platform.fields_about_field_validation.htm
"""

from collections.abc import Callable
from dataclasses import dataclass

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import Saving


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """One rule.

    Attributes:
        refuses: True of a record that is not to be: a `Condition`, or any function.
        message: What the author is told, as it stands: HTML is not escaped.
        field: The field to blame; None blames the record.
    """

    sobject: str
    refuses: Callable[[Saving], bool]
    message: str
    field: str | None = None


def validate(saving: Saving) -> None:
    """Hold a save to the rules of its sobject.

    Raises:
        SalesforceError: FIELD_CUSTOM_VALIDATION_EXCEPTION, by the first rule that refuses.
    """
    for rule in saving.org.settings.validation_rules:
        if rule.sobject.lower() == saving.sobject.name.lower() and rule.refuses(saving):
            raise errors.custom_validation(rule.message, rule.field)
