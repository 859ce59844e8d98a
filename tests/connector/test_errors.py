"""Which error each answer of Salesforce's becomes."""

import pickle
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_connector import errors
from salesforce_connector.errors import (
    BadReply,
    Conflict,
    ConnectorError,
    Duplicates,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Retryable,
    RowLocked,
    Unavailable,
)
from salesforce_connector.errors.codes import BY_CODE, remedy_of
from salesforce_connector.errors.network import from_network
from salesforce_connector.errors.table import from_response

HTML = "text/html; charset=UTF-8"
TEXT = "text/plain"
JSON = "application/json;charset=UTF-8"


def fault(code: str, message: str = "No.", /, **more: Any) -> list[dict[str, Any]]:
    return [{"message": message, "errorCode": code, **more}]


def reply(status: int, body: Any = b"", kind: str = JSON, **headers: str) -> httpx.Response:
    inputs = {"content-type": kind, **{k.replace("_", "-"): v for k, v in headers.items()}}
    if isinstance(body, bytes):
        return httpx.Response(status, content=body, headers=inputs)
    return httpx.Response(status, json=body, headers=inputs)


# status, body, content type -> class, code, what kind says, sent when it was a write
TABLE: list[tuple[int, Any, str, type[ConnectorError], str, str, bool]] = [
    (400, fault("REQUIRED_FIELD_MISSING"), JSON,
     Rejected, "REQUIRED_FIELD_MISSING", "rejected", False),
    (400, fault("INVALID_FIELD"), JSON, Rejected, "INVALID_FIELD", "rejected", False),
    (400, fault("MALFORMED_QUERY"), JSON, Rejected, "MALFORMED_QUERY", "rejected", False),
    (400, fault("NEVER_HEARD_OF"), JSON, Rejected, "NEVER_HEARD_OF", "rejected", False),
    (400, fault("UNABLE_TO_LOCK_ROW"), JSON, RowLocked, "UNABLE_TO_LOCK_ROW", "retryable", False),
    (500, fault("UNABLE_TO_LOCK_ROW"), JSON, RowLocked, "UNABLE_TO_LOCK_ROW", "retryable", False),
    (400, fault("QUERY_TIMEOUT"), JSON, Unavailable, "QUERY_TIMEOUT", "retryable", True),
    (400, fault("DUPLICATES_DETECTED"), JSON, Duplicates, "DUPLICATES_DETECTED", "rejected", False),
    (400, fault("INSUFFICIENT_ACCESS_OR_READONLY"), JSON, Forbidden,
     "INSUFFICIENT_ACCESS_OR_READONLY", "forbidden", False),
    (400, fault("INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE"), JSON, Retryable,
     "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", "retryable", False),
    (500, fault("APEX_ERROR"), JSON, Rejected, "APEX_ERROR", "rejected", False),
    (401, fault("INVALID_SESSION_ID"), JSON, Forbidden, "INVALID_SESSION_ID", "forbidden", False),
    (403, b"Bad_OAuth_Token", TEXT, Forbidden, "HTTP_403", "forbidden", False),
    (403, fault("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), JSON, RateLimited,
     "REQUEST_LIMIT_EXCEEDED", "retryable", False),
    (503, fault("REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded."), JSON, RateLimited,
     "REQUEST_LIMIT_EXCEEDED", "retryable", False),
    (403, fault("API_DISABLED_FOR_ORG"), JSON,
     Forbidden, "API_DISABLED_FOR_ORG", "forbidden", False),
    (403, fault("API_CURRENTLY_DISABLED"), JSON,
     Forbidden, "API_CURRENTLY_DISABLED", "forbidden", False),
    (403, fault("INSUFFICIENT_ACCESS"), JSON, Forbidden, "INSUFFICIENT_ACCESS", "forbidden", False),
    (403, b"<html>no</html>", HTML, Forbidden, "HTTP_403", "forbidden", False),
    (404, fault("NOT_FOUND"), JSON, NotFound, "NOT_FOUND", "rejected", False),
    (404, fault("ENTITY_IS_DELETED"), JSON, NotFound, "ENTITY_IS_DELETED", "rejected", False),
    (404, b"", HTML, NotFound, "HTTP_404", "rejected", False),
    (404, b"<html>URL No Longer Exists</html>", HTML, Rejected, "HTTP_404", "rejected", False),
    (300, ["/services/data/v68.0/sobjects/A/1"], JSON, Conflict, "HTTP_300", "rejected", False),
    (409, fault("CONFLICT"), JSON, Conflict, "CONFLICT", "rejected", False),
    (412, b"", JSON, Conflict, "HTTP_412", "rejected", False),
    (405, fault("METHOD_NOT_ALLOWED"), JSON, Rejected, "METHOD_NOT_ALLOWED", "rejected", False),
    (410, fault("UNSUPPORTED_API_VERSION"), JSON,
     Rejected, "UNSUPPORTED_API_VERSION", "rejected", False),
    (414, b"", HTML, Rejected, "HTTP_414", "rejected", False),
    (431, b"", HTML, Rejected, "HTTP_431", "rejected", False),
    (302, b"", HTML, Rejected, "HTTP_302", "rejected", False),
    (420, b"", HTML, Unavailable, "HTTP_420", "retryable", False),
    (429, b"", JSON, RateLimited, "HTTP_429", "retryable", False),
    (500, fault("UNKNOWN_EXCEPTION"), JSON, Unavailable, "UNKNOWN_EXCEPTION", "retryable", True),
    (501, fault("NOT_IMPLEMENTED"), JSON, Rejected, "NOT_IMPLEMENTED", "rejected", False),
    (502, b"<html>bad gateway</html>", HTML, Unavailable, "HTTP_502", "retryable", True),
    (503, fault("SERVER_UNAVAILABLE"), JSON, Unavailable, "SERVER_UNAVAILABLE", "retryable", True),
    (503, b"", TEXT, Unavailable, "HTTP_503", "retryable", True),
    (504, b"{not json", JSON, Unavailable, "HTTP_504", "retryable", True),
    (400, {"error": "invalid_grant", "error_description": "expired"}, JSON, Rejected,
     "invalid_grant", "rejected", False),
    (400, b"error=invalid_grant&error_description=expired", "application/x-www-form-urlencoded",
     Rejected, "HTTP_400", "rejected", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body", "kind", "expected", "code", "next_step", "sent"),
    TABLE,
    ids=[f"{row[0]} {row[4]} {i}" for i, row in enumerate(TABLE)],
)
def test_an_answer_becomes(
    status: int,
    body: Any,
    kind: str,
    expected: type[ConnectorError],
    code: str,
    next_step: str,
    sent: bool,
) -> None:
    of_a_write = from_response(reply(status, body, kind), safe=False)
    of_a_read = from_response(reply(status, body, kind), safe=True)

    assert type(of_a_write) is expected
    assert (of_a_write.code, of_a_write.kind, of_a_write.status) == (code, next_step, status)
    assert (of_a_write.sent, of_a_read.sent) == (sent, False)
    assert of_a_write.message
    assert ("Check in Salesforce" in of_a_write.remedy) is sent


# What is not the input's own fault, where the message alone tells nobody what to do.
OUGHT_TO_HELP = [row for row in TABLE if row[3] is not Rejected or row[0] in (302, 410, 414, 431)]


@pytest.mark.parametrize(("status", "body", "kind"), [row[:3] for row in OUGHT_TO_HELP])
def test_what_is_not_the_inputs_fault_has_a_remedy(status: int, body: Any, kind: str) -> None:
    error = from_response(reply(status, body, kind), safe=False)

    assert error.remedy.endswith(".")
    assert error.remedy in str(error)


def test_a_limit_of_a_day_and_one_of_a_moment_have_different_remedies() -> None:
    day, moment = (
        from_response(reply(403, fault("REQUEST_LIMIT_EXCEEDED", text)), safe=True).remedy
        for text in ("TotalRequests Limit exceeded.", "ConcurrentRequests Limit exceeded.")
    )

    assert "24 hours" in day
    assert "minute" in moment


def test_the_error_joins_all_messages_and_names_each_field_once() -> None:
    error = from_response(
        reply(
            400,
            fault("REQUIRED_FIELD_MISSING", "Required: [Name].", fields=["Name", "Phone"])
            + fault("STRING_TOO_LONG", " Too long: Phone ", fields=["Phone"]),
        ),
        safe=False,
    )

    assert error.message == "Required: [Name]. Too long: Phone"
    assert error.fields == ("Name", "Phone")
    assert error.code == "REQUIRED_FIELD_MISSING"


@pytest.mark.parametrize("key", ["duplicateResult", "duplicateResut"])
def test_duplicates_error_has_the_matching_records(key: str) -> None:
    """Both spellings of the key are in use."""
    result = {
        "allowSave": True,
        "matchResults": [
            {"matchRecords": [{"record": {"attributes": {"type": "Contact"}, "Id": "003A"}}]},
            {"matchRecords": [{"record": {"Id": "003B"}}, {"record": {"Id": "003A"}}]},
        ],
    }
    error = from_response(reply(400, fault("DUPLICATES_DETECTED", **{key: result})), safe=False)

    assert isinstance(error, Duplicates)
    assert error.matches == ("003A", "003B")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
def test_reads_retry_after(header: str, seconds: float | None) -> None:
    assert from_response(reply(503, retry_after=header), safe=True).retry_after == seconds


def test_shows_a_plain_text_in_part_and_a_page_of_html_not_at_all() -> None:
    text = from_response(reply(400, b"x" * 5000, TEXT), safe=True)
    page = from_response(reply(503, b"<html><body>Maintenance</body></html>", HTML), safe=True)

    assert len(text.message) < 300
    assert "Maintenance" not in page.message
    assert "503" in page.message


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("message", "errorCode", "fields", "error", "error_description"),
                    *("duplicateResult", "duplicateResut", "matchResults", "matchRecords"),
                    *("record", "Id"),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@pytest.mark.slow
@given(st.integers(300, 599), json_values, st.booleans())
def test_any_json_body_becomes_a_connector_error(status: int, body: Any, safe: bool) -> None:
    """Nothing but a ConnectorError leaves, however odd the body is."""
    error = from_response(reply(status, body), safe=safe)

    assert isinstance(error, ConnectorError)
    assert error.message
    assert error.code
    assert all(isinstance(item, str) for item in (*error.fields, *error.matches))
    assert not (safe and error.sent)


@given(st.integers(300, 599), st.binary(max_size=40), st.sampled_from([JSON, HTML, TEXT, ""]))
def test_any_bytes_become_a_connector_error(status: int, body: bytes, kind: str) -> None:
    assert isinstance(from_response(reply(status, body, kind), safe=False), ConnectorError)


def test_a_deeply_nested_body_raises_a_connector_error() -> None:
    assert from_response(reply(400, b"[" * 100_000), safe=True).code == "HTTP_400"


REQUEST = httpx.Request("POST", "https://acme.my.salesforce.com/")


@pytest.mark.parametrize(
    ("fault", "may_have_been_done"),
    [
        (httpx.ConnectError("x"), False),
        (httpx.ConnectTimeout("x"), False),
        (httpx.PoolTimeout("x"), False),
        (httpx.ReadTimeout("x"), True),
        (httpx.WriteTimeout("x"), True),
        (httpx.ReadError("x"), True),
        (httpx.WriteError("x"), True),
        (httpx.RemoteProtocolError("x"), True),
        (httpx.DecodingError("x"), True),
        (httpx.ProxyError("x"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_call_without_an_answer(fault: httpx.RequestError, may_have_been_done: bool) -> None:
    """Only what never left is certain not to have been done."""
    of_a_write = from_network(type(fault).__name__, "acme.my.salesforce.com", safe=False)
    of_a_read = from_network(type(fault).__name__, "acme.my.salesforce.com", safe=True)

    assert (of_a_write.sent, of_a_read.sent) == (may_have_been_done, False)
    assert "acme.my.salesforce.com" in of_a_write.message
    assert of_a_write.remedy
    assert of_a_write.status is None
    assert ("Check in Salesforce" in of_a_write.remedy) is may_have_been_done


KINDS = [
    var
    for var in vars(errors).values()
    if isinstance(var, type) and issubclass(var, ConnectorError) and var is not ConnectorError
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_pickling(kind: type[ConnectorError]) -> None:
    error = kind(
        "It failed.",
        code="CODE",
        remedy="Mend it.",
        status=400,
        retry_after=1.5,
        fields=["Name"],
        sent=True,
        matches=["003A"],
    )

    arrived = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own

    assert type(arrived) is kind
    assert vars(arrived) == vars(error)
    assert str(arrived) == str(error) == "It failed. Mend it."


def test_a_reply_that_does_not_fit_is_not_for_the_caller_to_mend() -> None:
    assert BadReply("x", code="X").kind == "bad_reply"
    assert not issubclass(BadReply, Rejected)


def test_what_is_read_of_an_error_is_bounded() -> None:
    """A page of an attacker's, or of a broken proxy, does not fill a log."""
    item = {
        "errorCode": "X" * 10_000,
        "message": "m" * 1_000_000,
        "fields": ["f" * 5_000] * 3 + [f"F{i}" for i in range(5_000)],
    }

    error = from_response(reply(400, [item] * 30), safe=True)

    assert len(error.code) <= 100
    assert len(str(error)) < 3_000
    assert len(error.fields) <= 200
    assert max(map(len, error.fields)) < 300


def test_the_daily_limit_is_retried_in_a_quarter_of_an_hour() -> None:
    """Its window is 24 hours: an engine that retries in seconds spends its attempts on nothing."""
    text = "TotalRequests Limit exceeded."

    error = from_response(reply(403, fault("REQUEST_LIMIT_EXCEEDED", text)), safe=True)

    assert error.retry_after == 900.0


def test_several_records_of_one_external_id_are_named() -> None:
    ids = ["001D000000IqhSLIAZ", "0015500001QdQWaAAN"]
    body = [f"/services/data/v68.0/sobjects/Account/{record_id}" for record_id in ids]
    error = from_response(httpx.Response(300, json=body), safe=True)

    assert (type(error), error.matches) == (Conflict, tuple(ids))
    assert all(record_id in error.message for record_id in ids)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": 1}', b"[1, null, {}]", b'["x/../y"]'])
def test_a_malformed_300_response_is_still_a_conflict(body: bytes) -> None:
    error = from_response(httpx.Response(300, content=body), safe=True)
    assert (type(error), error.matches) == (Conflict, ())


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        ("No such column 'Foo' on entity 'Account'.", "spelling"),
        (
            "criterion for field 'A' must be of type dateTime and should not be enclosed in quotes",
            "without quotes",
        ),
        (
            "criterion for field 'A' must be of type string and should be enclosed in quotes",
            "in quotes",
        ),
        ("Foreign key external ID: a-1 not found for field Ext__c in entity Account", "parent"),
        ("invalid operator on multipicklist field", "includes"),
        ("field 'Description' can not be filtered in a query call", "another field"),
        ("field 'Description' can not be sorted in a query call", "Sort"),
        ("Didn't understand relationship 'Acount' in field path.", "__r"),
        ("Unable to create/update fields: A. Please check the security settings of", "read-only"),
        ("No such column 'MessageDate' on entity 'Name'.", "TYPEOF"),
        ("ContentDocumentLink requires a filter by a single Id on LinkedEntityId", "list_files"),
        ("Field must be grouped or aggregated: Name", "GROUP BY"),
        ("SOQL statements cannot be longer than 100,000 characters.", "split"),
    ],
)
def test_a_refused_field_has_the_remedy_of_its_cause(message: str, hint: str) -> None:
    body = [{"errorCode": "INVALID_FIELD", "message": message}]
    assert hint in from_response(httpx.Response(400, json=body), safe=True).remedy


@pytest.mark.parametrize(
    ("code", "hint"),
    [("INVALID_QUERY_LOCATOR", "from its start"), ("OPERATION_TOO_LARGE", "Filter by IDs")],
)
def test_limits_of_queries_have_a_remedy(code: str, hint: str) -> None:
    body = [{"errorCode": code, "message": "No."}]
    error = from_response(httpx.Response(400, json=body), safe=True)

    assert (error.kind, hint in error.remedy) == ("rejected", True)


@pytest.mark.parametrize(
    ("kind", "token", "hint"),
    [
        ("date", "VALUE_STRING", "2026-01-31"),
        ("datetime", "VALUE_STRING", "offset"),
        ("time", "VALUE_STRING", "09:30"),
        ("boolean", "VALUE_STRING", "true or false"),
        ("double", "VALUE_STRING", "1234.56"),
        ("string", "START_ARRAY", "semicolons"),
        ("date", "START_OBJECT", "2026-01-31"),
        ("string", "START_OBJECT", "not an object"),
    ],
)
def test_a_value_that_salesforce_cannot_read_has_a_remedy(kind: str, token: str, hint: str) -> None:
    """Where nothing was checked before: raw requests, and connections that check no fields."""
    message = f"Cannot deserialize instance of {kind} from {token} value x at [line:1, column:2]"
    body = [{"errorCode": "JSON_PARSER_ERROR", "message": message}]

    assert hint in from_response(httpx.Response(400, json=body), safe=True).remedy


@pytest.mark.parametrize("code", [*BY_CODE])
def test_every_known_code_reports_what_to_do(code: str) -> None:
    """In an error of one call, and in that of a record among many."""
    body = [{"errorCode": code, "message": "No."}]
    error = from_response(httpx.Response(400, json=body), safe=True)

    if code not in ("APEX_ERROR", "SERVER_UNAVAILABLE"):  # the org's own words; the status says it
        assert error.remedy == remedy_of(code, "No.")
        assert error.remedy[-1] in ".!"
