"""Schema keywords for options, or whole schemas, that depend on the org.

The sources of options, and what each returns, are in `option_sources`; the
page `docs/schemas.md` defines both keywords for hosts.
"""

from collections.abc import Sequence
from typing import Final

from pydantic.config import JsonDict, JsonValue

COMMON_OBJECTS: Final = ("Account", "Contact", "Lead", "Opportunity", "Case", "Campaign")
"""Objects that are searched for a field that accepts any record; other ids are typed in."""

SMALL: Final = frozenset(
    {
        "record_types",
        "lead_statuses",
        "converted_lead_statuses",
        "case_statuses",
        "campaign_member_statuses",
        "picklist_values",
    }
)
"""Sources whose choices fit one drop-down list: a few dozen at most, all on the first page."""


def dynamic_options(
    source: str, *depends_on: str, optional: Sequence[str] = (), **inputs: JsonValue
) -> JsonDict:
    """Return the keywords for the options of a field, for `json_schema_extra`.

    Args:
        source: One of `option_sources.SOURCES`.
        depends_on: Names of the inputs that must be chosen before.
        optional: Names of inputs that narrow the choices when they are chosen.
        inputs: Inputs with fixed values, which a host passes on as they are.
    """
    spec: JsonDict = {
        "source": source,
        "search": True,
        "paging": True,
        "size": "small" if source in SMALL else "large",
    }
    if depends_on or optional:
        spec["depends_on"] = [*depends_on, *optional]
    if optional:
        spec["optional"] = [*optional]
    if inputs:
        spec["inputs"] = inputs
    return {"x-dynamic-options": spec}


def lookup(*objects: str) -> JsonDict:
    """Return the keywords of a record id: options are the records of these objects.

    Args:
        objects: API names; none for the object that `sobject` names.
    """
    if not objects:
        return dynamic_options("lookup", "sobject")
    return dynamic_options("lookup", sobjects=[*objects])


def dynamic_schema(source: str, *depends_on: str, optional: Sequence[str] = ()) -> JsonDict:
    """Return the keywords of a property whose schema `resolve_schema` completes.

    Args:
        source: What the schema is made of: one of those in `live_schema`.
        depends_on: Names of the inputs that must be chosen before.
        optional: Names of inputs that narrow the schema when they are chosen.
    """
    spec: JsonDict = {"source": source, "depends_on": [*depends_on, *optional]}
    if optional:
        spec["optional"] = [*optional]
    return {"x-dynamic-schema": spec}
