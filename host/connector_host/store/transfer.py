"""Exports connections to a file sealed with a passphrase, and imports them into another store.

The file is one JSON object: a head that says how the key is derived from the passphrase, and a body
sealed with that key (AES-256-GCM) and bound to the head. The keys of the two stores are not needed
and not in the file.

https://www.rfc-editor.org/rfc/rfc7914 (scrypt)
"""

import base64
import json
import secrets
from typing import Any, Final

from connector_host.access import Access
from connector_host.errors import BadInput, NameTaken
from connector_host.hookspecs import JsonObject
from connector_host.store import inserts
from connector_host.store.connection import Connection
from connector_host.store.connection_store import ConnectionStore

FORMAT: Final = "connector-host export 1"
COST: Final = 2**17  # scrypt's n: 128 MiB and 0.3 s a guess; OWASP's choice for passwords
BLOCK: Final = 8  # scrypt's r, as the RFC has it
LANES: Final = 1  # scrypt's p
MAX_COST: Final = 2**20  # 1 GiB; a file that asks for more was not written here
MIN_PASSPHRASE: Final = 12  # characters of a passphrase
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12  # 96 bits, as NIST SP 800-38D 8.2 recommends


def export(
    connections: list[Connection], store: ConnectionStore, passphrase: str, *, cost: int = COST
) -> str:
    """Seal connections, with their secrets and app profiles, with a passphrase.

    Args:
        cost: scrypt's n, a power of two.

    Raises:
        BadInput: The passphrase is too short.
    """
    if len(passphrase) < MIN_PASSPHRASE:
        raise BadInput(
            f"The passphrase is too short: it needs at least {MIN_PASSPHRASE} characters.",
            "Use a long passphrase: anyone who has the file can try passphrases without limit.",
        )
    app_names = sorted({connection.app for connection in connections if connection.app})
    body = {
        "connections": [_connection(connection) for connection in connections],
        "apps": [_app(store, name) for name in app_names],
    }
    return seal_export(body, passphrase, cost=cost)


def import_all(text: str, store: ConnectionStore, passphrase: str, *, who: str = "") -> list[str]:
    """Add the connections of a file to a store, all or none, and return their names.

    An app profile that exists with the same settings is used; all ids are new.

    Args:
        who: For the audit trail.

    Raises:
        BadInput: The file is not an export or was changed, or the passphrase is wrong.
        NameTaken: There is a connection, or another app profile, of the same name; nothing was
            added.
    """
    body = open_export(text, passphrase)
    existing_names = {connection.name for connection in store.list()}
    names = sorted(connection["name"] for connection in body["connections"])
    if existing := [name for name in names if name in existing_names]:
        raise NameTaken(
            f"There already are connections of these names: {', '.join(existing)}.",
            "Rename or remove them first; nothing was imported.",
        )
    profiles = {profile["name"]: profile for profile in body["apps"]}
    # A file must contain the profiles that it names: it must not use the secret of one here.
    if missing := {entry["app"] for entry in body["connections"] if entry["app"]} - {*profiles}:
        raise BadInput(
            f"The file lacks app profiles that its connections use: {', '.join(sorted(missing))}.",
            "Export it again.",
        )
    new_profiles = [entry for entry in profiles.values() if not _exists_unchanged(store, entry)]
    with store.sealer.writing() as (db, seal):
        for profile in new_profiles:
            inserts.add_app(db, seal, store.row_seals, **profile)
            store.trail.add(db, who, "app_added", detail=profile["name"])
        for connection in body["connections"]:
            shared = connection.pop("access")
            people = (frozenset(shared[kind]) for kind in ("users", "groups"))
            access = Access(shared["owner"], *people)
            inserts.add_connection(db, seal, store.row_seals, access=access, **connection)
            store.trail.add(db, who, "imported", connection["name"])
    return names


def seal_export(body: JsonObject, passphrase: str, *, cost: int) -> str:
    """Seal a JSON object with a passphrase."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head: JsonObject = {
        "format": FORMAT,
        "kdf": {"name": "scrypt", "n": cost, "salt": _text(secrets.token_bytes(SALT_BYTES))},
    }
    nonce = secrets.token_bytes(NONCE_BYTES)
    cipher = AESGCM(_key(head["kdf"], passphrase))
    content = nonce + cipher.encrypt(nonce, json.dumps(body).encode(), _authenticated_head(head))
    return json.dumps({**head, "sealed": _text(content)}, indent=1) + "\n"


def open_export(text: str, passphrase: str) -> JsonObject:
    """Open a text that `seal_export` returned.

    Raises:
        BadInput: The file is not an export or was changed, or the passphrase is wrong.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        file = json.loads(text)
        head = {"format": file["format"], "kdf": file["kdf"]}
        content = base64.b64decode(file["sealed"], validate=True)
        if head["format"] != FORMAT or not 1 < head["kdf"]["n"] <= MAX_COST:
            raise _no_export()
        key = _key(head["kdf"], passphrase)
    except (ValueError, TypeError, KeyError, RecursionError, MemoryError) as exc:
        raise _no_export() from exc
    try:
        body = AESGCM(key).decrypt(
            content[:NONCE_BYTES], content[NONCE_BYTES:], _authenticated_head(head)
        )
    except (InvalidTag, ValueError) as exc:
        raise BadInput(
            "The file cannot be opened: the passphrase is wrong, or the file was changed."
        ) from exc
    return dict(json.loads(body))


def _connection(stored: Connection) -> JsonObject:
    plain, secret = stored.own_parts()
    access = stored.access
    return {
        "name": stored.name,
        "connector": stored.connector,
        "method": stored.method,
        "settings": plain,
        "secrets": secret,
        "credentials": dict(stored.credentials),
        "app": stored.app,
        "access": {
            "owner": access.owner,
            "users": sorted(access.users),
            "groups": sorted(access.groups),
        },
    }


def _app(store: ConnectionStore, name: str) -> JsonObject:
    app = store.apps.get(name)
    return {
        "name": app.name,
        "connector": app.connector,
        "settings": app.plain_settings,
        "secrets": app.secrets,
        "hosts": list(app.hosts),
    }


def _exists_unchanged(store: ConnectionStore, app_profile: JsonObject) -> bool:
    if app_profile["name"] not in {connection.name for connection in store.apps.list()}:
        return False
    if _app(store, app_profile["name"]) == app_profile:
        return True
    raise NameTaken(
        f"There is another app profile {app_profile['name']!r} already.",
        "Remove it, or import into another store; nothing was imported.",
    )


def _key(kdf: dict[str, Any], passphrase: str) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    salt = base64.b64decode(kdf["salt"], validate=True)
    kdf_instance = Scrypt(salt=salt, length=32, n=kdf["n"], r=BLOCK, p=LANES)
    return kdf_instance.derive(passphrase.encode())


def _authenticated_head(head: JsonObject) -> bytes:
    return json.dumps(head, sort_keys=True).encode()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _no_export() -> BadInput:
    return BadInput("The file is not an export of connections.", "`connections export` writes one.")
