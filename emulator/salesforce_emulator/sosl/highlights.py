"""WITH HIGHLIGHT: marks the search words in the results.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_with_highlight.htm
"""

from collections.abc import Iterator, Sequence
from typing import Final

from salesforce_emulator.schema import Field, SObject
from salesforce_emulator.schema.rendering import Json
from salesforce_emulator.sosl.terms import Either, Every, Lacking, Phrase, Term, spans_of

MAX_HIGHLIGHTED: Final = 25  # records of one object that are marked, SOSL reference

_OBJECTS: Final = frozenset(
    {"Account", "Campaign", "Contact", "Lead", "Opportunity", "Quote", "User"}
)
_TYPES: Final = frozenset({"string", "textarea", "email"})


def highlight(records: Sequence[Json], sobject: SObject, term: Term) -> None:
    """Add to the first records a key `highlight.Name` for each text with a word searched for."""
    if sobject.name not in _OBJECTS and not sobject.name.endswith("__c"):
        return
    phrases = list(_phrases(term))
    for record in records[:MAX_HIGHLIGHTED]:
        marked = {
            f"highlight.{name}": _mark(value, phrases)
            for name, value in sorted(record.items())
            if isinstance(value, str) and _is_text(sobject.field(name))
        }
        record.update((key, text) for key, text in marked.items() if text is not None)


def _is_text(field: Field | None) -> bool:
    return field is not None and field.type in _TYPES and not field.html_formatted


def _phrases(term: Term) -> Iterator[Phrase]:
    """Return what is searched for; a word with a wildcard is not marked."""
    if isinstance(term, Phrase):
        if len(term.plain) == len(term.patterns):
            yield term
    elif isinstance(term, Every | Either):
        for part in term.parts:
            yield from _phrases(part)
    elif isinstance(term, Lacking):
        yield from _phrases(term.parts[0])


def _mark(text: str, phrases: Sequence[Phrase]) -> str | None:
    """Mark words with <mark>; None when there are none."""
    spans = spans_of(text)
    words = [text[start:end].casefold() for start, end in spans]
    hits: set[int] = set()
    for phrase in phrases:
        size = len(phrase.patterns)
        for start in range(len(words) - size + 1):
            if phrase.within(words[start : start + size]):
                hits.update(range(start, start + size))
    for at in sorted(hits, reverse=True):
        start, end = spans[at]
        text = f"{text[:start]}<mark>{text[start:end]}</mark>{text[end:]}"
    return text if hits else None
