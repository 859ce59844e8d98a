"""Reads a search's text into a tree, or says where it stops making sense.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_syntax.htm
"""

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.soql.literal_nodes import at
from salesforce_emulator.sosl import errors
from salesforce_emulator.sosl.syntax import Search
from salesforce_emulator.sosl.tree import SearchTransformer

if TYPE_CHECKING:
    from lark import Lark

MAX_LENGTH: Final = 100_000  # characters of a search, SOQL and SOSL limits

_WITHOUT_TERM: Final = re.compile(r"\s*find\s*+(?!\{(?:[^\\{}]|\\.)*\})", re.IGNORECASE | re.DOTALL)


def parse(text: str) -> Search:
    """Read one search.

    Raises:
        SoqlError: MALFORMED_SEARCH, with a caret under what was not expected.
    """
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    if len(text) > MAX_LENGTH:
        raise errors.malformed("SOSL statements cannot be longer than 100,000 characters.")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise errors.malformed("The search string is no valid Unicode text")
    if not text.strip() or _WITHOUT_TERM.match(text):
        raise errors.no_term()
    try:
        search = _parser().parse(text)
    except UnexpectedToken as error:
        if error.token.type == "$END":
            raise errors.unexpected_token("<EOF>", len(text.rstrip())) from None
        raise errors.unexpected_token(error.token.split()[0], at(error.token)) from None
    except UnexpectedCharacters as error:
        position: Any = error.pos_in_stream  # lark declares None
        raise errors.unexpected_token(text[position], position) from None
    if not isinstance(search, Search):
        raise TypeError(f"the grammar gave {type(search).__name__}")
    return search


@cache
def _parser() -> "Lark":
    """Build the parser when the first search comes: it takes a quarter of a second."""
    from lark import Lark

    grammar = "\n".join(
        files(f"salesforce_emulator.{package}").joinpath("grammar.lark").read_text("utf-8")
        for package in ("soql", "sosl")
    )
    return Lark(
        grammar,
        start="search",
        parser="lalr",
        lexer="contextual",
        transformer=SearchTransformer(),
        maybe_placeholders=True,
    )
