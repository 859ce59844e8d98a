"""Parses a statement into a tree, or raises an error at the invalid token.

The language is in `grammar.lark`, what becomes of it in `tree.py`. Nothing here knows the schema.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.soql import errors
from salesforce_emulator.soql.errors import SoqlError
from salesforce_emulator.soql.literal_nodes import at
from salesforce_emulator.soql.syntax import Query
from salesforce_emulator.soql.tree import StatementTransformer

if TYPE_CHECKING:
    from lark import Lark

MAX_LENGTH: Final = 100_000  # characters of a statement, SOQL and SOSL limits

_WORD: Final = re.compile(r"[A-Za-z_]\w*")


@lru_cache(maxsize=64)  # each page reads its statement again; a tree never changes
def parse(text: str) -> Query:
    """Read one statement.

    Raises:
        SalesforceError: MALFORMED_QUERY, with a caret under what was not expected.
    """
    try:
        return _read(text)
    except SoqlError as error:
        raise error.shown_in(text) from None


def _read(text: str) -> Query:
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    if not text or text.isspace():
        raise errors.empty()
    if len(text) > MAX_LENGTH:
        raise errors.too_long()
    if not _encodable(text):
        raise errors.malformed("The query string is no valid Unicode text")
    try:
        query = _parser().parse(text)
    except UnexpectedToken as error:
        if error.token.type == "$END":
            raise errors.unexpected_token("<EOF>", len(text.rstrip())) from None
        raise errors.unexpected_token(error.token.split()[0], at(error.token)) from None
    except UnexpectedCharacters as error:
        position: Any = error.pos_in_stream  # lark declares None
        word = _WORD.match(text, position)
        raise errors.unexpected_token(word[0] if word else text[position], position) from None
    if not isinstance(query, Query):
        raise TypeError(f"the grammar gave {type(query).__name__}")
    return query


def _encodable(text: str) -> bool:
    """Return whether it is without halves of character pairs, which JSON bodies can hold."""
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


@cache
def _parser() -> "Lark":
    """Build the parser when the first statement comes: it takes a quarter of a second."""
    from lark import Lark

    grammar = files("salesforce_emulator.soql").joinpath("grammar.lark").read_text("utf-8")
    tree = StatementTransformer()
    return Lark(
        grammar, parser="lalr", lexer="contextual", transformer=tree, maybe_placeholders=True
    )
