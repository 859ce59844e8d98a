"""`/sobjects/User/{id}/password`: whether a password has expired, setting one, resetting one.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_user_password.htm
"""

import random
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response

from salesforce_emulator import errors
from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import empty_response, json_response
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.seed import ADMINISTRATOR
from salesforce_emulator.records import writing
from salesforce_emulator.schema.ids import ALPHABET, parse_id
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

SHORTEST: Final = 8  # characters: the least of the default password policy
_GENERATED: Final = 12  # characters of a password that a reset makes


class Passwords:
    """Answers to requests for one user's password."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        # The same for the same seed, so that a test can be repeated.
        self._random = random.Random(f"passwords {org.seed}")  # noqa: S311

    async def get(self, request: Request, sobject: SObject) -> Response:
        """Answer whether the password has expired."""
        username = self._username(request, sobject)
        expired = identity_of(self._org).logins[username].password_expired
        return json_response(request, {"isExpired": expired})

    async def set(self, request: Request, sobject: SObject) -> Response:
        """Set the password that the body names."""
        username = self._username(request, sobject)
        password = (await json_object(request)).get("NewPassword")
        if not isinstance(password, str) or not _is_accepted(password):
            raise errors.invalid_new_password(SHORTEST)
        self._change(username, password)
        return empty_response()

    async def reset(self, request: Request, sobject: SObject) -> Response:
        """Replace the password by one that the answer names."""
        username = self._username(request, sobject)
        password = "".join(self._random.choice(ALPHABET) for _ in range(_GENERATED)) + "a1"
        self._change(username, password)
        return json_response(request, {"NewPassword": password})

    def _change(self, username: str, password: str) -> None:
        with self._org.transaction():
            identity_of(self._org).logins.change(
                username, password=password, password_expired=False
            )

    def _username(self, request: Request, sobject: SObject) -> str:
        call = call_of(request)
        user_id = parse_id(call.segments[2])
        if user_id is None:
            raise errors.not_found()
        with self._org.lock:
            row = writing.existing(self._org, sobject, user_id)
        if user_id != call.caller.user_id and call.access.profile != ADMINISTRATOR:
            raise errors.no_permission_to_view()
        return str(row["Username"])


def _is_accepted(password: str) -> bool:
    """Return whether a password meets the default policy: length, letters and digits."""
    return (
        len(password) >= SHORTEST
        and any(char.isalpha() for char in password)
        and any(char.isdigit() for char in password)
    )
