"""Reads an org and returns the text of a config file that declares a local org like it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from salesforce_emulator.clone.samples import Samples, parents_first, readable_fields
from salesforce_emulator.clone.source import Source
from salesforce_emulator.clone.tables import Tables
from salesforce_emulator.schema.custom import default_schema

Table = dict[str, Any]

_HEADER: Final = "# A copy of an org, written by `org clone`: serve it with `org serve --config`.\n"


@dataclass(frozen=True, slots=True)
class Clone:
    """A config file's text, and what differs from the source, a sentence each."""

    text: str
    notes: tuple[str, ...]


def clone(
    source: Source,
    names: list[str],
    *,
    sample: int = 0,
    keep_personal: bool = False,
    progress: Callable[[str], None],
) -> Clone:
    """Copy objects of an org.

    Args:
        names: API names of the objects.
        sample: Records of each to copy.
        keep_personal: Copy texts as they are, rather than make some up.
        progress: Is called with a line a step.
    """
    steps = _Steps(source, progress, len(names))
    describes = []
    for name in names:
        steps.begin(name)
        describes.append(source.describe(name))
    tables = Tables({describe["name"]: describe for describe in describes}.values())
    with_types = [describe for describe in tables.copied if _record_types_of(describe)]
    steps.total += len(with_types) + (len(tables.copied) if sample else 0)
    for describe in with_types:
        steps.begin(f"record types of {describe['name']}")
        _add_record_types(source, tables, describe)
    samples = Samples(keep_personal=keep_personal)
    for describe in parents_first(tables.copied) if sample else []:
        steps.begin(f"records of {describe['name']}")
        _add_samples(source, tables, samples, describe, sample)
    if samples.left_out:
        tables.notes.append(f"{samples.left_out} records are left out: a parent was not copied.")
    file = {**tables.file, **samples.owners, "records": samples.records}
    return Clone(_HEADER + _notes(tables.notes) + "\n" + _toml(file), tuple(tables.notes))


class _Steps:
    """Reports the progress of a clone and the API calls it has used."""

    def __init__(self, source: Source, progress: Callable[[str], None], total: int) -> None:
        self.total = total
        self._source = source
        self._progress = progress
        self._number = 0

    def begin(self, step: str) -> None:
        """Report that a step begins."""
        self._number += 1
        usage = f"{self._source.calls} API calls so far"
        self._progress(f"{self._number}/{self.total} {step} ({usage})")


def _record_types_of(describe: Table) -> list[Table]:
    return [
        info
        for info in describe["recordTypeInfos"]
        if not info["master"] and info.get("developerName")
    ]


def _add_record_types(source: Source, tables: Tables, describe: Table) -> None:
    for info in _record_types_of(describe):
        picklists = None
        if info["available"] and tables.picklists[describe["name"]]:
            picklists = source.picklists(describe["name"], info["recordTypeId"])
        if picklists is None and tables.picklists[describe["name"]]:
            tables.notes.append(
                f"{describe['name']}, record type {info['developerName']}: "
                "has all picklist values; the connection's user may not read its own."
            )
        tables.add_record_type(describe["name"], info, picklists or {})


def _add_samples(
    source: Source, tables: Tables, samples: Samples, describe: Table, maximum: int
) -> None:
    name = describe["name"]
    fields = readable_fields(describe, _settable(tables, name))
    record_types = {
        info["recordTypeId"]: info["developerName"]
        for info in _record_types_of(describe)
        if info["active"]
    }
    present = {field["name"] for field in describe["fields"] if field["createable"]}
    special = [
        field
        for field, included in (("OwnerId", True), ("RecordTypeId", bool(record_types)))
        if included and field in present
    ]
    selected = ["Id", *special, *(field["name"] for field in fields)]
    rows = source.records(name, selected, maximum)
    samples.add(name, tables.picklists[name], fields, rows, record_types)


def _settable(tables: Tables, name: str) -> frozenset[str]:
    """Return the fields of an object that the local org will have and let be set."""
    declared = [*tables.file["fields"], *tables.file["objects"]]
    names = {table["name"] for table in declared if table.get("object") == name}
    for table in declared:
        if table["name"] == name and "object" not in table:
            names |= {field["name"] for field in table.get("fields", [])}
            names |= set() if "name_format" in table else {"Name"}
    present = default_schema().get(name)
    if present is not None:
        names |= {field.name for field in present.fields if field.createable}
    return frozenset(names)


def _notes(notes: list[str]) -> str:
    lines = [f"# - {' '.join(note.split())}\n" for note in notes]
    return "".join(["# What differs from the org:\n", *lines]) if lines else ""


def _toml(file: Mapping[str, list[Table]]) -> str:
    import tomli_w

    return tomli_w.dumps({name: entries for name, entries in file.items() if entries})
