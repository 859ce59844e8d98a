"""Finds parents that a record names by a field that is no external id.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_create.htm
"""

from collections.abc import Iterable, Mapping

from salesforce_connector.metadata.field_rules import UNKNOWN_FIELD, Fault
from salesforce_connector.metadata.record_rules import RecordRules


def find_bad_parents(
    rules: RecordRules, used: Iterable[tuple[str, str]], parents: Mapping[str, RecordRules | None]
) -> dict[tuple[str, str], Fault]:
    """Find the parents that are named by a field that cannot name them.

    Args:
        rules: Of the object that is written.
        used: Relationship and field, as in the input.
        parents: Rules of the possible parent objects; unknown ones pass.
    """
    faults = {}
    for relationship, name in used:
        parent = rules.parents.get(relationship.lower())
        described = [parents.get(target) for target in parent.objects] if parent else []
        if not described or any(
            candidate is None or _names(candidate, name) for candidate in described
        ):
            continue
        keys = dict.fromkeys(
            key
            for candidate in described
            if candidate is not None
            for key in candidate.parent_keys()
        )
        path = f"{relationship}.{name}"
        sobjects = " or ".join(
            candidate.sobject for candidate in described if candidate is not None
        )
        faults[relationship.lower(), name.lower()] = Fault(
            path,
            UNKNOWN_FIELD,
            f"is not an external ID field of {sobjects}",
            f"Use one of: {', '.join(keys)}." if keys else "Mark a field as external ID.",
        )
    return faults


def _names(rules: RecordRules, name: str) -> bool:
    rule = rules.fields.get(name.lower())
    return rule is not None and rule.key
