"""A local org on loopback whose app rotates refresh tokens."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from salesforce_emulator.faults import Fault, faults_of
from salesforce_emulator.identity import identity_of
from salesforce_emulator.identity.rates import LoginRates
from salesforce_emulator.identity.users import User
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.server import serve

APP = "crm-sync"  # no secret, PKCE, rotation


class ChaosOrg:
    """See the module.

    Attributes:
        url: Of the org.
        grant_id: Of the sign-in that the connection holds.
    """

    def __init__(self, org: Org, url: str, *, rotating: bool, reuse_detected: bool) -> None:
        self.url = url
        self.grant_id = 0
        self._org = org
        self._identity = identity_of(org)
        self._identity.policy.reuse_detected = reuse_detected
        self._identity.apps.change(APP, refresh_token_rotation=rotating)
        self._rates = _Counting(org.db, org.clock)
        self._rates.most = 10**9  # chaos signs in more often in an hour than 3,600 times
        self._identity.rates = self._rates

    @property
    def settings(self) -> dict[str, Any]:
        """What the connection is set to."""
        key = self._identity.apps[APP].consumer_key
        return {"my_domain_url": self.url, "consumer_key": key, "local_org": True}

    def sign_in(self) -> dict[str, Any]:
        """Return the credentials of a new sign-in whose session has ended already."""
        app = self._identity.apps[APP]
        user = self._user()
        with self._org.lock, self._org.transaction():
            grant = self._identity.approve(app, user, ("api", "refresh_token"))
            self.grant_id = grant.id
            return {
                "access_token": "00DENDED!ENDED",
                "refresh_token": self._identity.grants.refresh_token(grant),
                "instance_url": self.url,
                "id": f"{self.url}/id/{self._org.org_id}/{user.id}",
                "scope": "api refresh_token",
            }

    def end_sessions(self) -> None:
        """Let every access token of the sign-in be good no longer."""
        with self._org.lock, self._org.transaction():
            self._identity.sessions.end_of_grant(self.grant_id)

    @property
    def tokens_given(self) -> int:
        """How many access tokens it has given."""
        return self._rates.counted

    @property
    def refreshes(self) -> int | None:
        """How often the refresh token was rotated; None when the grant is gone."""
        with self._org.lock:
            grant = self._identity.grants.get(self.grant_id)
        return None if grant is None else grant.rotation

    def order(self, fault: dict[str, Any]) -> None:
        """Order a fault, as `POST /local-org/faults` does."""
        faults_of(self._org).order(Fault.from_json(fault))

    def end_sessions_by_chance(self, probability: float) -> None:
        """Let each call that is allowed end its session first, with a probability."""
        self.order(
            {
                "kind": "session_expired",
                "path": "/services/data/",
                "probability": probability,
                "count": None,
            }
        )

    def clear_faults(self) -> None:
        """Take all orders of faults back."""
        faults_of(self._org).clear()

    def employees_by(self, external_id: str) -> dict[str, list[int]]:
        """Return the employees of each account that is not deleted, by one of its fields."""
        sql = (
            f'SELECT "{external_id}", "NumberOfEmployees" FROM "Account"'  # noqa: S608 - ours
            f' WHERE "IsDeleted" = 0 AND "{external_id}" IS NOT NULL'
        )
        accounts: dict[str, list[int]] = {}
        with self._org.lock:
            for number, employees in self._org.db.execute(sql):
                accounts.setdefault(number, []).append(employees)
        return accounts

    def _user(self) -> User:
        name = next(login.username for login in self._identity.logins if "sales" in login.username)
        user = self._identity.user_named(name)
        assert user is not None
        return user


class _Counting(LoginRates):
    counted = 0

    def count(self, user_id: str) -> None:
        super().count(user_id)
        self.counted += 1


@contextmanager
def chaos_org(
    *, rotating: bool = True, reuse_detected: bool = True, config: Path | None = None
) -> Generator[ChaosOrg]:
    """Serve an org until left."""
    org = open_org(config=config)
    try:
        with serve(org) as url:
            yield ChaosOrg(org, url, rotating=rotating, reuse_detected=reuse_detected)
    finally:
        org.close()
