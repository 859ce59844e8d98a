"""Carries connections from one store to another in a file that a passphrase seals.

The file is one JSON object: a head that says how the key is made of the passphrase, and a body
sealed with that key (AES-256-GCM) and bound to the head. Which key a store itself is sealed with
does not matter; nothing is sent anywhere.

https://www.rfc-editor.org/rfc/rfc7914 (scrypt)
"""

import base64
import json
import secrets
from typing import Any, Final

from connector_host.access import Access
from connector_host.connection import Connection
from connector_host.errors import BadInput, NameTaken
from connector_host.hookspecs import JsonObject
from connector_host.store import inserts
from connector_host.store.connection_store import ConnectionStore

FORMAT: Final = "connector-host export 1"
COST: Final = 2**17  # scrypt's n: 128 MiB and 0.3 s a guess; OWASP's choice for passwords
BLOCK: Final = 8  # scrypt's r, as the RFC has it
LANES: Final = 1  # scrypt's p
LARGEST_COST: Final = 2**20  # 1 GiB; a file asking for more is no file of ours
SHORTEST: Final = 12  # characters of a passphrase
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12  # 96 bits, as NIST SP 800-38D 8.2 recommends


def export(
    connections: list[Connection], store: ConnectionStore, passphrase: str, *, cost: int = COST
) -> str:
    """Seal connections, with their secrets and the app profiles they refer to.

    Args:
        cost: scrypt's n, a power of two.

    Raises:
        BadInput: The passphrase is too short.
    """
    if len(passphrase) < SHORTEST:
        raise BadInput(
            f"The passphrase is shorter than {SHORTEST} characters.",
            "Whoever has the file can try as many as they like: take a long one.",
        )
    used = sorted({each.app for each in connections if each.app})
    body = {
        "connections": [_connection(each) for each in connections],
        "apps": [_app(store, name) for name in used],
    }
    return sealed(body, passphrase, cost=cost)


def import_all(text: str, store: ConnectionStore, passphrase: str, *, who: str = "") -> list[str]:
    """Add what a file holds to a store, all or nothing, and give the names of the connections.

    A profile that is there already with the same settings is used; ids are new ones.

    Args:
        who: For the audit trail.

    Raises:
        BadInput: It is no such file, was changed, or the passphrase is another.
        NameTaken: A connection or another app profile of a name is there; nothing was added.
    """
    body = opened(text, passphrase)
    there = {each.name for each in store.list()}
    names = sorted(each["name"] for each in body["connections"])
    if both := [name for name in names if name in there]:
        raise NameTaken(
            f"There are connections of the same name: {', '.join(both)}.",
            "Rename or remove those first; nothing was imported.",
        )
    new_apps = [each for each in body["apps"] if not _is_there(store, each)]
    with store.sealer.writing() as (db, seal):
        for each in new_apps:
            inserts.add_app(db, seal, **each)
            store.trail.add(db, who, "app_added", detail=each["name"])
        for each in body["connections"]:
            access = each.pop("access")
            new_id = inserts.add_connection(db, seal, owner=access["owner"], **each)
            people = (frozenset(access[kind]) for kind in ("users", "groups"))
            inserts.write_people(db, new_id, Access(access["owner"], *people))
            store.trail.add(db, who, "imported", each["name"])
    return names


def sealed(body: JsonObject, passphrase: str, *, cost: int) -> str:
    """Seal a JSON object with a passphrase."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head: JsonObject = {
        "format": FORMAT,
        "kdf": {"name": "scrypt", "n": cost, "salt": _text(secrets.token_bytes(SALT_BYTES))},
    }
    nonce = secrets.token_bytes(NONCE_BYTES)
    cipher = AESGCM(_key(head["kdf"], passphrase))
    content = nonce + cipher.encrypt(nonce, json.dumps(body).encode(), _bound(head))
    return json.dumps({**head, "sealed": _text(content)}, indent=1) + "\n"


def opened(text: str, passphrase: str) -> JsonObject:
    """Open what `sealed` gave.

    Raises:
        BadInput: It is no such file, was changed, or the passphrase is another.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        file = json.loads(text)
        head = {"format": file["format"], "kdf": file["kdf"]}
        content = base64.b64decode(file["sealed"], validate=True)
        if head["format"] != FORMAT or not 1 < head["kdf"]["n"] <= LARGEST_COST:
            raise _no_export()
        key = _key(head["kdf"], passphrase)
    except (ValueError, TypeError, KeyError) as exc:
        raise _no_export() from exc
    try:
        body = AESGCM(key).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], _bound(head))
    except (InvalidTag, ValueError) as exc:
        raise BadInput("The file does not open: another passphrase, or it was changed.") from exc
    return dict(json.loads(body))


def _connection(kept: Connection) -> JsonObject:
    plain, secret = kept.own_parts()
    access = kept.access
    return {
        "name": kept.name,
        "connector": kept.connector,
        "method": kept.method,
        "settings": plain,
        "secrets": secret,
        "credentials": dict(kept.credentials),
        "app": kept.app,
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
    }


def _is_there(store: ConnectionStore, wanted: JsonObject) -> bool:
    if wanted["name"] not in {each.name for each in store.apps.list()}:
        return False
    if _app(store, wanted["name"]) == wanted:
        return True
    raise NameTaken(
        f"There is another app profile {wanted['name']!r}.",
        "Remove it, or import where it is not; nothing was imported.",
    )


def _key(kdf: dict[str, Any], passphrase: str) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    salt = base64.b64decode(kdf["salt"], validate=True)
    made = Scrypt(salt=salt, length=32, n=kdf["n"], r=BLOCK, p=LANES)
    return made.derive(passphrase.encode())


def _bound(head: JsonObject) -> bytes:
    return json.dumps(head, sort_keys=True).encode()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _no_export() -> BadInput:
    return BadInput("The file is no export of connections.", "`connections export` makes one.")
