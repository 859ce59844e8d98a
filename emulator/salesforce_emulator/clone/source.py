"""Reads an org through a host's connection: describes, record types' picklists, some records.

Nothing is written there: every call is a GET.
"""

from typing import Any, Protocol
from urllib.parse import quote

from salesforce_emulator.clone.journal import Journal


class Runner(Protocol):
    """What runs an action of a host's connection."""

    def run(self, connection: str, action: str, inputs: Any, /) -> Any: ...


class Source:
    """An org that is copied.

    Attributes:
        calls: API calls that it has cost so far.
        reused: Calls that the journal has saved.
    """

    def __init__(self, runner: Runner, connection: str, journal: Journal | None = None) -> None:
        """Read an org through a connection.

        Args:
            journal: Responses of an interrupted run; None to store nothing.
        """
        self._runner = runner
        self._connection = connection
        self._journal = journal
        self.calls = 0
        self.reused = 0

    def describe(self, name: str) -> dict[str, Any]:
        """Return the describe of an object, as Salesforce spells it."""
        body: dict[str, Any] = self._get_once(f"/sobjects/{quote(name, safe='')}/describe")
        return body

    def picklists(self, name: str, record_type: str) -> dict[str, list[str]] | None:
        """Return the values of each picklist that a record type leaves.

        None where the UI API does not have the object, or the user may not use it.
        """
        try:
            return self._picklists(name, record_type)
        except Exception as exc:
            if getattr(exc, "kind", "") not in {"rejected", "forbidden"}:
                raise
            return None

    def _picklists(self, name: str, record_type: str) -> dict[str, list[str]]:
        body = self._get_once(
            f"/ui-api/object-info/{quote(name, safe='')}/picklist-values/{record_type}"
        )
        fields = body["picklistFieldValues"]
        return {
            field: [item["value"] for item in values["values"]] for field, values in fields.items()
        }

    def records(self, name: str, fields: list[str], maximum: int) -> list[dict[str, Any]]:
        """Return the records with the smallest ids, at most `most`."""
        soql = f"SELECT {', '.join(fields)} FROM {name} ORDER BY Id LIMIT {maximum:d}"  # noqa: S608
        rows: list[dict[str, Any]] = self._get("/query", q=soql)["records"]
        return rows

    def _get_once(self, path: str) -> Any:
        """Get what describes the org, unless an interrupted run has read it."""
        if self._journal is None:
            return self._get(path)
        if path in self._journal:
            self.reused += 1
            return self._journal[path]
        body = self._get(path)
        self._journal.add(path, body)
        return body

    def _get(self, path: str, **params: str) -> Any:
        inputs = {"method": "GET", "path": path, "params": params}
        result = self._runner.run(self._connection, "api_request", inputs)
        self.calls += result["usage"]["calls"]
        return result["output"]["body"]
