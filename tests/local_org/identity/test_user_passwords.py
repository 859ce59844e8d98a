"""`/sobjects/User/{id}/password`: set and reset by an administrator, or by the user."""

import httpx
import pytest

from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org


@pytest.fixture
def url(org: Org) -> str:
    return f"/sobjects/User/{org.admin_id}/password"


def stored(org: Org) -> str | None:
    row = org.user(org.admin_id)
    assert row is not None
    return identity_of(org).logins[row["Username"]].password


def test_setting_one_ends_its_expiry(client: httpx.Client, org: Org, url: str) -> None:
    done = client.post(url, json={"NewPassword": "violet-42-sky"})

    assert (done.status_code, done.content) == (204, b"")
    assert stored(org) == "violet-42-sky"
    assert client.get(url).json() == {"isExpired": False}


@pytest.mark.parametrize("password", ["short1", "onlyletters", "12345678901", None, 5])
def test_a_password_against_the_policy_changes_nothing(
    client: httpx.Client, org: Org, url: str, password: object
) -> None:
    before = stored(org)

    [error] = client.post(url, json={"NewPassword": password}).json()

    assert error["errorCode"] == "INVALID_NEW_PASSWORD"
    assert stored(org) == before


def test_a_reset_returns_the_new_one(client: httpx.Client, org: Org, url: str) -> None:
    first, second = (client.delete(url).json()["NewPassword"] for _ in range(2))

    assert first != second
    assert stored(org) == second
