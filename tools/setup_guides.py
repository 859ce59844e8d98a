"""Writes the setup guides: for docs/setup, and for the manifest, where hosts show them.

A guide is for one auth method, one kind of app and the requirements of one product; all are made of
the same parts. What it says of the method is in `Method.guide`. Whoever shows a guide replaces
`{{redirect_uri}}` in it.
"""

import textwrap
from collections.abc import Iterator
from typing import Any

from salesforce_connector.auth import METHODS
from salesforce_connector.auth.method import Method
from tools.setup_variants import ANY, KINDS, SCOPES, VARIANTS, AppKind, Variant

WIDTH = 110  # columns of a paragraph

_NEEDED = (
    "You need a Salesforce administrator. *Setup* opens from the gear at the top right; type the "
    "name of a page into its *Quick Find*. A change to an app can take **up to 10 minutes** to "
    "take effect everywhere. Editions and trials without API access cannot be connected; who has "
    "no org signs up for a free Developer Edition at developer.salesforce.com/signup."
)
_KEYS = (
    "Before it shows key and secret, Salesforce sends a verification code to the administrator's "
    "email. Both are shown there again whenever you need them; a new secret ends the old one."
)
_OWN_USER = (
    "Use one that is made for it, not an administrator: workflows can then do no more than they "
    "must, and do not stop when somebody leaves."
)
_BROWSER = "It must be able to sign in at the browser: *API Only User* is not for this user."
_API_ONLY = "*API Only User* is a good choice: nobody can then sign in as this user at the browser."

_PKCE = "Require Proof Key for Code Exchange (PKCE) extension for Supported Authorization Flows"


def guides(method: Method) -> Iterator[dict[str, Any]]:
    """Yield all guides to a method, as the manifest has them; the first is for anybody."""
    for kind in KINDS:
        for variant in VARIANTS:
            if method.name in variant.methods:
                yield {
                    "name": f"{kind.name}.{variant.name}",
                    "title": _title(kind, variant),
                    "app": kind.name,
                    "variant": variant.name,
                    "scopes": list(variant.scopes),
                    "markdown": markdown(method, kind, variant),
                }


def page(method: Method) -> str:
    """Return a method's page for docs/setup: both kinds of app, and what products require."""
    external, connected = KINDS
    text = markdown(method, external, ANY)
    if method.interactive:
        text += "\n" + _wrap(_products())
    elif others := [variant for variant in VARIANTS[1:] if method.name in variant.methods]:
        text += "\n" + _wrap(_scopes_of_products(others))
    return f"{text}\n{_wrap(_differences(method, connected))}"


def markdown(method: Method, kind: AppKind, variant: Variant) -> str:
    """Write one guide."""
    parts = [_head(method, kind, variant), _key(method), _app(method, kind, variant)]
    parts += [_switches(kind, variant)] if method.interactive else []
    parts += [_user(method, kind), _permissions(method, kind), _connect(method, kind, variant)]
    written = (part for part in parts if part)
    head = next(written)
    return _wrap("\n".join([head, *(f"## {n}. {part}" for n, part in enumerate(written, 1))]))


def _title(kind: AppKind, variant: Variant) -> str:
    return kind.title if variant is ANY else f"{kind.title}, {_is_asked_by(variant)}"


def _is_asked_by(variant: Variant) -> str:
    article = "an" if variant.title[0] in "aeiou" else "a"
    return f"as {article} {variant.title} asks for it"


def _head(method: Method, kind: AppKind, variant: Variant) -> str:
    made_for = "" if variant is ANY else f" {_is_asked_by(variant)}"
    return (
        f"# {method.guide.heading}\n\n{method.guide.about}\n\n"
        f"This guide uses {kind.article} **{kind.title}**{made_for}. {kind.note}\n\n{_NEEDED}\n"
    )


def _key(method: Method) -> str:
    if method is not METHODS["jwt_bearer"]:
        return ""
    return (
        "Make a key\n\n"
        "    openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=workflows -keyout "
        "key.pem -out cert.pem\n\n"
        "The certificate expires after the days that you enter: upload a new one, and paste its "
        "key into this connection, before that.\n"
    )


def _app(method: Method, kind: AppKind, variant: Variant) -> str:
    callback = (
        "`{{redirect_uri}}`, equal to the last character (for a program on your own machine: with "
        "`localhost`, since some apps refuse `127.0.0.1`)"
    )
    unused = "required by the form and not used here: `{{redirect_uri}}`"
    scopes = variant.scopes if method.interactive or variant is not ANY else ("api",)
    if method is METHODS["jwt_bearer"]:
        scopes = ("api", "refresh_token")
    rows = [
        *kind.rows,
        ("Callback URL", callback if method.interactive else unused),
        ("OAuth Scopes", " and ".join(f"*{SCOPES[scope]}*" for scope in scopes)),
    ]
    if not method.interactive:
        rows.append(getattr(kind, method.name))
    return f"The app\n\n*{kind.make}.*\n\n{_table(('field', 'value'), rows)}"


def _switches(kind: AppKind, variant: Variant) -> str:
    secret = {
        None: "on if you will enter the consumer secret, else off",
        True: "**on**",
        False: "**off**",
    }[variant.secret]
    rows = [
        (
            "Require secret for Web Server Flow",
            secret,
            "an app without a secret is a public client",
        ),
        ("Require secret for Refresh Token Flow", secret, "as above"),
        (
            _PKCE,
            _switch(variant.pkce),
            "this connector always sends a proof key",
        ),
        (
            "Enable Refresh Token Rotation",
            _switch(variant.rotation),
            "each new token is saved before it is used",
        ),
        *(
            (name, "**on**", "required by the product; this connector works with or without it")
            for name in variant.other_flows
        ),
    ]
    head = ("switch", "set it to", "why")
    return (
        f"Its switches\n\n*{kind.switches}.*\n\n{_table(head, rows)}\n"
        "Leave all other boxes as they are.\n"
    )


def _user(method: Method, kind: AppKind) -> str:
    guide = method.guide
    user = guide.user if method.interactive else f"{guide.user} {_OWN_USER}"
    only = _BROWSER if guide.browser else _API_ONLY
    selected = ""
    if method is METHODS["client_credentials"]:
        selected = (
            f"Choose the user in *{kind.policies}*: tick **Enable Client Credentials Flow** there "
            "too, fill in **Run As (Username)**, and save.\n\n"
        )
    rows = [
        ("*API Enabled*", "without it Salesforce refuses every call"),
        (
            "Objects: *Read*, and *Create*, *Edit*, *Delete* where workflows write",
            "an object that the user may not read does not exist for workflows",
        ),
        ("Fields: *Read* and *Edit* (field-level security)", "the same goes for fields"),
        ("*Run Flows*, and access to Apex classes", "only for workflows that call them"),
    ]
    return (
        f"{guide.user_heading}\n\n{user}\n\n{selected}"
        "An administrator who may *Manage Users* and *Manage Profiles and Permission Sets* gives "
        "that user a permission set (*Setup > Permission Sets*) with:\n\n"
        f"{_table(('permission', 'why'), rows)}\n"
        f"{only} *Password Never Expires* (*System Permissions*) keeps a password that nobody uses "
        "from stopping the calls. Login IP Ranges and Login Hours of the user's profile apply to "
        "workflows too. Test Connection shows who the user is, and what it may not do.\n"
    )


def _permissions(method: Method, kind: AppKind) -> str:
    if method is METHODS["client_credentials"]:
        return ""
    choice = "either all users may authorize themselves, or" if method.interactive else "set it to"
    return (
        f"Who may use the app\n\n*{kind.policies} > Permitted Users*: {choice} *Admin approved "
        "users are pre-authorized*; then assign the user's profile or permission set to the app.\n"
    )


def _connect(method: Method, kind: AppKind, variant: Variant) -> str:
    copied = {
        "authorization_code": {
            None: "the consumer key (and secret, if the app requires one)",
            True: "the consumer key and secret",
            False: "the consumer key, and leave the secret empty,",
        }[variant.secret],
        "client_credentials": "the consumer key and secret",
        "jwt_bearer": "the consumer key",
    }[method.name]
    begin = (
        f"Connect\n\nCopy {copied} from *{kind.keys}*, and the My Domain URL from *Setup > My "
        f"Domain*. {_KEYS}\n\n"
    )
    if method.interactive:
        scopes = ""
        if variant.scopes != ANY.scopes:
            scopes = f" Enter `{', '.join(variant.scopes)}` as the connection's scopes."
        return (
            f"{begin}{scopes.lstrip()}{' ' if scopes else ''}Then sign in and press **Allow**.\n\n"
            "One user can authorize an app five times. A sixth sign-in ends the oldest "
            "authorization, wherever that is in use.\n"
        )
    if method is METHODS["client_credentials"]:
        return (
            f"{begin}The My Domain URL must be the org's own: login.salesforce.com and "
            "test.salesforce.com do not serve this flow.\n"
        )
    return (
        f"{begin}Enter the username, and the content of `key.pem`. Line breaks that a form has "
        "turned into spaces, or into `\\n`, are repaired.\n"
    )


def _products() -> str:
    rows = [
        (
            variant.title,
            {True: "required in both flows", False: "**none**", None: "either"}[variant.secret],
            {True: "required", False: "off", None: "either"}[variant.pkce],
            ", ".join(variant.scopes),
            ", ".join(variant.other_flows) or "none",
        )
        for variant in VARIANTS
        if variant is not ANY
    ]
    head = ("your product", "secret", "PKCE", "scopes", "other flows switched on")
    return (
        "## What products require\n\n"
        "Some products require particular settings. This connector works with all of them, with "
        "either kind of app; the manifest has a guide for each.\n\n" + _table(head, rows)
    )


def _scopes_of_products(variants: list[Variant]) -> str:
    """Write what products ask for where nobody signs in: the scopes differ, and nothing else."""
    rows = [(variant.title, ", ".join(variant.scopes), "any address") for variant in variants]
    head = ("your product", "scopes", "Callback URL")
    return (
        "## What products require\n\n"
        "Some products have more scopes selected than this flow needs: there is no refresh token "
        "in it, and the scope does no harm.\n\n" + _table(head, rows)
    )


def _differences(method: Method, kind: AppKind) -> str:
    """Write what is different with an app of the older kind."""
    rows = [("The app", kind.make), ("Its policies", kind.policies), ("Key and secret", kind.keys)]
    if method.interactive:
        rows.insert(1, ("Its switches", kind.switches))
    else:
        rows.insert(1, getattr(kind, method.name))
    head = f"## With a {kind.title}\n\n{kind.note}\n\n"
    return head + _table(("step", "where, or what"), rows)


def _wrap(text: str) -> str:
    """Wrap paragraphs; tables, headings and code stay as they are."""
    return "".join(
        (line if line.startswith(("|", "#", "    ")) else _paragraph(line)) + "\n"
        for line in text.splitlines()
    )


def _paragraph(line: str) -> str:
    return textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)


def _switch(value: bool | None) -> str:
    return {None: "either", True: "**on**", False: "**off**"}[value]


def _table(head: tuple[str, ...], rows: list[Any]) -> str:
    rule = "|---" * len(head) + "|\n"
    top, *body = (f"| {' | '.join(line)} |\n" for line in [head, *rows])
    return "".join([top, rule, *body])
