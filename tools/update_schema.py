"""Update the local org's table of standard objects from describes of an org of yours.

    curl -H "Authorization: Bearer $T" $ORG/services/data/v68.0/sobjects/Case/describe >Case.json
    .venv/bin/python -m tools.update_schema Case.json

Each file is the answer of one describe. Standard fields are added and changed in
emulator/salesforce_emulator/schema/objects.json, which `schema/table.py` reads; no field is
removed, because an org shows what its edition and its user's profile allow. The table itself is the
source: it was first written from recorded describes of several orgs, and nothing else is needed.
"""

import json
import sys
from pathlib import Path
from typing import Any

from salesforce_emulator.schema.table import FLAGS

Json = dict[str, Any]

TABLE = Path(__file__).parent.parent / "emulator/salesforce_emulator/schema/objects.json"
_FIXED_COLUMNS = 4  # name, label, type, flags; empty values after them are cut


def update(table: Json, described: Json) -> list[str]:
    """Put the standard fields of a describe into the table; return what changed.

    Raises:
        KeyError: The table has no such object.
    """
    rows: list[list[Any]] = table["objects"][described["name"]]["fields"]
    positions = {row[0]: position for position, row in enumerate(rows)}
    changes = []
    for field in described["fields"]:
        if field["custom"]:
            continue
        name = field["name"]
        row = _row(table, field)
        if name not in positions:
            rows.append(row)
            changes.append(f"{described['name']}.{name}: added")
        elif rows[positions[name]] != row:
            rows[positions[name]] = row
            changes.append(f"{described['name']}.{name}: changed")
    return changes


def _row(table: Json, field: Json) -> list[Any]:
    values = [
        value["value"] if value["label"] == value["value"] else [value["value"], value["label"]]
        for value in field["picklistValues"]
    ]
    default = next(
        (value["value"] for value in field["picklistValues"] if value["defaultValue"]), None
    )
    row = [
        field["name"],
        field["label"],
        field["type"],
        sum(bool(field[flag]) << position for position, flag in enumerate(FLAGS)),
        field["length"],
        field["precision"],
        field["scale"],
        field["digits"],
        default if values else field["defaultValue"],
        _position_of(table["picklists"], values),
        _position_of(table["references"], field["referenceTo"]),
        field["relationshipName"],
        field["compoundFieldName"],
        field["extraTypeInfo"],
    ]
    while len(row) > _FIXED_COLUMNS and row[-1] in (None, 0):
        row.pop()
    return row


def _position_of(pool: list[Any], item: list[Any]) -> int | None:
    """Return where a picklist or a list of targets is in its pool, adding it; None if empty."""
    if not item:
        return None
    if item not in pool:
        pool.append(item)
    return pool.index(item)


def main(files: list[str]) -> None:
    """Update the table from files; print each change."""
    table = json.loads(TABLE.read_text("utf-8"))
    for file in files:
        described = json.loads(Path(file).read_text("utf-8"))
        print(*update(table, described), sep="\n")
    TABLE.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
