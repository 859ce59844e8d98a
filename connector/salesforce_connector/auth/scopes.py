"""OAuth scopes as people write them, and which of them are the same.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm
"""

import re
from collections.abc import Iterable

_SEPARATORS = re.compile(r"(?:[\s,;+|\"'`\[\]\u201c\u201d]|%20)+")
_LABEL = re.compile(r"\(([^()]*)\)")  # Setup shows "Manage user data via APIs (api)"
_SCOPE = re.compile(r"[a-z][a-z0-9_:.-]*")  # custom scopes may have a prefix

_LASTING = "refresh_token"
_SAME = frozenset(
    {"offline_access", "offline-access", "offlineaccess", "refresh-token", "refreshtoken"}
)  # as `refresh_token`: the first is Salesforce's, the others are how people write them


def normalize(value: object) -> list[str]:
    """Return scopes as a list, one an item, in lower case.

    Takes a list, or a string with spaces or commas; an item may hold several, or be the label that
    Setup shows. `offline_access` is `refresh_token` by another name.

    Raises:
        ValueError: It is neither, a scope has characters that none has, or there is none.
    """
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise ValueError("must be a list of scopes, such as api and refresh_token")
    scopes = [
        scope for item in items for scope in _SEPARATORS.split(_strip_labels(item.lower())) if scope
    ]
    for scope in scopes:
        if not _SCOPE.fullmatch(scope):
            raise ValueError(f"{scope[:40]!r} is not a scope; use names such as api, refresh_token")
    if not scopes:
        raise ValueError(
            "give at least one scope, such as api; add refresh_token to stay connected"
        )
    return [*dict.fromkeys(map(_canonical, scopes))]


def missing(requested: Iterable[str], granted: Iterable[str]) -> list[str]:
    """Return the requested scopes that were not granted, however they are written."""
    have = {_canonical(scope.lower()) for scope in granted}
    if "full" in have:  # all that the user may do, but not beyond the session
        lasting = _LASTING in have
        return [
            scope for scope in requested if _canonical(scope.lower()) == _LASTING and not lasting
        ]
    return [scope for scope in requested if _canonical(scope.lower()) not in have]


def _canonical(scope: str) -> str:
    return _LASTING if scope in _SAME else scope


def _strip_labels(text: str) -> str:
    """Return the text in the parentheses of labels; a text without any is returned as it is."""
    return " ".join(_LABEL.findall(text)) or text.strip().removeprefix("scope=")
