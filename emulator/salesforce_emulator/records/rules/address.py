"""Addresses of an org with state and country picklists: text and code say the same.

https://help.salesforce.com/s/articleView?id=platform.admin_state_country_picklists_overview.htm
"""

from collections.abc import Mapping
from typing import Any

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import Saving
from salesforce_emulator.schema.state_picklists import countries, stems


def agree_on_codes(saving: Saving) -> None:
    """Set the text of a country or state by its code, or the code by the text; refuse others."""
    for stem in stems(saving.sobject):
        if saving.sobject.field(f"{stem}CountryCode") is None:
            continue
        for text in (f"{stem}Country", f"{stem}State"):
            cleared = saving.row.get(text) is None and saving.changed(text)
            if cleared and f"{text}Code" not in saving.given:
                saving.row[f"{text}Code"] = None
        known = {country.code: country.name for country in countries().values()}
        _agree(saving, f"{stem}Country", known, "country", "countries")
        country = saving.row.get(f"{stem}CountryCode")
        state, code = f"{stem}State", f"{stem}StateCode"
        if country is None:
            if saving.row.get(state) or saving.row.get(code):
                label = _label(saving, state)
                raise errors.integrity(
                    "A country/territory must be specified before specifying a state value for"
                    f" field: {label}",
                    [state],
                )
            continue
        _agree(saving, state, countries()[country].states, "state", "states")


def _agree(saving: Saving, text: str, known: Mapping[str, str], word: str, words: str) -> None:
    code, row = f"{text}Code", saving.row
    if code in saving.given and saving.changed(code):
        given: Any = row.get(code)
        if given is not None and given not in known:
            raise _unknown(saving, code, word, words)
        row[text] = None if given is None else known[given]
    elif saving.changed(text) or (row.get(text) is not None and row.get(code) is None):
        given = row.get(text)
        if given is None:
            row[code] = None
            return
        folded = given.casefold()
        match = next(
            (item for item, name in known.items() if folded in (name.casefold(), item.casefold())),
            None,
        )
        if match is None:
            raise _unknown(saving, text, word, words)
        row[code], row[text] = match, known[match]


def _unknown(saving: Saving, name: str, word: str, words: str) -> errors.SalesforceError:
    problem = f"There's a problem with this {word}, even though it may appear correct."
    remedy = f"Please select a {word} from the list of valid {words}."  # noqa: S608 - no SQL
    return errors.integrity(f"{problem} {remedy}: {_label(saving, name)}", [name])


def _label(saving: Saving, name: str) -> str:
    field = saving.sobject.field(name)
    return name if field is None else field.label
