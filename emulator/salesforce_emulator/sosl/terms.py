"""Search expressions: words, phrases and operators.

A text is cut into words wherever a character is neither a letter nor a digit, and a word matches
without regard to case; `*` matches any characters within a word and `?` one.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from salesforce_emulator.sosl import errors

if TYPE_CHECKING:
    from lark import Lark

MAX_WITH_OPERATORS: Final = 4_000  # characters; of a longer text the operators are words, SOSL
MAX_CHARACTERS: Final = 10_000  # characters; a longer text finds nothing, SOSL
MAX_DEPTH: Final = 50  # parentheses within parentheses; ours

_WORDS: Final = re.compile(r"[^\W_]+")
# In a search two characters are wildcards, unless a back slash is before them.
_PIECES: Final = re.compile(r"\\(?P<escaped>.)|(?P<wild>[*?])|(?P<plain>.)", re.DOTALL)
# Those that must be escaped, and that no word has by itself as a hyphen or an apostrophe.
_RESERVED: Final = re.compile(r"(?<!\\)(?:\\\\)*[|^~\[\]]")
_ANY, _ONE = "\ue000", "\ue001"  # placeholders of the wildcards while a text is split into words
_CUT: Final = re.compile(f"(?:[^\\W_]|[{_ANY}{_ONE}])+")

Words: TypeAlias = Sequence[str]
"""The words of one field, in order, in lower case."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Consecutive words in one field; no words match nothing."""

    patterns: tuple[re.Pattern[str], ...]
    plain: tuple[str, ...]

    def matches(self, fields: Sequence[Words]) -> bool:
        return any(self.within(words) for words in fields)

    def within(self, words: Words) -> bool:
        """Return whether the words of one field have it."""
        size = len(self.patterns)
        return size > 0 and any(
            all(map(_fits, self.patterns, words[start : start + size]))
            for start in range(len(words) - size + 1)
        )

    def required(self) -> Iterator[str]:
        yield from self.plain


@dataclass(frozen=True, slots=True)
class Every:
    """All parts match, be it in different fields."""

    parts: "tuple[Term, ...]"

    def matches(self, fields: Sequence[Words]) -> bool:
        return all(part.matches(fields) for part in self.parts)

    def required(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.required()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part matches."""

    parts: "tuple[Term, ...]"

    def matches(self, fields: Sequence[Words]) -> bool:
        return any(part.matches(fields) for part in self.parts)

    def required(self) -> Iterator[str]:
        yield from ()


@dataclass(frozen=True, slots=True)
class Lacking:
    """The first part matches, and no other does."""

    parts: "tuple[Term, ...]"

    def matches(self, fields: Sequence[Words]) -> bool:
        first, *others = self.parts
        return first.matches(fields) and not any(part.matches(fields) for part in others)

    def required(self) -> Iterator[str]:
        yield from self.parts[0].required()


Term: TypeAlias = Phrase | Every | Either | Lacking

_NOTHING: Final = Phrase((), ())


def words_of(text: str) -> Words:
    """Cut a text into words, in lower case."""
    return _WORDS.findall(text.casefold())


def spans_of(text: str) -> list[tuple[int, int]]:
    """Return the positions of the words in a text."""
    return [match.span() for match in _WORDS.finditer(text)]


def parse(text: str) -> Term:
    """Read what is between the braces.

    Raises:
        SoqlError: MALFORMED_SEARCH: too short, a quote or parenthesis without its other, a wildcard
            at the beginning of a word.
    """
    from lark.exceptions import UnexpectedInput

    if len(text) > MAX_CHARACTERS:
        return _NOTHING
    if (reserved := _RESERVED.search(text)) is not None:
        raise errors.malformed(f"unexpected token: '{reserved[0][-1]}'")
    bare = re.sub(r'[\s*?"()\\]', "", text)
    if len(bare) <= 1:
        raise errors.too_short(text.strip()) if text.strip() else errors.no_term()
    if len(text) > MAX_WITH_OPERATORS:
        return _all_of([_phrase(word) for word in text.replace('"', " ").split()])
    if text.count("(") > MAX_DEPTH:
        raise errors.malformed(f"A search term takes {MAX_DEPTH} parentheses at most")
    try:
        result: Any = _parser().parse(text)
    except UnexpectedInput:
        raise errors.malformed(f"the search term cannot be read: {text}") from None
    term: Term = result
    return term


def _phrase(text: str) -> Phrase:
    """Make a phrase of a word as it is written, which may be several: `kim\\@example.com`."""
    marked = "".join(
        {"*": _ANY, "?": _ONE}.get(piece["wild"], "") or piece["escaped"] or piece["plain"] or ""
        for piece in _PIECES.finditer(text)
    )
    words = _CUT.findall(marked.casefold())
    if any(word[0] in (_ANY, _ONE) for word in words):
        raise errors.leading_wildcard(text)
    return Phrase(
        patterns=tuple(re.compile(_pattern(word), re.DOTALL) for word in words),
        plain=tuple(word for word in words if _ANY not in word and _ONE not in word),
    )


def _pattern(word: str) -> str:
    return "".join({_ANY: ".*", _ONE: "."}.get(char) or re.escape(char) for char in word)


def _fits(pattern: re.Pattern[str], word: str) -> bool:
    return pattern.fullmatch(word) is not None


class _Terms:
    """The methods that lark calls for the rules of `terms.lark`."""

    def start(self, children: list[Any]) -> Term:
        (term,) = children
        return _term(term)

    def any(self, children: list[Any]) -> Term:
        return Either(tuple(children))

    def every(self, children: list[Any]) -> Term:
        return _all_of(children)

    def lacking(self, children: list[Any]) -> Term:
        return Lacking(tuple(children))

    def word(self, children: list[Any]) -> Term:
        return _phrase(str(children[0]))

    def phrase(self, children: list[Any]) -> Term:
        return _phrase(str(children[0])[1:-1])


def _all_of(parts: list[Any]) -> Term:
    """Join parts; one that has no words, such as `\\&`, requests nothing."""
    terms = tuple(part for part in parts if part != _NOTHING)
    return Every(terms) if terms else _NOTHING


def _term(node: Any) -> Term:
    term: Term = node
    return term


@cache
def _parser() -> "Lark":
    from lark import Lark

    grammar = files("salesforce_emulator.sosl").joinpath("terms.lark").read_text("utf-8")
    # The basic lexer: an operator is one anywhere.
    return Lark(grammar, parser="lalr", lexer="basic", transformer=_Terms())
