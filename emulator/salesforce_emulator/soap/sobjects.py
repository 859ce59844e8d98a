"""Records in XML: `type`, `Id`, `fieldsToNull`, and a text for each field.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm
"""

from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from salesforce_emulator import errors
from salesforce_emulator.schema.field import NUMBER_TYPES, Field
from salesforce_emulator.schema.sobject import SObject
from salesforce_emulator.soap.messages import Fault, name_of, text_of

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access

_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False}


def read(access: "Access", node: ET.Element) -> tuple[SObject, str, dict[str, Any]]:
    """Return a record's sobject, its id, and its fields as JSON would have them.

    Raises:
        SalesforceError: INVALID_TYPE, or INVALID_FIELD.
        Fault: A value is not of its field's type.
    """
    texts: list[tuple[str, str | None]] = [(name_of(item), text_of(item)) for item in node]
    kind = next((text for name, text in texts if name == "type"), None) or ""
    sobject = access.schema.get(kind)
    if sobject is None:
        raise errors.unsupported_type(kind)
    record_id = ""
    fields: dict[str, Any] = {}
    for name, text in texts:
        if name == "Id":
            record_id = text or ""
        elif name == "fieldsToNull":
            fields[text or ""] = None
        elif name != "type":
            field = sobject.field(name)
            if field is None:
                raise errors.no_such_column(name, sobject.name)
            # An empty element changes nothing; `fieldsToNull` is what clears a field.
            if text:
                fields[field.name] = _value(field, text)
    return sobject, record_id, fields


def _value(field: Field, text: str) -> Any:
    """Read a text as the type that JSON would have for the field."""
    if field.type == "boolean":
        truth = _TRUTHS.get(text.strip().lower())
        if truth is None:
            raise _misfit(text, "boolean")
        return truth
    if field.type not in NUMBER_TYPES:
        return text
    whole = field.type in {"int", "long"}
    try:
        return int(text) if whole else float(text)
    except ValueError:
        raise _misfit(text, "int" if whole else "double") from None


def _misfit(text: str, kind: str) -> Fault:
    return Fault("Client", f"'{text}' is not a valid value for the type xsd:{kind}")
