"""The five apps an org has to begin with, as five products ask for them in their setup guides."""

from typing import Final

from salesforce_emulator.identity.apps import App, new_app

CALLBACKS: Final = (
    "http://127.0.0.1:8910/callback",
    "http://localhost:8910/callback",
    "http://localhost:1717/OauthRedirect",  # where Salesforce's own CLI listens
)


def default_apps(seed: int, *, run_as: str) -> tuple[App, ...]:
    """Return `helpdesk`, `automation`, `sync`, `platform` and `crm-sync`.

    Args:
        seed: The org's: keys and secrets come from it.
        run_as: Username that `automation` acts as.
    """
    return (
        new_app(
            seed,
            "helpdesk",
            label="Helpdesk",
            kind="connected_app",
            callback_urls=CALLBACKS,
            scopes=("api", "refresh_token"),
        ),
        new_app(
            seed,
            "automation",
            label="Automation",
            callback_urls=CALLBACKS,
            scopes=("api", "refresh_token"),
            flows=frozenset({"authorization_code", "client_credentials"}),
            run_as=run_as,
        ),
        new_app(
            seed,
            "sync",
            label="Sync",
            callback_urls=CALLBACKS,
            scopes=("api", "refresh_token"),
        ),
        new_app(
            seed,
            "platform",
            label="Platform",
            kind="connected_app",
            callback_urls=CALLBACKS,
            scopes=("api", "id", "refresh_token"),
        ),
        new_app(
            seed,
            "crm-sync",
            label="CRM Sync",
            consumer_secret=None,
            callback_urls=CALLBACKS,
            scopes=("api", "web", "refresh_token"),
            require_secret_web_server=False,
            require_secret_refresh=False,
            require_pkce=True,
            refresh_token_rotation=True,
        ),
    )
