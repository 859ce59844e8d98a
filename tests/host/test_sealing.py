"""Sealed texts: what opens them, and what does not."""

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector_host.errors import StoreDamaged, WrongKey
from connector_host.store.keys import KeyFile, KeyText, new_key
from connector_host.store.sealing import Keyring

RING = KeyText(new_key()).load()
SECRETS = st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.booleans()))


@given(SECRETS, st.text())
def test_sealed_value_opens_with_its_associated_data(
    value: dict[str, object], associated_data: str
) -> None:
    """Law: open(seal(v, p), p) == v, for any JSON object and any place."""
    assert RING.open(RING.seal(value, associated_data), associated_data) == value


@given(st.data())
def test_no_bit_of_a_sealed_text_can_be_changed(data: st.DataObject) -> None:
    """Law: a text with one bit of nonce or ciphertext flipped never opens."""
    head, _, body = RING.seal({"token": "secret"}, "here").rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(body))
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8

    with pytest.raises(StoreDamaged):
        RING.open(f"{head}.{base64.urlsafe_b64encode(raw).decode()}", "here")


def test_sealed_value_does_not_open_with_other_associated_data() -> None:
    with pytest.raises(StoreDamaged, match=r"sealed value of connection 2 .* changed or moved"):
        RING.open(RING.seal({}, "connection 1 credentials"), "connection 2 credentials")


@pytest.mark.parametrize(
    "text", ["", "plain", "2.abcdef01.AAAA", "1.abcdef01", "1.{id}.AA", "1.{id}.!"]
)
def test_unsealed_text_is_damaged(text: str) -> None:
    with pytest.raises(StoreDamaged):
        RING.open(text.replace("{id}", RING.id), "here")


def test_wrong_key_and_damage_have_different_errors() -> None:
    other = KeyText(new_key()).load()

    with pytest.raises(
        WrongKey, match=f"sealed with key {RING.id}, and the available key is {other.id}"
    ):
        other.open(RING.seal({}, "here"), "here")


def test_a_ring_opens_what_each_of_its_keys_sealed_and_seals_with_the_first() -> None:
    old, new = new_key(), new_key()
    sealed = KeyText(old).load().seal({"a": 1}, "here")

    ring = KeyText(f"{new},{old}").load()

    assert ring.open(sealed, "here") == {"a": 1}
    assert ring.seal({}, "here").split(".")[1] == KeyText(new).load().id


@pytest.mark.parametrize(
    "text", ["", "short", "A" * 42, "é" * 44, base64.b64encode(bytes(31)).decode()]
)
def test_invalid_key_is_rejected_and_not_repeated(text: str) -> None:
    with pytest.raises(WrongKey, match="is not a key") as caught:
        KeyText(text, "MY_KEY").load()
    assert "MY_KEY" in str(caught.value)
    assert not text or text not in str(caught.value)


def test_key_file_is_created_once_and_private(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "new folder" / "key")
    assert file.load() is None

    created = file.make()

    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert KeyFile(file.path).make().id == created.id  # who comes second gets the first one's
    assert [path.name for path in file.path.parent.iterdir()] == ["key"]


def test_unreadable_key_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()

    with pytest.raises(WrongKey, match="cannot be read"):
        KeyFile(tmp_path / "key").load()


def test_shows_no_key() -> None:
    key = new_key()

    assert repr(KeyText(key).load()) == f"Keyring({Keyring([base64.urlsafe_b64decode(key)]).id})"
