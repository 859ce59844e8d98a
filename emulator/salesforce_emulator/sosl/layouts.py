"""What a page of search results shows of an object: `/search/layout`.

Columns are those of Salesforce's own layouts for the objects below; others show their name and
their owner.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search_layouts.htm
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.schema import Schema, SObject
from salesforce_emulator.schema.rendering import Json
from salesforce_emulator.soql.errors import SoqlError, unsupported_type
from salesforce_emulator.soql.names import Scope
from salesforce_emulator.soql.syntax import Path
from salesforce_emulator.sosl import errors as sosl_errors
from salesforce_emulator.sosl.matching import searchable

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org
    from salesforce_emulator.soql.results import Caller

MAX_OBJECTS: Final = 100  # of one call, REST guide

_ROWS: Final = 25  # that the first page shows
_COLUMNS: Final = {
    "Account": ("Name", "Site", "Phone", "Owner.Alias"),
    "Contact": ("Name", "Account.Name", "Account.Site", "Phone", "Email", "Owner.Alias"),
    "Lead": ("Name", "Title", "Phone", "Company", "Email", "Status", "Owner.Alias"),
}
_FORMATS: Final = {"date": "date", "datetime": "datetime"}


def layouts(org: "Org", caller: "Caller", names: Sequence[str]) -> list[Json]:
    """Return the layouts of objects, in the order of their names.

    Raises:
        SalesforceError: There is no such object, it cannot be searched, or there are too many.
    """
    schema = org.access(caller.user_id).schema
    if len(names) > MAX_OBJECTS:
        raise SalesforceError(400, "MALFORMED_SEARCH", f"at most {MAX_OBJECTS} objects at a time")
    try:
        return [_layout(schema, name) for name in names]
    except SoqlError as error:
        raise SalesforceError(400, error.code, error.reason) from None


def _layout(schema: Schema, name: str) -> Json:
    sobject = schema.get(name)
    if sobject is None:
        raise unsupported_type(name, 0)
    if not searchable(sobject):
        raise sosl_errors.not_searchable(sobject.name, 0)
    scope = Scope(schema, sobject)
    columns = [_column(scope, path) for path in _paths(sobject)]
    return {"label": "Search Results", "limitRows": _ROWS, "searchColumns": columns}


def _paths(sobject: SObject) -> Sequence[str]:
    title = sobject.name_field
    owned = ("Owner.Alias",) if sobject.relationship("Owner") else ()
    names = _COLUMNS.get(sobject.name, ((title.name,) if title else ()) + owned)
    return [name for name in names if "." in name or sobject.field(name) is not None]


def _column(scope: Scope, path: str) -> Json:
    names = tuple(path.split("."))
    if names[0] == "Owner":  # of the user, whether or not a queue may own it
        return {
            "field": "User.Alias",
            "format": None,
            "label": f"{scope.sobject.label} Owner Alias",
            "name": path,
        }
    resolved = scope.find(Path(names, 0))
    return {
        "field": f"{resolved.node.sobject.name}.{resolved.field.name}",
        "format": _FORMATS.get(resolved.field.type),
        "label": resolved.field.label,
        "name": path,
    }
