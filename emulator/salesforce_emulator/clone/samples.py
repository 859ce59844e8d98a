"""Makes sample records for a config file from an org's own, with invented personal values.

A string is invented unless a picklist lists it: names, e-mails, phones, addresses, texts. Numbers,
dates, checkboxes and picklists stay, but for birthdates and places on the map.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

Table = dict[str, Any]

_FIRST: Final = ("Ada", "Ben", "Chloe", "Dev", "Elif", "Femi", "Gita", "Hugo", "Ines", "Jun")
_LAST: Final = ("Abara", "Berg", "Costa", "Dunne", "Eriksen", "Fabre", "Gupta", "Horak", "Ito")
_LISTS: Final = frozenset({"picklist", "multipicklist"})
_STAY: Final = frozenset(
    {"boolean", "int", "double", "currency", "percent", "date", "datetime", "time", *_LISTS}
)
_TEXTS: Final = frozenset({"string", "textarea", "email", "phone", "url"})
_PERSONAL: Final = frozenset({"Birthdate", "PersonBirthdate"})
_QUEUE: Final = "00G"  # key prefix of Group
_PLACES: Final = ("Latitude", "Longitude", "__Latitude__s", "__Longitude__s")


class Samples:
    """The records, parents before children.

    Attributes:
        records: Entries of the config file's table `records`.
        left_out: How many records could not be, as a parent that they need was not read.
    """

    def __init__(self, *, keep_personal: bool = False) -> None:
        self.records: list[Table] = []
        self.left_out = 0
        self._keep = keep_personal
        self._refs: dict[str, str] = {}  # id at the source -> ref
        self._users: dict[str, str] = {}  # id at the source -> username
        self._queues: dict[str, Table] = {}  # id at the source -> entry of `queues`

    @property
    def owners(self) -> dict[str, list[Table]]:
        """Entries of `users` and `queues` for the owners of records, with invented names."""
        users = [
            {"username": username, "last_name": f"Owner {number}", "email": username}
            for number, username in enumerate(self._users.values(), start=1)
        ]
        return {"users": users, "queues": [*self._queues.values()]}

    def add(
        self,
        sobject: str,
        picklists: Mapping[str, list[str]],
        fields: Iterable[Table],
        rows: Iterable[Table],
        record_types: Mapping[str, str],
    ) -> None:
        """Add records of an object whose parents were added before.

        Args:
            picklists: Field -> the values that the local org will have.
            fields: Of its describe: those that were read.
            rows: As a query returns them.
            record_types: Id -> name of those that the local org will have.
        """
        described = [*fields]
        for number, row in enumerate(rows, start=1):
            values, complete = self._values(described, picklists, row, number)
            if not complete:
                self.left_out += 1
                continue
            record: Table = {"object": sobject, "ref": f"{sobject.lower()}_{number}"}
            if owner := self._owner(sobject, row.get("OwnerId")):
                record["owner"] = owner
            if record_type := record_types.get(row.get("RecordTypeId") or ""):
                record["record_type"] = record_type
            self.records.append(record | {"fields": values})
            self._refs[row["Id"]] = record["ref"]

    def _owner(self, sobject: str, owner_id: str | None) -> str:
        """Return the name by which the local org knows an owner; empty for none."""
        if owner_id is None:
            return ""
        if owner_id.startswith(_QUEUE):
            name = f"Queue_{len(self._queues) + 1}"
            queue = self._queues.setdefault(owner_id, {"name": name, "objects": []})
            if sobject not in queue["objects"]:
                queue["objects"].append(sobject)
            return str(queue["name"])
        number = len(self._users) + 1
        return self._users.setdefault(owner_id, f"owner{number}@clone.example")

    def _values(
        self,
        fields: list[Table],
        picklists: Mapping[str, list[str]],
        row: Mapping[str, Any],
        number: int,
    ) -> tuple[Table, bool]:
        """Return a record's values, and whether all required ones are among them."""
        values: Table = {}
        complete = True
        for field in fields:
            value = row.get(field["name"])
            if field["type"] == "reference":
                ref = self._refs.get(value) if isinstance(value, str) else None
                value = None if ref is None else f"@{ref}"
            elif field["type"] in _LISTS and (field["restrictedPicklist"] or not self._keep):
                allowed = {*picklists.get(field["name"], ())}  # others are somebody's own text
                value = value if {*str(value).split(";")} <= allowed else None
            elif value is not None:
                value = value if self._keep else _made_up(field, value, number)
                if isinstance(value, str) and value.startswith("@"):
                    value = None  # would be another record
            if value is not None:
                values[field["name"]] = value
            elif not field["nillable"] and not field["defaultedOnCreate"]:
                complete = complete and field["type"] == "boolean"
        return values, self._drop_dependent(fields, row, values) and complete

    @staticmethod
    def _drop_dependent(fields: list[Table], row: Mapping[str, Any], values: Table) -> bool:
        """Remove values that depend on a removed one; return whether none was required."""
        complete = True
        for field in fields:
            controller = field.get("controllerName")
            lost = controller and row.get(controller) is not None and controller not in values
            if lost and values.pop(field["name"], None) is not None:
                complete = complete and field["nillable"]
        return complete


def readable_fields(describe: Table, settable: frozenset[str]) -> list[Table]:
    """Return the fields of a describe to read for records that a local org is to create.

    Args:
        settable: Names of the fields that a caller of the local org may set.
    """
    return [
        field
        for field in describe["fields"]
        if field["createable"]
        and field["name"] in settable
        and field["name"] not in {"OwnerId", "RecordTypeId"}
        and field["type"] in _STAY | _TEXTS | {"reference"}
    ]


def parents_first(describes: Iterable[Table]) -> list[Table]:
    """Return describes so that what a record points at comes first, as far as that goes."""
    waiting = {describe["name"]: describe for describe in describes}
    ordered: list[Table] = []
    while waiting:
        free = [
            name
            for name, describe in waiting.items()
            if not any(_refers_to(describe, other) for other in waiting if other != name)
        ]
        ordered += [waiting.pop(name) for name in free or [next(iter(waiting))]]
    return ordered


def _refers_to(describe: Table, other: str) -> bool:
    return any(other in field["referenceTo"] for field in describe["fields"] if field["createable"])


def _made_up(field: Table, value: Any, number: int) -> Any:
    name, kind = field["name"], field["type"]
    if name in _PERSONAL or name.endswith(_PLACES):
        return None
    if kind not in _TEXTS:
        return value
    text = _MADE_UP.get(name, _BY_TYPE.get(kind, _text))(field, number)
    return text[: field["length"]] if field["length"] else text


def _text(field: Table, number: int) -> str:
    return (
        f"{field['label']} {number}" if len(field["label"]) < field["length"] - 6 else f"{number}"
    )


def _last(_: Table, number: int) -> str:
    return f"{_LAST[number % len(_LAST)]} {number}"


_MADE_UP: Final[Mapping[str, Callable[[Table, int], str]]] = {
    "FirstName": lambda _, number: _FIRST[number % len(_FIRST)],
    "LastName": _last,
    "Company": lambda _, number: f"Company {number}",
}
_BY_TYPE: Final[Mapping[str, Callable[[Table, int], str]]] = {
    "email": lambda _, number: f"person{number}@clone.example",
    "phone": lambda _, number: f"555-{number:04d}",
    "url": lambda _, number: f"https://clone.example/{number}",
}
