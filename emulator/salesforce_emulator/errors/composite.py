"""Errors of requests that hold several: collections, composite, batch, graph, tree."""

from salesforce_emulator.errors.error import NOWHERE, SalesforceError


def too_many_records(limit: int) -> SalesforceError:
    return SalesforceError(
        400,
        "EXCEEDED_ID_LIMIT",
        f"record limit reached. cannot submit more than {limit} records into this call",
    )


def no_record() -> SalesforceError:
    return SalesforceError(400, "REQUIRED_FIELD_MISSING", "At least 1 record is required", [])


def too_many_chunks(limit: int) -> SalesforceError:
    """Return the error of too many runs of records of one sobject."""
    return SalesforceError(
        400,
        "LIMIT_EXCEEDED",  # the text is recorded, the code is not
        f"Cannot have more than {limit} chunks in a single operation. Please rearrange the data to"
        " reduce chunking.",
    )


def too_many_operations(limit: int) -> SalesforceError:
    return SalesforceError(
        400, "LIMIT_EXCEEDED", f"The request can\u2019t contain more than {limit} operations."
    )


def too_many_costly(limit: int) -> SalesforceError:
    return limit_exceeded(
        f"The request can\u2019t contain more than {limit} Query or sObject Collections operations."
    )


def limit_exceeded(message: str) -> SalesforceError:
    return SalesforceError(400, "LIMIT_EXCEEDED", message)


def rolled_back() -> SalesforceError:
    """Return the error of a valid record of a collection that is rolled back."""
    return SalesforceError(
        400,
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Record rolled back because not all records were valid and the request was using AllOrNone"
        " header",
        [],
    )


def transaction_rolled_back() -> SalesforceError:
    """Return the error of a subrequest that is rolled back."""
    return SalesforceError(
        400,
        "PROCESSING_HALTED",
        "The transaction was rolled back since another operation in the same transaction failed.",
    )


def graphs_halted() -> SalesforceError:
    return SalesforceError(
        400, "PROCESSING_HALTED", "Processing was halted because too many graphs have failed."
    )


def batch_halted() -> SalesforceError:
    return SalesforceError(412, "BATCH_PROCESSING_HALTED", "Batch processing halted per request")


def invalid_reference(path: str, reference_id: str) -> SalesforceError:
    """Return the error of a reference to a value that a result does not have.

    Args:
        path: All of the reference: `account.id`.
        reference_id: Its first part.
    """
    return SalesforceError(
        400,
        "PROCESSING_HALTED",
        f"Invalid reference specified. No value for {path} found in {reference_id}.",
    )


def bad_reference_id(reference_id: str) -> SalesforceError:
    return SalesforceError(
        400,
        "JSON_PARSER_ERROR",
        f"Provided referenceId ('{reference_id}') must start with a letter or a number, and it can"
        " contain only letters, numbers and underscores ('_').",
    )


def repeated_reference_id(reference_id: str) -> SalesforceError:
    return SalesforceError(
        400, "JSON_PARSER_ERROR", f"Provided referenceId ('{reference_id}') must be unique."
    )


def repeated_graph_id(graph_id: str) -> SalesforceError:
    return SalesforceError(
        400, "JSON_PARSER_ERROR", f"Provided graphId ('{graph_id}') must be unique."
    )


def batch_version(version: str, of_batch: str) -> SalesforceError:
    return SalesforceError(
        400,
        "INVALID_BATCH_OPERATION",
        f"The API version of a subrequest, {version}, must be v34.0 or later, and not later than"
        f" that of the batch, {of_batch}.",
    )


def bad_tree_reference_id(reference_id: str) -> SalesforceError:
    return SalesforceError(
        400,
        "JSON_PARSER_ERROR",
        f"Provided referenceId ('{reference_id}') must start with a letter or a number.",
    )


def repeated_in_tree() -> SalesforceError:
    return SalesforceError(
        400, "INVALID_INPUT", "Duplicate ReferenceId provided in the request.", []
    )


def missing_member(name: str) -> SalesforceError:
    """Return the error for JSON that lacks a required member."""
    return SalesforceError(
        400, "JSON_PARSER_ERROR", f"The request is missing a required field: {name} at {NOWHERE}"
    )


def unknown_member(name: str) -> SalesforceError:
    return SalesforceError(400, "JSON_PARSER_ERROR", f"Unrecognized field '{name}' at {NOWHERE}")


def not_in_composite(resource: str, method: str, url: str) -> SalesforceError:
    """Return the error of a subrequest that a composite resource does not support."""
    return SalesforceError(400, "INVALID_INPUT", f"{resource} does not support {method} of {url}")


def header_not_allowed(name: str) -> SalesforceError:
    return SalesforceError(
        400,
        "INVALID_INPUT",
        f"A subrequest takes the header {name} from the request, and cannot have its own.",
    )


def id_on_insert() -> SalesforceError:
    return SalesforceError(
        400, "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", ["Id"]
    )


def id_missing() -> SalesforceError:
    return SalesforceError(400, "MISSING_ARGUMENT", "Id not specified in an update call", [])


def key_missing(field: str) -> SalesforceError:
    return SalesforceError(400, "MISSING_ARGUMENT", f"{field} not specified", [])


def key_given_twice(field: str, value: object) -> SalesforceError:
    return SalesforceError(
        400, "DUPLICATE_VALUE", f"Duplicate external id specified: {value}", [field]
    )


def mixed_setup(sobject: str, other: str) -> SalesforceError:
    """Return the error of setup and non-setup objects in one transaction."""
    return SalesforceError(
        400,
        "MIXED_DML_OPERATION",
        "DML operation on setup object is not permitted after you have updated a non-setup object"
        f" (or vice versa): {sobject}, original object: {other}",
        [],
    )
