"""Connections for engines that store settings and credentials, and pass both to each call.

Such an engine has no lock and cannot save from inside a call. So each sign-in has a lock of this
process, and refreshed credentials that cannot be saved live as long as the process: with rotating
refresh tokens, use a store (`connector_host.store`) or the engine's own refresh hook.

A sign-in through the browser has data between the redirect and the callback. Where the engine
stores none, `begin_sealed` seals them into the `state` parameter with a key derived from the
method's secret settings, and `finish_sealed` opens them there.

https://www.rfc-editor.org/rfc/rfc5869 (HKDF)
https://www.rfc-editor.org/rfc/rfc6749#section-10.12 (why a callback is bound to its browser)
"""

import base64
import hashlib
import json
import os
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from connector_host import manifest as manifests
from connector_host import settings_form
from connector_host.errors import BadInput, SignInUnfinished
from connector_host.hookspecs import SIGN_IN_LIFETIME, Json, JsonObject

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from connector_host.registry import Registry

Save = Callable[[JsonObject], object]

NONCE_BYTES: Final = 12  # 96 bits, as NIST SP 800-38D 8.2 recommends
MAX_SIGN_INS: Final = 10_000  # whose credentials one process stores; the oldest are dropped
_DIGEST_KEY: Final = os.urandom(32)  # so that an id in a log reveals nothing about a secret


class _SignIns:
    """The locks and latest credentials of this process's sign-ins, by id; safe for threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: weakref.WeakValueDictionary[str, threading.Lock] = (
            weakref.WeakValueDictionary()
        )
        self._latest: OrderedDict[str, tuple[JsonObject, JsonObject]] = OrderedDict()

    def lock(self, sign_in: str) -> threading.Lock:
        """Return the lock of a sign-in, which exists as long as somebody refers to it."""
        with self._guard:
            lock = self._locks.get(sign_in)
            if lock is None:
                lock = self._locks[sign_in] = threading.Lock()
            return lock

    def latest(self, sign_in: str, stored: JsonObject) -> JsonObject:
        """Return what was saved last, unless the engine has stored something else since."""
        with self._guard:
            before, saved = self._latest.get(sign_in, (stored, stored))
            return saved if stored == before else stored

    def save(self, sign_in: str, stored: JsonObject, saved: JsonObject) -> None:
        with self._guard:
            self._latest[sign_in] = (stored, saved)
            self._latest.move_to_end(sign_in)
            if len(self._latest) > MAX_SIGN_INS:
                self._latest.popitem(last=False)


_sign_ins = _SignIns()


def _forget_locks() -> None:
    """Reset in a forked child, where a lock of another thread would never be released."""
    global _sign_ins
    _sign_ins = _SignIns()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_locks)


class StatelessConnection:
    """The contract's `Connection` over data from an engine; create one for each call.

    Attributes:
        id: The same for all calls of one sign-in in this process.
    """

    def __init__(
        self,
        connector: str,
        method: str,
        settings: Mapping[str, Json],
        credentials: Mapping[str, Json] | None = None,
        *,
        sign_in_id: str | None = None,
        save: Save | None = None,
    ) -> None:
        """Args:
        credentials: From the engine's store; None or empty for a method that needs no person.
        sign_in_id: The engine's id of this sign-in, stable over refreshes; None to derive one from
            the settings and the first credentials.
        save: Stores credentials in the engine, durably; None if the engine cannot do that here.
        """
        self.method = method
        self.settings: Mapping[str, Json] = dict(settings)
        self._stored: JsonObject = dict(credentials or {})
        self._save = save
        self.id = sign_in_id or _digest(connector, method, self.settings, self._stored)
        self._lock = _sign_ins.lock(self.id)

    def __repr__(self) -> str:
        return f"StatelessConnection({self.method!r}, id={self.id})"

    @property
    def credentials(self) -> Mapping[str, Json]:
        """What was saved last: in this process, or in the engine if that is newer."""
        return _sign_ins.latest(self.id, self._stored)

    def save(self, credentials: Mapping[str, Json]) -> None:
        saved = dict(credentials)
        if self._save is not None:
            self._save(saved)
        _sign_ins.save(self.id, self._stored, saved)

    def lock(self) -> AbstractContextManager[object]:
        return self._lock


@dataclass(frozen=True)
class SealedSignIn:
    """A sign-in that has begun: where to send the browser.

    Attributes:
        url: The page where a person consents; its `state` contains what `finish_sealed` needs.
        state: The same, for engines that check it themselves.
    """

    url: str
    state: str


def begin_sealed(
    registry: "Registry",
    connector: str,
    method: str,
    settings: Mapping[str, Json],
    redirect_uri: str,
    *,
    bound_to: str = "",
    clock: Callable[[], float] = time.time,
) -> SealedSignIn:
    """Begin a sign-in through the browser, and store nothing.

    Args:
        bound_to: Identifies the person's session or account in the engine. `finish_sealed` needs
            the same value, so that nobody finishes a sign-in in another person's session.
        clock: Returns seconds since 1970.

    Raises:
        BadInput: The method has no secret setting to derive a key from.
    """
    cipher = _cipher(registry, connector, method, settings)
    begun = registry.call(
        connector,
        "begin_authorization",
        method=method,
        settings=settings,
        redirect_uri=redirect_uri,
    )
    content = {
        "state": begun["state"],
        "pending": begun["pending"],
        "ends_at": clock() + SIGN_IN_LIFETIME,
    }
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + cipher.encrypt(nonce, json.dumps(content).encode(), _bound(bound_to))
    state = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
    return SealedSignIn(_with_state(begun["url"], state), state)


def finish_sealed(
    registry: "Registry",
    connector: str,
    method: str,
    settings: Mapping[str, Json],
    callback_url: str,
    *,
    bound_to: str = "",
    clock: Callable[[], float] = time.time,
) -> JsonObject:
    """Finish a sign-in that `begin_sealed` began, in any process, and return its credentials.

    Raises:
        SignInUnfinished: The state was not issued here, belongs to another session, or is too old.
        ConnectorError: Consent was denied, or the exchange failed.
    """
    from cryptography.exceptions import InvalidTag

    cipher = _cipher(registry, connector, method, settings)
    state = dict(parse_qsl(urlsplit(callback_url).query)).get("state", "")
    try:
        raw = base64.urlsafe_b64decode(state + "=" * (-len(state) % 4))
        opened = cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(bound_to))
    except (InvalidTag, ValueError) as exc:
        raise SignInUnfinished(
            "The state in the callback does not belong to this sign-in.",
            "Start the sign-in again from the same browser, with the same settings.",
        ) from exc
    content = json.loads(opened)
    if clock() > content["ends_at"]:
        raise SignInUnfinished("The sign-in was started too long ago.", "Start it again.")
    credentials: JsonObject = registry.call(
        connector,
        "finish_authorization",
        method=method,
        settings=settings,
        pending=content["pending"],
        callback_url=_with_state(callback_url, content["state"]),
    )
    return credentials


def _cipher(
    registry: "Registry", connector: str, method: str, settings: Mapping[str, Json]
) -> "AESGCM":
    """Derive a key from the method's secret settings."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    entry = manifests.get_part(registry.manifest(connector), "auth_methods", method)
    _, secrets = settings_form.split(entry["schema"], settings)
    values = {name: value for name, value in secrets.items() if value}
    if not values:
        raise BadInput(
            f"The method {method!r} has no secret setting to protect a sign-in with.",
            "Fill in the app's secret, or use a host that stores pending sign-ins.",
        )
    info = f"connector_host sign-in {connector} {method}".encode()
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(_canonical(values))
    return AESGCM(key)


def _digest(
    connector: str, method: str, settings: Mapping[str, Json], credentials: Mapping[str, Json]
) -> str:
    content = _canonical([connector, method, dict(settings), dict(credentials)])
    return hashlib.blake2b(content, key=_DIGEST_KEY, digest_size=16).hexdigest()


def _with_state(url: str, state: str) -> str:
    """Replace the `state` in a URL's query."""
    parts = urlsplit(url)
    query = [
        (name, state if name == "state" else value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _canonical(value: Json) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _bound(to: str) -> bytes:
    return f"connector_host sign-in of {to}".encode()
