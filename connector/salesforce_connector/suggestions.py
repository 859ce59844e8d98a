"""The known name that is nearest to an unknown one."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

# acme__Code__c, the name of a field or object out of a package.
_PACKAGED: Final = r"(?a)[A-Za-z]\w*?__(?P<own>\w+?__[A-Za-z]+)"
_CUSTOM_ENDS: Final = ("__c", "__r", "__e", "__mdt")


def suggest(name: str, candidates: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known name nearest to a name, whatever their case; None when none is near.

    One that differs by the namespace of a package, or by a missing `__c`, is preferred.

    Args:
        name: What a person wrote.
        candidates: API names that exist.
        cutoff: How alike they must be, from 0 to 1.
    """
    by_lower = {candidate.lower(): candidate for candidate in candidates}
    lowered_name = name.strip().lower()
    for lowered, original in by_lower.items():
        if lowered == lowered_name or _strip_namespace(lowered) == _strip_namespace(lowered_name):
            return original
    for end in _CUSTOM_ENDS:
        if lowered_name + end in by_lower:
            return by_lower[lowered_name + end]
    from difflib import get_close_matches  # for errors alone

    near = get_close_matches(lowered_name, by_lower, n=1, cutoff=cutoff)
    return by_lower[near[0]] if near else None


def suggest_field(name: str, labels: Mapping[str, str]) -> str | None:
    """Return the field most likely meant by a name or by a label; None when none is near.

    Args:
        name: What a person wrote.
        labels: Label of each field, by API name.
    """
    by_label = {label.lower(): name for name, label in labels.items() if label}
    if field := by_label.get(name.strip().lower()):
        return field
    if field := suggest(name, labels, cutoff=0.75):
        return field
    near = suggest(name, [*labels, *by_label])
    return by_label.get(near.lower(), near) if near else None


def _strip_namespace(lowered: str) -> str:
    """Return a name without the namespace of its package."""
    match = re.fullmatch(_PACKAGED, lowered)
    return match["own"] if match else lowered
