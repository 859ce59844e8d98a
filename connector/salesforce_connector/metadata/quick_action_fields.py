"""Which fields a quick action's form has, by its description.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_quickactions.htm
"""

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from salesforce_connector.action import Call, Flow
from salesforce_connector.records import path, read, segment
from salesforce_connector.wire_model import Wire


@dataclass(frozen=True, slots=True)
class QuickActionForm:
    """The form of a quick action.

    Attributes:
        sobject: What it makes or changes.
        updates: It changes the record that it runs on.
        fields: Names of the fields in the form; None where Salesforce does not say.
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
