"""SOSL text: what is searched for, escaped so that no character of it is an operator.

It writes searches; it does not run them.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm
"""

import re
from collections.abc import Mapping
from typing import Final

from salesforce_connector.errors import Rejected
from salesforce_connector.soql.binding import literal
from salesforce_connector.soql.values import Parameter

SHORTEST: Final = 2  # characters of a term, SOSL
LONGEST: Final = 4_000  # characters; operators are dropped from longer ones, SOSL limits

_RESERVED: Final = re.compile(r"""([?&|!{}\[\]()^~*:\\"'+-])""")
_WORDS: Final = frozenset({"and", "or", "not"})

# What to find, with escaped braces in it; a string literal; or a place for a value.
_TOKENS: Final = re.compile(
    r"\{(?P<find>(?:[^\\{}]|\\.)*)\}|'(?:[^'\\]|\\.)*(?P<end>'|\Z)|:(?P<name>[A-Za-z_]\w*)",
    re.DOTALL,
)
_PLACES: Final = re.compile(r"\\.|:(?P<name>[A-Za-z_]\w*)", re.DOTALL)


def term(text: str, *, prefix: bool = False) -> str:
    """Write a text to search for, in which no character and no word is an operator.

    Args:
        text: As a person typed it.
        prefix: Whether to find words too that begin with its last word.

    Raises:
        Rejected: It is too short or too long for a search.
    """
    words = text.split()
    if len("".join(words)) < SHORTEST:
        raise _reject(
            f"{text!r} is too short to search for.", f"Give at least {SHORTEST} characters."
        )
    written = " ".join(map(_word, words)) + ("*" if prefix else "")
    if len(written) > LONGEST:
        raise _reject(
            f"A text of {len(written):,} characters is too long to search for.",
            f"Give at most {LONGEST:,}.",
        )
    return written


def bind(template: str, parameters: Mapping[str, Parameter]) -> str:
    """Put values in the places that `:name` marks.

    Between the braces of FIND a value is written by `term`, elsewhere as SOQL has it; inside string
    literals nothing is replaced.

    Raises:
        Rejected: A place without a value or a value without a place; a value that is not a text
            between braces; a literal that does not end.
    """
    used: set[str] = set()

    def value(name: str) -> Parameter:
        if name not in parameters:
            raise _reject(
                f"The search uses :{name}, but there is no such parameter.",
                f"Add {name!r} to the parameters.",
            )
        used.add(name)
        return parameters[name]

    def find(match: re.Match[str]) -> str:
        if match["name"] is None:
            return match[0]
        if not isinstance(text := value(match["name"]), str):
            raise _reject(
                f"The parameter {match['name']!r} is inside braces, but is not a string.",
                "Give a text to search for.",
            )
        return term(text)

    def replace(match: re.Match[str]) -> str:
        if match["find"] is not None:
            return "{" + _PLACES.sub(find, match["find"]) + "}"
        if match["name"] is not None:
            return literal(value(match["name"]))
        if not match["end"]:
            raise _reject(
                f"The text literal at character {match.start() + 1} of the search does not end.",
                "Close it with a single quote; write one inside it as \\'.",
            )
        return match[0]

    written = _TOKENS.sub(replace, template)
    if unused := sorted(parameters.keys() - used):
        raise _reject(
            f"The search does not use the parameter :{unused[0]}.",
            "Use it, as in FIND {:name}, or remove the parameter.",
        )
    return written


def _word(word: str) -> str:
    # In quotes an operator's name is a word like any other.
    return f'"{word}"' if word.lower() in _WORDS else _RESERVED.sub(r"\\\1", word)


def _reject(message: str, remedy: str) -> Rejected:
    return Rejected(message, code="INVALID_SEARCH", remedy=remedy, fields=("text",))
