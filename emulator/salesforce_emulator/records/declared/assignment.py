"""Assignment rules: who gets a lead, a case or an account, whatever owner the caller named.

The active rule runs on creates and on updates, unless `Sforce-Auto-Assign` says FALSE, or names
another rule.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_autoassign.htm
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from salesforce_emulator import errors
from salesforce_emulator.org.ids import parse_id
from salesforce_emulator.records.save_context import Saving

SOBJECTS: Final = frozenset({"Account", "Case", "Lead"})  # that the header is about


@dataclass(frozen=True, slots=True)
class AssignmentRule:
    """One rule.

    Attributes:
        owner_id: Of a user, or of a queue, 18 characters.
        when: True of the records that it is for; None for all.
        rule_id: What a caller may name it by, 15 or 18 characters beginning with 01Q.
        active: It runs when the caller names none.
    """

    sobject: str
    owner_id: str
    when: Callable[[Saving], bool] | None = None
    rule_id: str = "01Q000000000001EAA"
    active: bool = True

    def __post_init__(self) -> None:
        if self.sobject not in SOBJECTS:
            raise ValueError(f"{self.sobject} has no assignment rules")
        if parse_id(self.rule_id) is None:
            raise ValueError(f"{self.rule_id} is no id")


def assign(saving: Saving) -> None:
    """Give the record to whom the rule that runs says.

    Raises:
        SalesforceError: INVALID_ASSIGNMENT_RULE when the caller names one that is not there.
    """
    named, sobject = saving.options.assignment_rule, saving.sobject.name
    if not saving.options.auto_assigns or sobject not in SOBJECTS:
        return
    rules = [each for each in saving.org.settings.assignment_rules if each.sobject == sobject]
    if named is None:
        rules = [each for each in rules if each.active]
    else:
        rules = [each for each in rules if parse_id(each.rule_id) == parse_id(named)]
        if not rules:
            raise errors.invalid_assignment_rule(named)
    for rule in rules:
        if rule.when is None or rule.when(saving):
            saving.row["OwnerId"] = rule.owner_id
            return
