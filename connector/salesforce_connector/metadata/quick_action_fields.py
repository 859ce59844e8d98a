"""Which fields a quick action's form has, by its description, and what they begin with.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_quickactions.htm
"""

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Call, Flow
from salesforce_connector.records import decode, path, read, segment
from salesforce_connector.wire_model import Wire


@dataclass(frozen=True, slots=True)
class QuickActionForm:
    """The form of a quick action.

    Attributes:
        sobject: What it makes or changes.
        updates: It changes the record that it runs on.
        fields: Names of the fields in the form; None if Salesforce does not return them.
    """

    sobject: str
    updates: bool
    fields: tuple[str, ...] | None


class _Component(Wire):
    type: str = ""
    value: str | None = None


class _Item(Wire):
    layout_components: list[_Component] = Field(default_factory=list)


class _Row(Wire):
    layout_items: list[_Item] = Field(default_factory=list)


class _Layout(Wire):
    layout_rows: list[_Row] = Field(default_factory=list)


class _Described(Wire):
    target_sobject_type: str | None = None
    context_sobject_type: str | None = None
    type: str = ""
    layout: _Layout | None = None


def fetch(action_name: str, sobject: Any) -> Flow[QuickActionForm | None]:
    """Get the form of a quick action; None for one that writes no record.

    Args:
        sobject: The object whose action it is; nothing for a global one.

    Raises:
        NotFound: There is no such quick action.
    """
    base = f"{path(str(sobject))}/quickActions" if sobject else "/quickActions"
    answer = yield Call("GET", f"{base}/{segment(action_name)}/describe", cached=True)
    about = read(_Described, answer, "the description of the quick action")
    target = about.target_sobject_type or about.context_sobject_type
    if target is None:
        return None
    fields: tuple[str, ...] | None = None
    if about.layout is not None:
        components = [
            component
            for row in about.layout.layout_rows
            for item in row.layout_items
            for component in item.layout_components
        ]
        fields = tuple(
            component.value
            for component in components
            if component.type == "Field" and component.value
        )
    return QuickActionForm(target, about.type == "Update", fields or None)


def fetch_defaults(action_path: str, record_id: str | None = None) -> Flow[dict[str, Any]]:
    """Get the values that a quick action's form begins with, by field.

    Args:
        action_path: Of the quick action.
        record_id: The record that it runs on; some defaults depend on its values.

    Raises:
        Rejected: It has no form, or cannot run on the record.
    """
    below = f"/{segment(record_id)}" if record_id else ""
    body = decode((yield Call("GET", f"{action_path}/defaultValues{below}")))
    if not isinstance(body, dict):
        raise BadReply("The default values of a quick action are no object.", code="BAD_REPLY")
    # A parent is returned as an object, besides the field with its id.
    return {name: value for name, value in body.items() if not isinstance(value, dict)}
