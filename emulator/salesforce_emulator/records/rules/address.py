"""Addresses of an org with state and country picklists: text and code agree.

https://help.salesforce.com/s/articleView?id=platform.admin_state_country_picklists_overview.htm
"""

from collections.abc import Mapping
from typing import Any

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.schema.state_picklists import countries, stems


def agree_on_codes(save: SaveContext) -> None:
    """Set the text of a country or state by its code, or its code by the text."""
    for stem in stems(save.sobject):
        if save.sobject.field(f"{stem}CountryCode") is None:
            continue
        for text in (f"{stem}Country", f"{stem}State"):
            cleared = save.row.get(text) is None and save.changed(text)
            if cleared and f"{text}Code" not in save.supplied_fields:
                save.row[f"{text}Code"] = None
        names_by_code = {country.code: country.name for country in countries().values()}
        _agree(save, f"{stem}Country", names_by_code, "country", "countries")
        country = save.row.get(f"{stem}CountryCode")
        state, code = f"{stem}State", f"{stem}StateCode"
        if country is None:
            if save.row.get(state) or save.row.get(code):
                label = _label(save, state)
                raise errors.integrity(
                    "A country/territory must be specified before specifying a state value for"
                    f" field: {label}",
                    [state],
                )
            continue
        _agree(save, state, countries()[country].states, "state", "states")


def _agree(
    save: SaveContext, text: str, names_by_code: Mapping[str, str], word: str, words: str
) -> None:
    code, row = f"{text}Code", save.row
    if code in save.supplied_fields and save.changed(code):
        value: Any = row.get(code)
        if value is not None and value not in names_by_code:
            raise _unknown(save, code, word, words)
        row[text] = None if value is None else names_by_code[value]
    elif save.changed(text) or (row.get(text) is not None and row.get(code) is None):
        value = row.get(text)
        if value is None:
            row[code] = None
            return
        folded = value.casefold()
        match = next(
            (
                item
                for item, name in names_by_code.items()
                if folded in (name.casefold(), item.casefold())
            ),
            None,
        )
        if match is None:
            raise _unknown(save, text, word, words)
        row[code], row[text] = match, names_by_code[match]


def _unknown(save: SaveContext, name: str, word: str, words: str) -> errors.SalesforceError:
    problem = f"There's a problem with this {word}, even though it may appear correct."
    remedy = f"Please select a {word} from the list of valid {words}."  # noqa: S608 - no SQL
    return errors.integrity(f"{problem} {remedy}: {_label(save, name)}", [name])


def _label(save: SaveContext, name: str) -> str:
    field = save.sobject.field(name)
    return name if field is None else field.label
