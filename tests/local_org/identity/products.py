"""Products that sign in to a local org as their apps, in process."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from salesforce_emulator.identity import App
from salesforce_emulator.identity.browser_user import BrowserUser
from salesforce_emulator.identity.pkce import challenge_of

MY_DOMAIN = "https://local-org.my.salesforce.com"
LOGIN = "https://login.salesforce.com"
CALLBACK = "http://127.0.0.1:8910/callback"
VERIFIER = "a-verifier-of-forty-three-letters-or-more-00"
ADMIN = ("admin@local-org.example", "admin-local-1")
SALES = ("sales@local-org.example", "sales-local-1")


@dataclass
class Product:
    """A product that knows its app's key and secret, and speaks OAuth to one host."""

    app: App
    client: httpx.Client
    base: str = MY_DOMAIN
    pages: list[str] = field(default_factory=list)

    @property
    def credentials(self) -> dict[str, str]:
        """`client_id`, and `client_secret` when the app has one."""
        secret = self.app.consumer_secret
        result = {"client_id": self.app.consumer_key}
        return result if secret is None else {**result, "client_secret": secret}

    @property
    def pkce(self) -> dict[str, str]:
        """The challenge, for an app that must send one."""
        return {"code_challenge": challenge_of(VERIFIER)} if self.app.require_pkce else {}

    def authorize_url(self, **parameters: Any) -> str:
        """The URL the product opens in a browser; None leaves a parameter out."""
        query = {
            "response_type": "code",
            "client_id": self.app.consumer_key,
            "redirect_uri": CALLBACK,
            "state": "s t&a=te",
            **self.pkce,
            **parameters,
        }
        stored = {name: value for name, value in query.items() if value is not None}
        return f"{self.base}/services/oauth2/authorize?{urlencode(stored)}"

    def consent(
        self,
        person: tuple[str, str] = ADMIN,
        *,
        allow: bool = True,
        **parameters: Any,
    ) -> dict[str, str]:
        """Send a person through the browser part; gives the callback's query."""
        visitor = BrowserUser(self.client, *person)
        try:
            url = visitor.authorize(self.authorize_url(**parameters), CALLBACK, allow=allow)
        finally:
            self.pages += visitor.pages
        return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}

    def token(self, **form: Any) -> httpx.Response:
        """Ask the token endpoint, with the app's credentials; None leaves a parameter out."""
        data = {**self.credentials, **form}
        stored = {name: value for name, value in data.items() if value is not None}
        return self.client.post(f"{self.base}/services/oauth2/token", data=stored)

    def exchange(self, code: str, **form: Any) -> httpx.Response:
        """Exchange a code."""
        verifier = {"code_verifier": VERIFIER} if self.app.require_pkce else {}
        data: dict[str, str | None] = {"code": code, "redirect_uri": CALLBACK, **verifier, **form}
        return self.token(grant_type="authorization_code", **data)

    def sign_in(self, person: tuple[str, str] = ADMIN, **parameters: Any) -> dict[str, Any]:
        """Sign a person in, and give the token answer."""
        response = self.exchange(self.consent(person, **parameters)["code"])
        assert response.status_code == 200, response.text
        result: dict[str, Any] = response.json()
        return result

    def refresh(self, refresh_token: str, **form: Any) -> httpx.Response:
        """Renew."""
        return self.token(grant_type="refresh_token", refresh_token=refresh_token, **form)

    def post(self, path: str, **form: str) -> httpx.Response:
        """Send a form to one of the other endpoints."""
        return self.client.post(f"{self.base}/services/oauth2/{path}", data=form)


def refused(response: httpx.Response) -> tuple[int, str, str]:
    """Status, error and description of a refusal of the token endpoint."""
    body = response.json()
    return response.status_code, body["error"], body["error_description"]
