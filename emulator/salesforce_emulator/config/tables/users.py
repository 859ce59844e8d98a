"""Tables of profiles, users, queues and apps."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`[[profiles]]`: a new profile or an existing one; `hidden` maps objects to fields."""

    name: str
    read_only: bool = False
    hidden: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """`[[users]]`."""

    username: str
    last_name: str
    first_name: str = ""
    email: str = ""
    profile: str = "Standard User"
    password: str | None = None
    active: bool = True
    frozen: bool = False
    api_enabled: bool = True
    time_zone: str = "America/Los_Angeles"
    locale: str = "en_US"
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """`[[queues]]`.

    Attributes:
        objects: Whose records it may own.
        members: Usernames.
    """

    name: str
    objects: tuple[str, ...]
    label: str = ""
    members: tuple[str, ...] = ()
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """`[[apps]]`: keys and secrets come from the seed and the name; `run_as` is a username."""

    name: str
    label: str = ""
    kind: Literal["connected_app", "external_client_app"] = "external_client_app"
    callback_urls: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("refresh_token", "api")
    flows: tuple[Literal["authorization_code", "client_credentials", "jwt_bearer"], ...] = (
        "authorization_code",
    )
    run_as: str | None = None
    require_pkce: bool = False
    refresh_token_rotation: bool = False
