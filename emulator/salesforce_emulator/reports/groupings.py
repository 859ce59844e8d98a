"""The groups of a report's rows: their keys, and which of them each row is in.

A group's key counts from 0 within the group above it: `1`, `1_0`. All rows together are `T`.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_factmap_example.htm
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final

ALL: Final = "T"

Json = dict[str, Any]
Label = Callable[[int, Any], str]
"""Returns the label of a value on a level, from 0."""


class Groupings:
    """The groups in one direction, down or across.

    Attributes:
        groups: As the answer has them.
        keys: Of every group, `T` first, each before those within it.
    """

    def __init__(self, paths: Iterable[tuple[Any, ...]], label: Label) -> None:
        """Number the groups in the order in which they come.

        Args:
            paths: The values that lead to each row, outermost first; those of one group together.
        """
        self.groups: list[Json] = []
        self.keys = [ALL]
        self._keys: dict[tuple[Hashable, ...], str] = {(): ALL}
        inner: dict[tuple[Hashable, ...], list[Json]] = {(): self.groups}
        for keys in paths:
            for level in range(len(keys)):
                path, above = keys[: level + 1], keys[:level]
                if path in self._keys:
                    continue
                own = str(len(inner[above]))
                key = own if not above else f"{self._keys[above]}_{own}"
                self._keys[path], inner[path] = key, []
                displayed = label(level, keys[level])
                group = {
                    "groupings": inner[path],
                    "key": key,
                    "label": displayed,
                    "value": keys[level],
                }
                inner[above].append(group)
        self._order(self.groups)

    def path(self, keys: tuple[Any, ...]) -> list[str]:
        """Return the keys of the groups that a row is in, `T` first, the innermost last."""
        return [self._keys[keys[:level]] for level in range(len(keys) + 1)]

    def _order(self, groups: list[Json]) -> None:
        for group in groups:
            self.keys.append(group["key"])
            self._order(group["groupings"])
