"""Errors of the request itself, of the session and of the org's limits."""

from collections.abc import Iterable

from salesforce_emulator.errors.error import NOWHERE, SalesforceError


def not_found() -> SalesforceError:
    return SalesforceError(404, "NOT_FOUND", "The requested resource does not exist")


def external_id_field_not_found(name: str) -> SalesforceError:
    return SalesforceError(
        404,
        "NOT_FOUND",
        f"Provided external ID field does not exist or is not accessible: {name}",
    )


def method_not_allowed(method: str, allowed: Iterable[str]) -> SalesforceError:
    names = ",".join(allowed)
    return SalesforceError(
        405,
        "METHOD_NOT_ALLOWED",
        f"HTTP Method '{method}' not allowed. Allowed are {names}",
        headers={"Allow": names},
    )


def version_retired(version: str) -> SalesforceError:
    return SalesforceError(
        410, "UNSUPPORTED_API_VERSION", f"The requested API version {version} has been retired"
    )


def unsupported_media_type(content_type: str) -> SalesforceError:
    return SalesforceError(
        415, "UNSUPPORTED_MEDIA_TYPE", f"Content type {content_type} not supported"
    )


def unparsable_json(message: str) -> SalesforceError:
    return SalesforceError(400, "JSON_PARSER_ERROR", message)


def cannot_deserialize(kind: str, token: str, value: str) -> SalesforceError:
    """Return the error of a JSON value of a wrong kind.

    The position is the one that collections report; `http/body.py` corrects it for a single record.

    Args:
        kind: What was expected: date, datetime, double, boolean, string ...
        token: What is there: VALUE_STRING, VALUE_NUMBER_INT, START_OBJECT ...
    """
    return unparsable_json(
        f"Cannot deserialize instance of {kind} from {token} value {value} or request may be"
        f" missing a required field at {NOWHERE}"
    )


def bad_multipart(message: str) -> SalesforceError:
    return SalesforceError(400, "INVALID_MULTIPART_REQUEST", message)


def precondition_failed() -> SalesforceError:
    return SalesforceError(
        412, "PRECONDITION_FAILED", "The precondition of a conditional header is not met"
    )


def body_required() -> SalesforceError:
    return unparsable_json("The HTTP entity body is required, but this request has no entity body.")


def bad_condition(header: str, value: str) -> SalesforceError:
    return SalesforceError(
        400, "INVALID_CONDITIONAL_HEADER", f"The value of {header} is not a date: {value}"
    )


def headers_too_large() -> SalesforceError:
    return SalesforceError(
        431, "HEADERS_TOO_LARGE", "The URI and the headers are longer than 16384 bytes"
    )


def uri_too_long() -> SalesforceError:
    return SalesforceError(414, "URI_TOO_LONG", "The URI is longer than 16384 bytes")


def illegal_parameter(message: str) -> SalesforceError:
    return SalesforceError(400, "ILLEGAL_QUERY_PARAMETER_VALUE", message)


def not_offered(feature: str) -> SalesforceError:
    """Refuse by name what Salesforce has and the local org has not."""
    return SalesforceError(
        501, "NOT_IMPLEMENTED", f"The local org does not offer {feature}; a real org does."
    )


def invalid_session() -> SalesforceError:
    return SalesforceError(
        401,
        "INVALID_SESSION_ID",
        "Session expired or invalid",
        headers={"WWW-Authenticate": "Token"},
    )


def invalid_auth_header() -> SalesforceError:
    return SalesforceError(
        401,
        "INVALID_AUTH_HEADER",
        "INVALID_HEADER_TYPE",
        headers={"WWW-Authenticate": "Token"},
    )


def request_limit_exceeded() -> SalesforceError:
    return SalesforceError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")


def concurrent_limit_exceeded() -> SalesforceError:
    return SalesforceError(
        403,
        "REQUEST_LIMIT_EXCEEDED",
        "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
    )


def unexpected(error_id: str) -> SalesforceError:
    return SalesforceError(
        500,
        "UNKNOWN_EXCEPTION",
        "An unexpected error occurred. Please include this ErrorId if you contact support:"
        f" {error_id}",
    )


def bad_span(message: str) -> SalesforceError:
    return SalesforceError(400, "INVALID_REPLICATION_DATE", message)


def missing_argument(name: str) -> SalesforceError:
    message = f"The request is missing the {name} parameter"
    return SalesforceError(400, "MISSING_ARGUMENT", message, [])
