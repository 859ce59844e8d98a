"""What setup guides differ in: the two kinds of app, the methods, and what products ask for.

It is data; `setup_guides` writes the guides. The five products are those whose own setup pages were
read; each is named by what it is for.

https://help.salesforce.com/s/articleView?id=xcloud.external_client_apps.htm
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class AppKind:
    """One of Salesforce's two kinds of app, by the words and places of its Setup pages.

    Attributes:
        article: That stands before the title.
        make: Where one is made.
        rows: Fields of the form that are its own, and what to put there.
        switches: Where the flow's switches are.
        policies: Where its OAuth policies are changed.
        keys: Where consumer key and secret are shown.
        client_credentials, jwt_bearer: How the flow is switched on.
        note: Further facts.
    """

    name: str
    title: str
    article: str
    make: str
    rows: tuple[tuple[str, str], ...]
    switches: str
    policies: str
    keys: str
    client_credentials: tuple[str, str]
    jwt_bearer: tuple[str, str]
    note: str


@dataclass(frozen=True)
class Variant:
    """What a product requires of the app; None where it accepts either.

    Attributes:
        scopes: By their names in the API.
        methods: The auth methods that it offers.
        other_flows: Switches of flows that it wants on beside that.
    """

    name: str
    title: str
    scopes: tuple[str, ...]
    secret: bool | None
    pkce: bool | None
    rotation: bool | None
    methods: tuple[str, ...] = ("authorization_code",)
    other_flows: tuple[str, ...] = ()


KINDS: Final = (
    AppKind(
        "external_client_app",
        "External Client App",
        "an",
        "Setup > External Client App Manager > New External Client App",
        (
            ("External Client App Name", "a name your users will know"),
            ("API Name", "as Salesforce fills it in"),
            ("Contact Email", "yours"),
            ("Distribution State", "Local"),
            ("Enable OAuth", "on"),
        ),
        "External Client App Manager > your app > Settings > OAuth Settings",
        "External Client App Manager > your app > Policies > Edit > OAuth Policies",
        "External Client App Manager > your app > Settings > OAuth Settings > Consumer Key and "
        "Secret",
        ("Flow Enablement", "**Enable Client Credentials Flow**"),
        ("Flow Enablement", "**Enable JWT Bearer Flow**, and upload `cert.pem`"),
        "It is the kind that Salesforce offers today.",
    ),
    AppKind(
        "connected_app",
        "Connected App",
        "a",
        "Setup > App Manager > your app > Edit",
        (
            ("Connected App Name", "a name your users will know"),
            ("API Name", "as Salesforce fills it in"),
            ("Contact Email", "yours"),
            ("Enable OAuth Settings", "on"),
        ),
        "App Manager > your app > Edit > API (Enable OAuth Settings)",
        "App Manager > your app > Manage > Edit Policies",
        "App Manager > your app > View > Manage Consumer Details",
        ("Enable Client Credentials Flow", "on"),
        ("Use digital signatures", "on, and upload `cert.pem`"),
        "New ones cannot be created since Spring '26, unless Salesforce Support allows it for your "
        "org; existing ones keep working. Without one, create an External Client App.",
    ),
)

ANY: Final = Variant(
    "any",
    "",
    ("api", "refresh_token"),
    secret=None,
    pkce=None,
    rotation=None,
    methods=("authorization_code", "client_credentials", "jwt_bearer"),
)

VARIANTS: Final = (
    ANY,
    Variant(
        "helpdesk_app",
        "helpdesk app",
        ("api", "refresh_token"),
        secret=True,
        pkce=None,
        rotation=None,
    ),
    Variant(
        "security_automation",
        "security automation",
        ("api", "refresh_token"),
        secret=True,
        pkce=None,
        rotation=None,
        methods=("authorization_code", "client_credentials"),
    ),
    Variant(
        "sync_tool",
        "sync tool",
        ("api", "refresh_token"),
        secret=True,
        pkce=False,
        rotation=None,
        other_flows=("Enable Authorization Code and Credentials Flow",),
    ),
    Variant(
        "integration_platform",
        "integration platform",
        ("api", "refresh_token"),
        secret=True,
        pkce=False,
        rotation=None,
    ),
    Variant(
        "crm_sync",
        "CRM sync",
        ("api", "web", "refresh_token"),
        secret=False,
        pkce=True,
        rotation=None,
        other_flows=("Enable Token Exchange Flow",),
    ),
)

SCOPES: Final[Mapping[str, str]] = {
    "api": "Manage user data via APIs (api)",
    "web": "Manage user data via Web browsers (web)",
    "refresh_token": "Perform requests at any time (refresh_token, offline_access)",
}
