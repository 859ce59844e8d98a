"""Typed constructors for the schema keywords that control how a form is shown.

JSON Schema defines which values are valid; these define how a builder enters them. A host may
ignore every one of them. The page `docs/schemas.md` defines each keyword for hosts.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from pydantic.config import JsonDict

Widget: TypeAlias = Literal[
    "combobox",
    "fail-when",
    "file",
    "filter",
    "json",
    "keyvalue",
    "multiline",
    "records",
    "secret-multiline",
    "soql",
    "tags",
    "value",
]
"""The widget of a field; a host without it falls back to a JSON editor."""

Visibility: TypeAlias = Literal["important", "advanced", "internal"]
"""`important`: shown first. `advanced`: folded away. `internal`: set by the workflow alone."""

Condition: TypeAlias = Mapping[str, Sequence[str | bool]]
"""Names of other properties, each with the values that it may have."""


def hints(
    *,
    widget: Widget | None = None,
    visibility: Visibility | None = None,
    group: str = "",
    text: str = "",
    show_when: Condition | None = None,
    required_when: Condition | None = None,
    address: bool = False,
) -> JsonDict:
    """Return the keywords for the display of a property, for `json_schema_extra`.

    Args:
        group: Heading of the property, shared by all of the same group.
        text: Help beyond the description.
        show_when: The property applies only when all of these hold; see `docs/schemas.md`.
        required_when: The property is required when all of these hold.
        address: Whether secrets of the same form are sent to this address.
    """
    keywords: JsonDict = {}
    if address:
        keywords["x-address"] = True
    if widget:
        keywords["x-widget"] = widget
    if visibility:
        keywords["x-visibility"] = visibility
    if group:
        keywords["x-group"] = group
    if text:
        keywords["x-help"] = text
    if show_when:
        keywords["x-show-when"] = {name: [*values] for name, values in show_when.items()}
    if required_when:
        keywords["x-required-when"] = {name: [*values] for name, values in required_when.items()}
    return keywords


def one_of(title: str, *choices: Sequence[str], required: bool = True) -> JsonDict:
    """Return the keywords of an object whose properties exclude each other.

    Args:
        title: What the choice is about.
        choices: Names of the properties of each choice; the first one decides.
        required: Whether one of them is required.
    """
    return {
        "x-one-of": [
            {"title": title, "choices": [[*names] for names in choices], "required": required}
        ]
    }


def rename_dependencies(**names: str) -> JsonDict:
    """Have dependencies on one property read from another that an object calls differently.

    `FormSchema` applies it to everything below the property and removes it.
    """
    return {RENAMES: {**names}}


RENAMES = "x-rename-dependencies"
"""Key of `rename_dependencies`, which no published schema holds."""
