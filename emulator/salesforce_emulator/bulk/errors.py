"""Errors of Bulk API 2.0: of a job as a whole, and the reasons that a job fails for.

A refused call is a `SalesforceError`, `errorCode` first as Salesforce documents it. A job that was
taken and cannot be done is `Unprocessable`; its words become the job's `errorMessage`.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_errors.htm
"""

from collections.abc import Iterable

from salesforce_emulator.errors.error import SalesforceError


class Unprocessable(Exception):
    """A job fails as a whole; the message is its `errorMessage`."""


# Calls


def _error(code: str, message: str, status: int = 400) -> SalesforceError:
    return SalesforceError(status, code, message, extra={"errorCode": code})


def no_such_object(name: str) -> SalesforceError:
    return _error("INVALIDJOB", f"InvalidJob : Unable to find object: {name}")


def not_in_bulk(name: str) -> SalesforceError:
    return _error("INVALIDENTITY", f"Entity '{name}' is not supported by the Bulk API.")


def external_id_blank(sobject: str) -> SalesforceError:
    return _error(
        "INVALIDJOB",
        f"InvalidJob : External ID was blank for {sobject}. An External ID must be specified for"
        " upsert.",
    )


def no_external_id(field: str, sobject: str) -> SalesforceError:
    return _error(
        "INVALIDJOB",
        f"InvalidJob : Field name provided, {field} does not match an External ID, Salesforce Id,"
        f" or indexed field for {sobject}",
    )


def hard_delete_forbidden() -> SalesforceError:
    return _error(
        "FEATURENOTENABLED",
        "hardDelete operation requires special user profile permission, please contact your system"
        " administrator",
    )


def bad_choice(name: str, value: object, choices: Iterable[str]) -> SalesforceError:
    displayed = "null" if value is None else value
    choice = ", ".join(choices)
    return _error("API_ERROR", f"{name} is {displayed}, and not one of {choice}")


def unknown_property(name: str) -> SalesforceError:
    return SalesforceError(
        400, "JSON_PARSER_ERROR", f'Unrecognized field "{name}" at [line:1, column:1]'
    )


def content_given_twice(job_id: str) -> SalesforceError:
    return _error(
        "BULK_API_ERROR",
        f"Found multipe contents for job: <{job_id[:15]}>, please 'Close' / 'Abort' / 'Delete' the"
        " current Job then create a new Job and make sure you only do 'PUT' once on a given Job.",
    )


def content_too_large(maximum: int) -> SalesforceError:
    return _error(
        "LIMIT_EXCEEDED", f"The content of a job is larger than {maximum} bytes in base64"
    )


def wrong_state(doing: str, state: str) -> SalesforceError:
    """Return the error of a job past the requested state; `doing` is Closing or Aborting."""
    word = {"JobComplete": "Completed", "UploadComplete": "Closed"}.get(state, state)
    return _error("INVALIDJOBSTATE", f"{doing} already {word} Job not allowed")


def wrong_version(version: float) -> SalesforceError:
    return _error(
        "INVALIDVERSION",
        f"The job was created in API version {version:.1f}: get its results in the same version",
        409,
    )


def no_more_query_jobs(maximum: int) -> SalesforceError:
    return _error(
        "LIMIT_EXCEEDED",
        f"Max bulk v2 query jobs ({maximum}) per 24 hrs has been reached ({maximum})",
    )


def not_in_bulk_query(clause: str) -> SalesforceError:
    return _error("FUNCTIONALITY_NOT_ENABLED", f"{clause} not supported in Bulk Query")


def bad_locator(locator: str) -> SalesforceError:
    return _error("INVALID_QUERY_LOCATOR", f"invalid query locator: {locator}")


# Jobs


def wrong_line_ending(setting: str) -> Unprocessable:
    return Unprocessable(
        "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is"
        f" {setting}"
    )


def malformed_row(number: int, reason: str) -> Unprocessable:
    return Unprocessable(f"InvalidBatch : Failed to parse CSV at record {number}. {reason}")


def no_header() -> Unprocessable:
    return Unprocessable("InvalidBatch : Failed to parse CSV header. There is no data")


def field_not_found(name: str) -> Unprocessable:
    return Unprocessable(f"InvalidBatch : Field name not found : {name}")


def field_given_twice(name: str) -> Unprocessable:
    return Unprocessable(f"InvalidBatch : Duplicate field name found in header : {name}")


def relationship_not_found(name: str) -> Unprocessable:
    return Unprocessable(f"InvalidBatch : Unable to find relationship: {name}")


def type_needless(relationship: str) -> Unprocessable:
    return Unprocessable(
        f"InvalidBatch : type is not needed for non polymorphic foreign key references:"
        f" {relationship}"
    )


def type_missing(relationship: str) -> Unprocessable:
    return Unprocessable(
        f"InvalidBatch : type is needed for polymorphic foreign key references: {relationship}"
    )


def type_not_found(name: str) -> Unprocessable:
    return Unprocessable(f"InvalidBatch : Unable to find object: {name}")


def only_ids(operation: str) -> Unprocessable:
    return Unprocessable(f"InvalidBatch : The '{operation}' batch must contain only ids")


def no_more_batches(maximum: int) -> Unprocessable:
    return Unprocessable(f"ExceededQuota : Max batches ({maximum}) per 24 hrs has been reached")


def left_open() -> Unprocessable:
    return Unprocessable("InvalidJobState : The job was open for more than 24 hours")


def query_failed(error: SalesforceError) -> Unprocessable:
    return Unprocessable(f"InvalidBatch : Failed to process query: {error.code}: {error.message}")


# Rows


def not_of_type(column: int, value: str, kind: str, field: str) -> SalesforceError:
    """Return the error of a cell with a wrong type; columns count from 0."""
    return SalesforceError(
        400,
        "INVALID_FIELD",
        f"Failed to deserialize field at col {column}. Due to, '{value}' is not a valid value for"
        f" the type xsd:{kind}",
        [field],
    )


def id_missing() -> SalesforceError:
    return SalesforceError(400, "MISSING_ARGUMENT", "Id not specified in an update call", [])


def key_missing(field: str) -> SalesforceError:
    return SalesforceError(400, "MISSING_ARGUMENT", f"{field} not specified", [])


def id_in_insert() -> SalesforceError:
    return SalesforceError(
        400, "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", ["Id"]
    )
