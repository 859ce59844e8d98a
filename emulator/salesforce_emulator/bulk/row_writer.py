"""Writes one row of a job: inserts, updates, upserts or deletes a record.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/create_job.htm
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from salesforce_emulator import errors
from salesforce_emulator.bulk import errors as bulk_errors
from salesforce_emulator.bulk.columns import CLEARED, Columns
from salesforce_emulator.errors import SalesforceError, SeveralMatch
from salesforce_emulator.org.save_options import SaveOptions
from salesforce_emulator.records import deletion, recycle_bin, upserts, writing
from salesforce_emulator.records.plans import plan_of
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.bulk.jobs import Job
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

OPERATIONS: Final = ("insert", "update", "upsert", "delete", "hardDelete")
DELETES: Final = frozenset({"delete", "hardDelete"})

Written = tuple[str, bool]
"""The record's id, and whether it is new."""


class Writer:
    """Writes the rows of one job as the user who created it."""

    def __init__(
        self, org: "Org", access: "Access", job: "Job", sobject: SObject, columns: Columns
    ) -> None:
        """Prepare for a header.

        Raises:
            Unprocessable: It does not fit the operation.
        """
        self._org = org
        self._access = access
        self._sobject = sobject
        self._columns = columns
        self._external_id = job.external_id
        rule = job.assignment_rule or None
        self._options = SaveOptions(
            auto_assigns=rule is not None, assignment_rule=rule, marks_viewed=False
        )
        self._key = columns.position(job.external_id or "Id")
        if job.operation in DELETES and [name.lower() for name in columns.names] != ["id"]:
            raise bulk_errors.only_ids(job.operation)
        choose: dict[str, Callable[[Sequence[str]], Written]] = {
            "insert": self._insert,
            "update": self._update,
            "upsert": self._upsert,
            "delete": self._delete,
            "hardDelete": self._hard_delete,
        }
        self._operate = choose[job.operation]

    def write(self, cells: Sequence[str]) -> Written:
        """Write one row.

        Raises:
            SalesforceError: It is refused; nothing of it is written.
        """
        try:
            with self._org.transaction():
                return self._operate(cells)
        except SeveralMatch as several:
            raise errors.duplicate_external_id(several.field, several.ids) from None
        except SalesforceError as error:
            if error.code == "NOT_FOUND":
                raise errors.invalid_cross_reference() from None
            if error.code == "JSON_PARSER_ERROR":
                plan = plan_of(self._org, self._sobject)
                raise self._columns.error_in_row(plan, cells) or error from None
            raise

    def given_id(self, cells: Sequence[str]) -> str:
        """Return the id that a row names, or empty text."""
        if self._external_id.lower() not in {"", "id"} or self._key is None:
            return ""
        return self._cell(cells)

    def _cell(self, cells: Sequence[str]) -> str:
        if self._key is None or self._key >= len(cells):
            return ""
        cell = cells[self._key].strip()
        return "" if cell == CLEARED else cell

    def _record_id(self, cells: Sequence[str]) -> str:
        text = self._cell(cells)
        if not text:
            raise bulk_errors.id_missing()
        record_id = parse_id(text)
        if record_id is None or record_id[:3] != self._sobject.key_prefix:
            raise errors.wrong_kind_of_id(f"{self._sobject.label} ID", text, "Id")
        return record_id

    def _insert(self, cells: Sequence[str]) -> Written:
        if self._cell(cells):
            raise bulk_errors.id_in_insert()
        return self._create(cells)

    def _create(self, cells: Sequence[str]) -> Written:
        body = self._columns.body(cells, self._key)
        created = writing.create(self._org, self._access, self._sobject, body, self._options)
        return created, True

    def _update(self, cells: Sequence[str]) -> Written:
        record_id = self._record_id(cells)
        body = self._columns.body(cells, self._key)
        writing.update(self._org, self._access, self._sobject, record_id, body, self._options)
        return record_id, False

    def _upsert(self, cells: Sequence[str]) -> Written:
        field = upserts.key_field(self._sobject, self._external_id)
        value = self._cell(cells)
        if field.type == "id":
            return self._update(cells) if value else self._create(cells)
        if not value:
            raise bulk_errors.key_missing(self._external_id)
        result = upserts.upsert(
            self._org,
            self._access,
            self._sobject,
            field,
            value,
            self._columns.body(cells, self._key),
            options=self._options,
        )
        return result.record_id, result.created

    def _delete(self, cells: Sequence[str]) -> Written:
        record_id = self._record_id(cells)
        deletion.delete(self._org, self._access, self._sobject, record_id)
        return record_id, False

    def _hard_delete(self, cells: Sequence[str]) -> Written:
        values = self._delete(cells)
        recycle_bin.purge(self._org, self._sobject, values[0])
        return values


def error_text(error: SalesforceError) -> str:
    """Return an error as `sf__Error` has it: `CODE:message:Field,Field --`."""
    field_names = ",".join(error.fields or ())
    return f"{error.code}:{error.message}:{f'{field_names} ' if field_names else ''}--"
