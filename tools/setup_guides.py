"""Writes the setup guides: for docs/setup, and for the manifest, where hosts show them.

A guide is for one sign-in, one kind of app and one product's wishes, and is made of the same parts
as all others. `{{redirect_uri}}` stays in it for whoever shows it to fill in.
"""

import textwrap
from collections.abc import Iterator
from typing import Any

from tools.setup_variants import ANY, KINDS, SCOPES, VARIANTS, AppKind, Variant

WIDTH = 110  # columns of a paragraph

_TITLES = {
    "authorization_code": "Sign in as a person (OAuth authorization code)",
    "client_credentials": "Sign in as the app (OAuth client credentials)",
    "jwt_bearer": "Sign in with a private key (OAuth JWT bearer)",
}

_ABOUT = {
    "authorization_code": (
        "A person signs in to Salesforce in the browser. Everything that runs on this connection "
        "acts as that person, until somebody takes the sign-in back."
    ),
    "client_credentials": (
        "No person signs in. Everything that runs on this connection acts as the app's **Run As "
        "user**, whom an administrator names once."
    ),
    "jwt_bearer": (
        "No person signs in and no secret is kept at Salesforce: the app holds a certificate, this "
        "connection the private key that belongs to it. Everything that runs on it acts as the "
        "user you name.\n\n"
        "It needs the package `cryptography`: `pip install 'salesforce-connector[jwt]'`."
    ),
}

_NEEDED = (
    "You need a Salesforce administrator. A change to an app can take **up to 10 minutes** to "
    "arrive everywhere."
)

_WHO = {
    "authorization_code": (
        "The person who presses **Allow**. What they may not see or change, no workflow can. Many "
        "teams make a user for it, so that workflows do not stop when somebody leaves."
    ),
    "client_credentials": (
        "The user whose name stands in the app's policies. What that user may not see or change, "
        "no workflow can, and records that workflows make are that user's."
    ),
    "jwt_bearer": (
        "The user whose name you give in this connection, and whom the app's policies admit. What "
        "that user may not see or change, no workflow can."
    ),
}

_ONE_MADE_FOR_IT = (
    "Take one made for it, not an administrator: workflows then can do no more than they are for, "
    "and do not stop when somebody leaves."
)
_BROWSER = "It must be able to sign in at the browser: *API Only User* is not for this user."
_API_ONLY = "*API Only User* is a good choice: nobody can then sign in as this user at the browser."

_PKCE = "Require Proof Key for Code Exchange (PKCE) extension for Supported Authorization Flows"


def guides(method: str) -> Iterator[dict[str, Any]]:
    """Give all guides to a sign-in, as the manifest has them; the first is for anybody."""
    for kind in KINDS:
        for variant in VARIANTS:
            if method in variant.methods:
                yield {
                    "name": f"{kind.name}.{variant.name}",
                    "title": _title(kind, variant),
                    "app": kind.name,
                    "variant": variant.name,
                    "scopes": list(variant.scopes),
                    "markdown": markdown(method, kind, variant),
                }


def page(method: str) -> str:
    """Give a sign-in's page for docs/setup: both kinds of app, and what products ask for."""
    external, connected = KINDS
    text = markdown(method, external, ANY)
    if method == "authorization_code":
        text += "\n" + _wrapped(_products())
    return f"{text}\n{_wrapped(_differences(method, connected))}"


def markdown(method: str, kind: AppKind, variant: Variant) -> str:
    """Write one guide."""
    parts = [_head(method, kind, variant), _key(method), _app(method, kind, variant)]
    parts += [_switches(kind, variant)] if method == "authorization_code" else []
    parts += [_whom(method, kind), _admitted(method, kind), _connect(method, kind, variant)]
    numbered = (part for part in parts if part)
    head = next(numbered)
    return _wrapped("\n".join([head, *(f"## {n}. {part}" for n, part in enumerate(numbered, 1))]))


def _title(kind: AppKind, variant: Variant) -> str:
    return kind.title if variant is ANY else f"{kind.title}, {_asked_by(variant)}"


def _asked_by(variant: Variant) -> str:
    article = "an" if variant.title[0] in "aeiou" else "a"
    return f"as {article} {variant.title} asks for it"


def _head(method: str, kind: AppKind, variant: Variant) -> str:
    made_for = "" if variant is ANY else f" {_asked_by(variant)}"
    return (
        f"# {_TITLES[method]}\n\n{_ABOUT[method]}\n\n"
        f"This guide takes {kind.article} **{kind.title}**{made_for}. {kind.note}\n\n{_NEEDED}\n"
    )


def _key(method: str) -> str:
    if method != "jwt_bearer":
        return ""
    return (
        "Make a key\n\n"
        "    openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=workflows -keyout "
        "key.pem -out cert.pem\n\n"
        "The certificate ends after the days you give it: upload a new one, and paste its key into "
        "this connection, before that.\n"
    )


def _app(method: str, kind: AppKind, variant: Variant) -> str:
    interactive = method == "authorization_code"
    callback = "`{{redirect_uri}}`, equal to the last character"
    unused = "required by the form and not used here: `{{redirect_uri}}`"
    wanted = variant.scopes if interactive or variant is not ANY else ("api",)
    if method == "jwt_bearer":
        wanted = ("api", "refresh_token")
    rows = [
        *kind.rows,
        ("Callback URL", callback if interactive else unused),
        ("OAuth Scopes", " and ".join(f"*{SCOPES[each]}*" for each in wanted)),
    ]
    if method == "client_credentials":
        rows.append(kind.client_credentials)
    if method == "jwt_bearer":
        rows.append(kind.jwt_bearer)
    return f"The app\n\n*{kind.make}.*\n\n{_table(('field', 'value'), rows)}"


def _switches(kind: AppKind, variant: Variant) -> str:
    secret = {
        None: "on if you will give the consumer secret, else off",
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
    ]
    head = ("switch", "set it to", "why")
    return f"Its switches\n\n*{kind.switches}.*\n\n{_table(head, rows)}"


def _whom(method: str, kind: AppKind) -> str:
    interactive = method == "authorization_code"
    run_as = method == "client_credentials"
    title = "Who is the Run As user" if run_as else "Who is the user that runs act as"
    who = _WHO[method] if interactive else f"{_WHO[method]} {_ONE_MADE_FOR_IT}"
    only = _BROWSER if interactive else _API_ONLY
    named = ""
    if run_as:
        named = (
            f"Name the user in *{kind.policies}*: tick **Enable Client Credentials Flow** there "
            "too, fill in **Run As (Username)**, save.\n\n"
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
        f"{title}\n\n{who}\n\n{named}"
        "An administrator who may *Manage Users* and *Manage Profiles and Permission Sets* gives "
        "that user a permission set (*Setup > Permission Sets*) with:\n\n"
        f"{_table(('permission', 'why'), rows)}\n"
        f"{only} *Password Never Expires* (*System Permissions*) keeps a password that nobody uses "
        "from ending the calls. Login IP Ranges and Login Hours of the user's profile hold for "
        "workflows too. Test Connection shows who the user is, and what it may not do.\n"
    )


def _admitted(method: str, kind: AppKind) -> str:
    if method == "client_credentials":
        return ""
    must = (
        "set it to" if method == "jwt_bearer" else "either all users may authorize themselves, or"
    )
    return (
        f"Who may use the app\n\n*{kind.policies} > Permitted Users*: {must} *Admin approved users "
        "are pre-authorized*; then assign the user's profile or permission set to the app.\n"
    )


def _connect(method: str, kind: AppKind, variant: Variant) -> str:
    copied = {
        "authorization_code": {
            None: "the consumer key (and secret, if the app requires one)",
            True: "the consumer key and secret",
            False: "the consumer key, and leave the secret empty,",
        }[variant.secret],
        "client_credentials": "the consumer key and secret",
        "jwt_bearer": "the consumer key",
    }[method]
    begun = (
        f"Connect\n\nCopy {copied} from *{kind.keys}*, and the My Domain URL from *Setup > My "
        "Domain*."
    )
    if method == "authorization_code":
        scopes = ""
        if variant.scopes != ANY.scopes:
            scopes = f" Give `{', '.join(variant.scopes)}` as the connection's scopes."
        return (
            f"{begun}{scopes} Then sign in and press **Allow**.\n\n"
            "One user can hold five sign-ins to one app. The sixth ends the oldest, wherever that "
            "is in use.\n"
        )
    if method == "client_credentials":
        return (
            f"{begun} It must be the org's own: login.salesforce.com and test.salesforce.com do "
            "not serve this flow.\n"
        )
    return (
        f"{begun} Give the username, and the content of `key.pem`. Line breaks that a form has "
        "turned into spaces, or into `\\n`, are put right.\n"
    )


def _products() -> str:
    rows = [
        (
            each.title,
            {True: "required in both flows", False: "**none**", None: "either"}[each.secret],
            {True: "required", False: "off", None: "either"}[each.pkce],
            ", ".join(each.scopes),
        )
        for each in VARIANTS
        if each is not ANY
    ]
    head = ("your product", "secret", "PKCE", "scopes")
    return (
        "## What products ask for\n\n"
        "Some products ask for particular settings. All of them can be used, with either kind of "
        "app; the manifest has a guide for each.\n\n" + _table(head, rows)
    )


def _differences(method: str, kind: AppKind) -> str:
    """Write what is otherwise with an app of the older kind."""
    rows = [("The app", kind.make), ("Its policies", kind.policies), ("Key and secret", kind.keys)]
    if method == "authorization_code":
        rows.insert(1, ("Its switches", kind.switches))
    else:
        field, value = getattr(kind, method)
        rows.insert(1, (field, value))
    told = f"## With a {kind.title}\n\n{kind.note}\n\n"
    return told + _table(("step", "where, or what"), rows)


def _wrapped(text: str) -> str:
    """Wrap paragraphs; tables, headings and code stay as they are."""
    return "".join(
        (line if line.startswith(("|", "#", "    ")) else _paragraph(line)) + "\n"
        for line in text.splitlines()
    )


def _paragraph(line: str) -> str:
    return textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)


def _switch(wanted: bool | None) -> str:
    return {None: "either", True: "**on**", False: "**off**"}[wanted]


def _table(head: tuple[str, ...], rows: list[Any]) -> str:
    rule = "|---" * len(head) + "|\n"
    top, *body = (f"| {' | '.join(line)} |\n" for line in [head, *rows])
    return "".join([top, rule, *body])
