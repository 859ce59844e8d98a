"""Single records over HTTP: by id, and by external id.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve.htm
"""

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response

from salesforce_emulator import errors
from salesforce_emulator.http.body import json_text, locate, parse, require_object
from salesforce_emulator.http.calls import call_of, save_options
from salesforce_emulator.http.conditional import CONDITIONS, not_modified, require_unchanged
from salesforce_emulator.http.multipart import is_multipart, multipart_record
from salesforce_emulator.http.responses import empty_response, json_response
from salesforce_emulator.org.clock import datetime_value, http_date
from salesforce_emulator.records import deletion, retrieval, upserts, writing
from salesforce_emulator.records.save_context import Row
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

CREATED_SINCE: Final = (
    46.0  # from this version on an upsert returns `created`, and an update answers 200
)


class Rows:
    """Answers to requests for one record each."""

    def __init__(self, org: "Org") -> None:
        self._org = org

    async def create(self, request: Request, sobject: SObject) -> Response:
        call = call_of(request)
        text, body = await _record(request)
        with _located(text), self._org.transaction():
            record_id = writing.create(self._org, call.access, sobject, body, save_options(request))
        return self._save_response(request, sobject, record_id, 201)

    async def get(self, request: Request, sobject: SObject) -> Response:
        record_id = _record_id(sobject, call_of(request).segments[2])
        with self._org.transaction():
            return self._render(request, sobject, record_id)

    async def get_by_key(self, request: Request, sobject: SObject) -> Response:
        with self._org.transaction():
            try:
                record_id = self._find_record(request, sobject)
            except errors.SeveralMatch as several:
                return _choices(request, several)
            return self._render(request, sobject, record_id)

    async def update(self, request: Request, sobject: SObject) -> Response:
        call = call_of(request)
        record_id = _record_id(sobject, call.segments[2])
        text, body = await _record(request)
        with _located(text), self._org.transaction():
            self._require_record(sobject, record_id)
            self._require_unchanged(request, sobject, record_id)
            writing.update(self._org, call.access, sobject, record_id, body, save_options(request))
        return empty_response()

    async def delete(self, request: Request, sobject: SObject) -> Response:
        call = call_of(request)
        record_id = _record_id(sobject, call.segments[2])
        with self._org.transaction():
            self._require_record(sobject, record_id)
            self._require_unchanged(request, sobject, record_id)
            deletion.delete(self._org, call.access, sobject, record_id)
        return empty_response()

    async def delete_by_key(self, request: Request, sobject: SObject) -> Response:
        call = call_of(request)
        with self._org.transaction():
            try:
                record_id = self._find_record(request, sobject)
            except errors.SeveralMatch as several:
                return _choices(request, several)
            deletion.delete(self._org, call.access, sobject, record_id)
        return empty_response()

    async def upsert(self, request: Request, sobject: SObject) -> Response:
        call = call_of(request)
        name, value = call.segments[2:4]
        field = upserts.key_field(sobject, name)
        text, body = await _record(request)
        only = request.query_params.get("updateOnly", "").lower() == "true"
        try:
            with _located(text), self._org.transaction():
                result = upserts.upsert(
                    self._org,
                    call.access,
                    sobject,
                    field,
                    value,
                    body,
                    updates_only=only,
                    options=save_options(request),
                )
        except errors.SeveralMatch as several:
            return _choices(request, several)
        if call.number < CREATED_SINCE:
            if not result.created:
                return empty_response()
            return self._save_response(request, sobject, result.record_id, 201)
        status = 201 if result.created else 200
        return self._save_response(
            request, sobject, result.record_id, status, created=result.created
        )

    def _find_record(self, request: Request, sobject: SObject) -> str:
        name, value = call_of(request).segments[2:4]
        field = upserts.key_field(sobject, name)
        record_id = upserts.find(self._org, sobject, field, value)
        if record_id is None:
            raise errors.not_found()
        return record_id

    def _save_response(
        self, request: Request, sobject: SObject, record_id: str, status: int, **more: bool
    ) -> Response:
        version = call_of(request).version
        where = f"/services/data/{version}/sobjects/{sobject.name}/{record_id}"
        body = {"id": record_id, "success": True, "errors": [], **more}
        return json_response(request, body, status, {"Location": where})

    def _render(self, request: Request, sobject: SObject, record_id: str) -> Response:
        call, org = call_of(request), self._org
        row = writing.existing(org, sobject, record_id)
        entries = request.query_params.get("fields")
        fields = [part.strip() for part in entries.split(",")] if entries else None
        body = retrieval.record(org, call.access, sobject, row, call.version, fields)
        headers = _validators(sobject, row)
        if "Last-Modified" in headers and not_modified(
            request, datetime_value(row["LastModifiedDate"]), headers.get("ETag")
        ):
            return empty_response(headers, 304)
        if save_options(request).marks_viewed:
            retrieval.mark_viewed(org, sobject, record_id)
        return json_response(request, body, headers=headers)

    def _require_record(self, sobject: SObject, record_id: str) -> None:
        """Refuse to write an id that no record ever had, as every API that writes does."""
        sql = f'SELECT 1 FROM "{sobject.name}" WHERE "Id" = ?'  # noqa: S608 - our own name
        if self._org.db.execute(sql, (record_id,)).fetchone() is None:
            raise errors.no_such_record()

    def _require_unchanged(self, request: Request, sobject: SObject, record_id: str) -> None:
        if not CONDITIONS.isdisjoint(request.headers):
            row = writing.existing(self._org, sobject, record_id)
            headers = _validators(sobject, row)
            if "Last-Modified" in headers:
                changed = datetime_value(row["LastModifiedDate"])
                require_unchanged(request, changed, headers.get("ETag"))


class _located:  # noqa: N801 - reads as a function in a with statement
    """Puts line and column of a record's JSON into the errors that are about its values."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, errors.SalesforceError):
            located = locate(error, self._text)
            if located is not error:
                raise located from None


async def _record(request: Request) -> tuple[str, dict[str, Any]]:
    if is_multipart(request):
        return await multipart_record(request)
    text = await json_text(request)
    return text, require_object(parse(text))


def _record_id(sobject: SObject, text: str) -> str:
    record_id = parse_id(text)
    if record_id is None or record_id[:3] != sobject.key_prefix:
        raise errors.external_id_field_not_found(text)
    return record_id


def _choices(request: Request, several: errors.SeveralMatch) -> Response:
    root = f"/services/data/{call_of(request).version}/sobjects/{several.sobject}"
    return json_response(request, [f"{root}/{item}" for item in several.ids], 300)


def _validators(sobject: SObject, row: Row) -> dict[str, str]:
    """Return Last-Modified, and for accounts an ETag, which only they have."""
    if row.get("LastModifiedDate") is None:
        return {}
    headers = {"Last-Modified": http_date(datetime_value(row["LastModifiedDate"]))}
    if sobject.name == "Account":
        unseen = {k: v for k, v in row.items() if k not in {"LastViewedDate", "LastReferencedDate"}}
        digest = hashlib.sha256(repr(sorted(unseen.items())).encode()).digest()
        headers["ETag"] = f'"{base64.b64encode(digest).decode()}"'
    return headers
