"""Every error the local org answers with: status, code and words, in one place.

`SalesforceError` is what the org's rules raise; `body` and `save_error` are how REST shows it. The
functions below give one error each; the words are those that real orgs were recorded with or that
Salesforce documents. Errors of OAuth have another shape and live in `identity/`; the caret
texts of SOQL are put together in `soql/`.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

_CODE_FIRST: Final = frozenset({"NOT_FOUND", "METHOD_NOT_ALLOWED"})  # as recorded


class SalesforceError(Exception):
    """An answer that is not 2xx.

    Attributes:
        status: The HTTP status.
        code: `errorCode`, or `statusCode` in a collection.
        fields: Names of the fields to blame; empty when none is (`[]` on the wire), None when the
            body has no `fields` at all.
        extra: Members that the body has besides, in front of the others.
        headers: Headers that the answer has besides.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: Iterable[str] | None = None,
        *,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = None if fields is None else tuple(fields)
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})

    def body(self) -> list[dict[str, Any]]:
        """Give the body of a REST answer, keys in the recorded order."""
        if self.code in _CODE_FIRST:
            item: dict[str, Any] = {"errorCode": self.code, "message": self.message}
        else:
            item = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            item["fields"] = list(self.fields)
        return [self.extra | item]

    def save_error(self) -> dict[str, Any]:
        """Give the error as an item of a collection has it in `errors`."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields or ())}


# The request


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
    """Say that JSON of one kind stands where another is expected.

    Args:
        kind: What was expected: date, datetime, double, boolean, string ...
        token: What stands there: VALUE_STRING, VALUE_NUMBER, START_OBJECT ...
    """
    return unparsable_json(
        f"Cannot deserialize instance of {kind} from {token} value {value} or request may be"
        " missing a required field at [line:1, column:1]"
    )


def precondition_failed() -> SalesforceError:
    return SalesforceError(
        412, "PRECONDITION_FAILED", "The precondition of a conditional header is not met"
    )


def uri_too_long() -> SalesforceError:
    return SalesforceError(414, "URI_TOO_LONG", "The URI is longer than 16384 bytes")


def illegal_parameter(message: str) -> SalesforceError:
    return SalesforceError(400, "ILLEGAL_QUERY_PARAMETER_VALUE", message)


def not_offered(what: str) -> SalesforceError:
    """Refuse by name what Salesforce has and the local org has not."""
    return SalesforceError(
        501, "NOT_IMPLEMENTED", f"The local org does not offer {what}; a real org does."
    )


# The session and the org


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


def unexpected(error_id: str) -> SalesforceError:
    return SalesforceError(
        500,
        "UNKNOWN_EXCEPTION",
        "An unexpected error occurred. Please include this ErrorId if you contact support:"
        f" {error_id}",
    )


# Records


def malformed_id(record_id: str) -> SalesforceError:
    return SalesforceError(400, "MALFORMED_ID", f"malformed id {record_id}", ["Id"])


def wrong_kind_of_id(label: str, record_id: str, field: str) -> SalesforceError:
    """Say that an id is of another sobject than the field `label` takes."""
    return SalesforceError(
        400, "MALFORMED_ID", f"{label}: id value of incorrect type: {record_id}", [field]
    )


def entity_is_deleted() -> SalesforceError:
    return SalesforceError(404, "ENTITY_IS_DELETED", "entity is deleted", [])


def invalid_cross_reference(field: str | None = None) -> SalesforceError:
    fields = [] if field is None else [field]
    return SalesforceError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields)


def cross_reference_deleted(field: str) -> SalesforceError:
    return SalesforceError(400, "ENTITY_IS_DELETED", "entity is deleted", [field])


def unsupported_type(name: str) -> SalesforceError:
    return SalesforceError(
        400,
        "INVALID_TYPE",
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be"
        " sure to append the '__c' after the entity name. Please reference your WSDL or the"
        " describe call for the appropriate names.",
    )


def not_insertable(name: str) -> SalesforceError:
    return SalesforceError(
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        f"entity type cannot be inserted: {name}",
        [],
    )


def insufficient_access() -> SalesforceError:
    return SalesforceError(
        403, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", []
    )


def delete_failed(name: str, children: str, numbers: Iterable[str]) -> SalesforceError:
    """Say that other records keep this one from being deleted.

    Args:
        name: The record's name.
        children: What the others are, in the plural and in lower case.
        numbers: How they are called.
    """
    listed = ", ".join(numbers)
    return SalesforceError(
        400,
        "DELETE_FAILED",
        f"Your attempt to delete {name} could not be completed because it is associated with the"
        f" following {children}.: {listed}\n",
        [],
    )


def circular_reference(field: str) -> SalesforceError:
    return SalesforceError(
        400, "CIRCULAR_DEPENDENCY", "attempt to create a circular reference", [field]
    )


def converted_lead() -> SalesforceError:
    return SalesforceError(
        400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", []
    )


# Fields


def required_missing(fields: Iterable[str]) -> SalesforceError:
    names = list(fields)
    return SalesforceError(
        400,
        "REQUIRED_FIELD_MISSING",
        f"Required fields are missing: [{', '.join(names)}]",
        names,
    )


def no_such_column(name: str, sobject: str) -> SalesforceError:
    return SalesforceError(
        400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject}", None
    )


def key_field_in_body(name: str) -> SalesforceError:
    """Say that the key in the URL must not be in the body too."""
    return SalesforceError(
        400,
        "INVALID_FIELD",
        f"The {name} field should not be specified in the sobject data.",
        None,
    )


def read_only_fields(fields: Iterable[str]) -> SalesforceError:
    names = list(fields)
    return SalesforceError(
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        f"Unable to create/update fields: {', '.join(names)}. Please check the security settings of"
        " this field and verify that it is read/write for your profile or permission set.",
        names,
    )


def too_long(label: str, value: str, limit: int, field: str) -> SalesforceError:
    shown = value if len(value) <= 255 else f"{value[:252]}..."
    return SalesforceError(
        400,
        "STRING_TOO_LONG",
        f"{label}: data value too large: {shown} (max length={limit})",
        [field],
    )


def out_of_range(label: str, value: str, field: str) -> SalesforceError:
    return SalesforceError(
        400,
        "NUMBER_OUTSIDE_VALID_RANGE",
        f"{label}: value outside of valid range on numeric field: {value}",
        [field],
    )


def bad_picklist_value(label: str, value: str, field: str) -> SalesforceError:
    return SalesforceError(
        400,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        f"{label}: bad value for restricted picklist field: {value}",
        [field],
    )


def invalid_email(label: str, value: str, field: str) -> SalesforceError:
    return SalesforceError(
        400, "INVALID_EMAIL_ADDRESS", f"{label}: invalid email address: {value}", [field]
    )


def duplicate_value(field: str, record_id: str) -> SalesforceError:
    return SalesforceError(
        400,
        "DUPLICATE_VALUE",
        f"duplicate value found: {field} duplicates value on record with id: {record_id}",
        [],
    )


def duplicate_external_id(field: str, ids: Iterable[str]) -> SalesforceError:
    return SalesforceError(
        400,
        "DUPLICATE_EXTERNAL_ID",
        f"{field}: more than one record found for external id field: [{', '.join(ids)}]",
        [field],
    )


def foreign_key_not_found(value: str, field: str, entity: str) -> SalesforceError:
    return SalesforceError(
        400,
        "INVALID_FIELD",
        f"Foreign key external ID: {value} not found for field {field} in entity {entity}",
        [],
    )


def integrity(message: str, fields: Iterable[str] = ()) -> SalesforceError:
    return SalesforceError(400, "FIELD_INTEGRITY_EXCEPTION", message, fields)
