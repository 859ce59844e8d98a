"""A store of an older version: brought up to date with all that is in it."""

from pathlib import Path
from typing import Any

import pytest
from host.store_places import engine_url
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from connector_host.errors import StoreDamaged
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.keys import KeyFile
from connector_host.store.protocol import SignInNeeded
from connector_host.store.sealed_columns import associated_data
from connector_host.store.tables import STEPS


@pytest.fixture
def old_store(empty_location: str, key_path: Path) -> str:
    """The store as version 1 left it, with one connection."""
    Path(key_path).parent.mkdir(exist_ok=True)
    ring = KeyFile(key_path).make()
    engine = create_engine(engine_url(empty_location), poolclass=NullPool)
    values = {
        "secrets": ring.seal({"token": "t"}, associated_data("connections", "secrets", "1f")),
        "credentials": ring.seal({"n": 1}, associated_data("connections", "credentials", "1f")),
        "key_id": ring.id,
        "settings": '{"room": "x"}',
    }
    with engine.begin() as db:
        for statement in STEPS[0]:
            db.execute(text(statement))
        db.execute(text("INSERT INTO store_info VALUES ('schema_version', '1')"))
        db.execute(text("INSERT INTO store_info VALUES ('key_id', :key_id)"), values)
        db.execute(
            text(
                "INSERT INTO connections VALUES ('1f', 'acme', 'echo', 'token', :settings,"
                " :secrets, :credentials, '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00')"
            ),
            values,
        )
    engine.dispose()
    return empty_location


def test_version_1_is_brought_up_to_date_and_its_rows_without_a_seal_are_refused(
    old_store: str, key_path: Path
) -> None:
    """A row without a seal could be anybody's; it can be seen, removed, and made anew."""
    store = ConnectionStore(old_store, KeyFile(key_path))

    assert [connection.name for connection in store.list()] == ["acme"]
    assert store.peek("acme").plain_settings == {"room": "x"}
    with pytest.raises(StoreDamaged, match="'acme' has no seal"):
        store.get("acme")
    store.remove("acme")
    values: dict[str, Any] = {
        "connector": "echo",
        "method": "token",
        "settings": {},
        "secrets": {"token": "t"},
    }
    added = store.add("acme", **values, credentials={"n": 1})
    assert (added.access.owner, added.app, added.needs_sign_in) == (None, None, None)
    added.mark("CODE", "why")
    assert isinstance(store.get("acme").needs_sign_in, SignInNeeded)
    store.sealer.rotate()
    assert store.get("acme").credentials == {"n": 1}
    store.close()
