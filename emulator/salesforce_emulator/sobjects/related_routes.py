"""What is reached from a record by name: a blob's bytes, its parent, its children.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_relationships.htm
"""

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response

from salesforce_emulator import errors
from salesforce_emulator.http.calls import Call, call_of
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.records import retrieval, writing
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.ids import to_18
from salesforce_emulator.schema.rendering import Json
from salesforce_emulator.schema.sobject import ChildRelationship, SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

PAGE: Final = 2_000  # records that a list of children has at most


class Related:
    """Answers to `/sobjects/{sobject}/{id}/{name}`."""

    def __init__(self, org: "Org") -> None:
        self._org = org

    async def get(self, request: Request, sobject: SObject) -> Response:
        call = call_of(request)
        record_id, name = to_18(call.segments[2]), call.segments[3]
        entries = request.query_params.get("fields")
        fields = [part.strip() for part in entries.split(",")] if entries else None
        with self._org.lock:
            field = sobject.field(name)
            if field is not None and field.type == "base64":
                data = retrieval.blob(self._org, sobject, record_id, field)
                return Response(data, media_type="application/octet-stream")
            reference, child = sobject.relationship(name), sobject.child(name)
            if reference is not None:
                return json_response(
                    request, self._parent(call, sobject, record_id, reference, fields)
                )
            if child is not None:
                return json_response(
                    request, self._children(call, sobject, record_id, child, fields)
                )
        raise errors.not_found()

    def _parent(
        self,
        call: Call,
        sobject: SObject,
        record_id: str,
        reference: Field,
        fields: list[str] | None,
    ) -> Json:
        org = self._org
        above = retrieval.parent_of(
            org, call.access, reference, writing.existing(org, sobject, record_id)
        )
        if above is None:
            raise errors.not_found()
        return retrieval.record(org, call.access, *above, call.version, fields)

    def _children(
        self,
        call: Call,
        sobject: SObject,
        record_id: str,
        child: ChildRelationship,
        fields: list[str] | None,
    ) -> Json:
        org = self._org
        writing.existing(org, sobject, record_id)
        below = call.access.schema.get(child.child_sobject)
        if below is None or below.field(child.field) is None:
            raise errors.not_found()
        live = ' AND "IsDeleted" = 0' if below.soft_deleted else ""
        sql = f'SELECT * FROM "{below.name}" WHERE "{child.field}" = ?{live} ORDER BY "Id" LIMIT ?'  # noqa: S608
        rows = org.db.execute(sql, (record_id, PAGE + 1)).fetchall()
        if len(rows) > PAGE:
            raise errors.not_offered(f"lists of more than {PAGE} children; use a query")
        result = [
            retrieval.record(org, call.access, below, dict(row), call.version, fields)
            for row in rows
        ]
        return {"totalSize": len(result), "done": True, "records": result}
