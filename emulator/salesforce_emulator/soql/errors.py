"""Errors of SOQL: code, message, and the position that the caret points at.

The words are those that real orgs were recorded with, or that Salesforce documents; where neither
is known they are phrased alike.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_limits.htm
"""

from salesforce_emulator.errors import SalesforceError

_REACH = 31  # characters that are always shown on each side of the caret, as recorded


class SoqlError(Exception):
    """A statement, or a part of it, that cannot be run.

    Attributes:
        code: The REST errorCode.
        reason: The words, without the caret.
        at: Offset of the part to blame, or None when the whole statement is.
    """

    def __init__(self, code: str, reason: str, at: int | None = None) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.at = at

    def shown_in(self, text: str) -> SalesforceError:
        """Return the error as REST answers it, with the part of `text` around the caret."""
        if self.at is None:
            return SalesforceError(400, self.code, self.reason)
        return SalesforceError(400, self.code, f"{_caret(text, self.at)}\n{self.reason}")


def _caret(text: str, at: int) -> str:
    """Show the text around an offset: from white space to white space, with a caret below."""
    start = next((i + 1 for i in range(at - _REACH, -1, -1) if text[i].isspace()), 0)
    end = next((i for i in range(at + _REACH, len(text)) if text[i].isspace()), len(text))
    snippet = "".join(" " if char.isspace() else char for char in text[start:end]).rstrip()
    line_start = text.rfind("\n", 0, at) + 1
    row = text.count("\n", 0, at) + 1
    return f"\n{snippet}\n{' ' * (at - start)}^\nERROR at Row:{row}:Column:{at - line_start + 1}"


def malformed(reason: str, at: int | None = None) -> SoqlError:
    return SoqlError("MALFORMED_QUERY", reason, at)


def unexpected_token(token: str, at: int) -> SoqlError:
    return malformed(f"unexpected token: '{token}'", at)


def not_offered(feature: str, at: int | None = None) -> SoqlError:
    """Refuse by name what a real org does and the local org does not."""
    return malformed(f"The local org does not offer {feature}; a real org does.", at)


def not_allowed(words: str, at: int) -> SoqlError:
    """Refuse a clause that Apex takes and the API does not."""
    return malformed(f"{words} not allowed in this context", at)


def empty() -> SoqlError:
    return malformed("A query string has to be specified")


def missing_statement() -> SalesforceError:
    return SalesforceError(400, "MISSING_ARGUMENT", "The request is missing the parameter q")


def too_long() -> SoqlError:
    return malformed("SOQL statements cannot be longer than 100,000 characters.")


def too_complicated() -> SoqlError:
    return SoqlError(
        "QUERY_TOO_COMPLICATED",
        "Query is either selecting too many fields or the filter conditions are too complicated.",
    )


def bind_variable(at: int) -> SoqlError:
    return malformed("Bind variables only allowed in Apex code", at)


def illegal_escape(text: str, sequence: str, at: int) -> SoqlError:
    return malformed(
        f"Invalid string literal '{text}'. Illegal character sequence '{sequence}' in string"
        " literal.",
        at,
    )


# Names


def unsupported_type(name: str, at: int) -> SoqlError:
    return SoqlError(
        "INVALID_TYPE",
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be"
        " sure to append the '__c' after the entity name. Please reference your WSDL or the"
        " describe call for the appropriate names.",
        at,
    )


def not_queryable(name: str, at: int) -> SoqlError:
    return SoqlError("INVALID_TYPE_FOR_OPERATION", f"entity type {name} does not support query", at)


def no_such_column(name: str, entity: str, at: int) -> SoqlError:
    return SoqlError(
        "INVALID_FIELD",
        f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom"
        " field, be sure to append the '__c' after the custom field name. Please reference your"
        " WSDL or the describe call for the appropriate names.",
        at,
    )


def no_such_relationship(name: str, at: int) -> SoqlError:
    return SoqlError(
        "INVALID_FIELD",
        f"Didn't understand relationship '{name}' in field path. If you are attempting to use a"
        " custom relationship, be sure to append the '__r' after the custom relationship name."
        " Please reference your WSDL or the describe call for the appropriate names.",
        at,
    )


def no_such_child(name: str, at: int) -> SoqlError:
    return SoqlError(
        "INVALID_TYPE",
        f"Didn't understand relationship '{name}' in FROM part of query call. If you are"
        " attempting to use a custom relationship, be sure to append the '__r' after the custom"
        " relationship name. Please reference your WSDL or the describe call for the appropriate"
        " names.",
        at,
    )


def too_many_levels(at: int) -> SoqlError:
    return malformed("A relationship path has more than 5 child-to-parent relationships", at)


def too_many_parents(at: int) -> SoqlError:
    return malformed("A query has more than 55 child-to-parent relationships", at)


def invalid_field(reason: str, at: int | None = None) -> SoqlError:
    return SoqlError("INVALID_FIELD", reason, at)


def invalid_filter(reason: str, at: int) -> SoqlError:
    return SoqlError("INVALID_QUERY_FILTER_OPERATOR", reason, at)


def unfilterable(name: str, at: int) -> SoqlError:
    return invalid_field(f"field '{name}' can not be filtered in a query call", at)


def unsortable(name: str, at: int) -> SoqlError:
    return invalid_field(f"field '{name}' can not be sorted in a query call", at)


def ungroupable(name: str, at: int) -> SoqlError:
    return invalid_field(f"field '{name}' can not be grouped in a query call", at)


def selected_twice(name: str, at: int) -> SoqlError:
    return invalid_field(f"duplicate field selected: {name}", at)


def duplicate_alias(name: str, at: int) -> SoqlError:
    return malformed(f"duplicate alias: {name}", at)


# Values


def wrong_type(field: str, type_name: str, quoted: bool, at: int) -> SoqlError:
    """Return the error of a value whose type is not the field's.

    `quoted`: a value is quoted where it must not be.
    """
    ending = " and should not be enclosed in quotes" if quoted else ""
    return invalid_field(
        f"value of filter criterion for field '{field}' must be of type {type_name}{ending}", at
    )


def quotes_missing(field: str, type_name: str, at: int) -> SoqlError:
    return invalid_field(
        f"value of filter criterion for field '{field}' must be of type {type_name} and should be"
        " enclosed in quotes",
        at,
    )


def invalid_id(value: str, at: int) -> SoqlError:
    return invalid_filter(f"invalid ID field: {value}", at)


def invalid_operator(kind: str, at: int) -> SoqlError:
    return invalid_field(f"invalid operator on {kind} field", at)


def outside_range(reason: str, at: int | None = None) -> SoqlError:
    return SoqlError("NUMBER_OUTSIDE_VALID_RANGE", reason, at)


def wrong_function(field: str, function: str, at: int) -> SoqlError:
    return invalid_field(f"field {field} does not support the function {function}", at)


# Grouping


def must_be_grouped(name: str, at: int) -> SoqlError:
    return malformed(f"Field must be grouped or aggregated: {name}", at)


def ordered_must_be_grouped(name: str, at: int) -> SoqlError:
    return malformed(f"Ordered field must be grouped or aggregated: {name}", at)


def no_limit_on_totals(clause: str, at: int) -> SoqlError:
    return malformed(
        f"Non-grouped query that uses overall aggregate functions cannot also use {clause}", at
    )


def not_aggregatable(field: str, function: str, at: int) -> SoqlError:
    return invalid_field(f"field {field} does not support aggregate operator {function}", at)


def no_more_groups() -> SoqlError:
    return SoqlError(
        "EXCEEDED_ID_LIMIT",
        "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a"
        " single batch",
    )


# Paging


def invalid_locator() -> SalesforceError:
    return SalesforceError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
