"""References between subrequests: `@{account.id}`, `@{match.records[0].Id}`.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from salesforce_emulator import errors

_REFERENCE: Final = re.compile(r"@\{([^{}]*)\}")
_PATH: Final = re.compile(r"(\w+)((?:\[\d+\]|\.\w+)+)", re.ASCII)
_STEP: Final = re.compile(r"\[(\d+)\]|\.(\w+)", re.ASCII)


class Results:
    """What subrequests gave, for later ones to refer to.

    Args:
        nulls: A reference to a null is one to a value; before v52.0 it is an error.
    """

    def __init__(self, *, nulls: bool = True) -> None:
        self._nulls = nulls
        self._bodies: dict[str, Any] = {}

    def add(self, reference_id: str, body: Any) -> None:
        """Keep the body of a subrequest that went well."""
        self._bodies[reference_id] = body

    def fill(self, value: Any) -> Any:
        """Return JSON with values in place of references.

        A text that is one reference becomes the value itself; one within a text is written out.

        Raises:
            SalesforceError: PROCESSING_HALTED when there is no such value.
        """
        if isinstance(value, str):
            whole = _REFERENCE.fullmatch(value)
            if whole is not None:
                return self._value(whole[1])
            return _REFERENCE.sub(lambda match: _write_value(self._value(match[1])), value)
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, dict):
            return {name: self.fill(item) for name, item in value.items()}
        return value

    def fill_url(self, url: str) -> str:
        """Return a URL with values in place of references, percent-encoded.

        Raises:
            SalesforceError: PROCESSING_HALTED when there is no such value.
        """
        return _REFERENCE.sub(
            lambda match: quote(_write_value(self._value(match[1])), safe=""), url
        )

    def _value(self, path: str) -> Any:
        match = _PATH.fullmatch(path)
        name = re.split(r"[.\[]", path, maxsplit=1)[0]
        if match is None or name not in self._bodies:
            raise errors.invalid_reference(path, name)
        value = self._bodies[name]
        for index, key in _STEP.findall(match[2]):
            try:
                value = value[int(index)] if index else _member(value, key)
            except (LookupError, TypeError):
                raise errors.invalid_reference(path, name) from None
        if isinstance(value, (dict, list)) or (value is None and not self._nulls):
            raise errors.invalid_reference(path, name)
        return value


def names(value: Any) -> Iterator[str]:
    """Return the reference ids that JSON refers to, as often as it does."""
    if isinstance(value, str):
        for path in _REFERENCE.findall(value):
            yield re.split(r"[.\[]", path, maxsplit=1)[0]
    elif isinstance(value, list):
        for entry in value:
            yield from names(entry)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from names(item)


def _member(value: Any, key: str) -> Any:
    if not isinstance(value, dict):
        raise TypeError(key)
    return value[key]


def _write_value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
