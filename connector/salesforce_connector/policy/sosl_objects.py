"""What a search reaches: the objects after RETURNING, and what their fields and conditions follow.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_syntax.htm
"""

import re

from salesforce_connector.policy import soql_objects
from salesforce_connector.policy.errors import unverifiable

_FIND = re.compile(r"\s*FIND\s*\{(?:[^\\{}]|\\.)*\}", re.IGNORECASE | re.DOTALL)


def marking(text: str) -> bool:
    """Return whether a search writes down what was looked for."""
    return soql_objects.marking(_after_find(text))


def read(text: str) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Yield each object that a search returns, with the dotted names in its parentheses.

    Raises:
        Forbidden: It searches all objects, or cannot be read with certainty.
    """
    tokens = soql_objects.tokens(_after_find(text))
    upper = [token.upper() for token in tokens]
    if upper.count("RETURNING") != 1 or {"SELECT", "FROM", "TYPEOF"} & set(upper):
        raise unverifiable("its search does not say which objects it returns")
    at, objects = upper.index("RETURNING") + 1, list[tuple[str, list[tuple[str, ...]]]]()
    while at < len(tokens):
        objects.append((tokens[at], []))
        at += 1
        if tokens[at : at + 1] == ["("]:
            end = _closing(tokens, at)
            objects[-1][1].extend(
                tuple(token.split(".")) for token in tokens[at:end] if soql_objects.is_path(token)
            )
            at = end + 1
        if tokens[at : at + 1] != [","]:
            break
        at += 1
    return objects


def _after_find(text: str) -> str:
    match = _FIND.match(text)
    if match is None:
        raise unverifiable("its search does not begin with FIND {...}")
    return text[match.end() :]


def _closing(tokens: list[str], at: int) -> int:
    depth = 0
    for index in range(at, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[index], 0)
        if depth == 0:
            return index
    raise unverifiable("a parenthesis in its search is not closed")
