"""The host over HTTP: an ASGI app for any Python web framework, which the studio uses too.

    from connector_host.web import Services, create_app

    app = create_app(Services(registry, store), authenticate=who_asks)

`docs/web-api.md` describes its routes; `GET /openapi.json` returns them as OpenAPI.
"""

from connector_host.web.app import create_app
from connector_host.web.requests import NotSignedIn
from connector_host.web.services import Services

__all__ = ["NotSignedIn", "Services", "create_app"]
