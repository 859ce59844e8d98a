"""Why a search is refused, in Salesforce's words where they are known.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from salesforce_emulator.soql.errors import SoqlError

_CODE = "MALFORMED_SEARCH"


def malformed(reason: str, at: int | None = None) -> SoqlError:
    return SoqlError(_CODE, reason, at)


def no_term() -> SoqlError:
    return malformed("No search term found. The search term must be enclosed in braces.")


def too_short(term: str) -> SoqlError:
    return malformed(f"search term must be longer than one character: {term}")


def leading_wildcard(term: str) -> SoqlError:
    return malformed(f"a search term cannot begin with a wildcard: {term}")


def unexpected_token(token: str, at: int) -> SoqlError:
    return malformed(f"unexpected token: '{token}'", at)


def not_offered(feature: str, at: int | None = None) -> SoqlError:
    """Refuse by name what a real org does and the local org does not."""
    return malformed(f"The local org does not offer {feature}; a real org does.", at)


def not_searchable(name: str, at: int) -> SoqlError:
    return SoqlError("INVALID_TYPE", f"entity type {name} does not support search", at)


def of_a_search(error: SoqlError) -> SoqlError:
    """Return what SOQL's part of a search is refused for, as a search has it."""
    if error.code != "MALFORMED_QUERY":
        return error
    return SoqlError(_CODE, error.reason, error.at)
