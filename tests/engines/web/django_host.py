"""A Django project with the API mounted: users sign in to the project, not to the API."""

import os
from pathlib import Path

import django
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount

from connector_host.access import Principal
from connector_host.registry import Registry
from connector_host.store.connection_store import ConnectionStore
from connector_host.web import NotSignedIn, Services, create_app


def login(request: HttpRequest, user: str) -> HttpResponse:
    request.session["user"] = user
    return HttpResponse(user)


urlpatterns = [path("login/<user>", login)]
settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ["APP_SECRET"],
    ALLOWED_HOSTS=["127.0.0.1"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
)
django.setup()


async def current_user(request: Request) -> Principal:
    session = SessionStore(request.cookies.get(settings.SESSION_COOKIE_NAME))
    user = await sync_to_async(session.get)("user")
    if user is None:
        raise NotSignedIn("Sign in at /login.")
    return Principal(user)


services = Services(Registry.load(), ConnectionStore.in_folder(Path(os.environ["APP_FOLDER"])))
api = create_app(services, authenticate=current_user, allowed_hosts=["127.0.0.1"])
app = Starlette(routes=[Mount("/workflows", api), Mount("/", get_asgi_application())])
