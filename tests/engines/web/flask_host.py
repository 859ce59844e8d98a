"""A Flask application with the API mounted: users sign in to the application, not to the API."""

import os
from pathlib import Path

from a2wsgi import ASGIMiddleware
from flask import Flask, session
from starlette.requests import Request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from connector_host.access import Principal
from connector_host.registry import Registry
from connector_host.store.connection_store import ConnectionStore
from connector_host.web import NotSignedIn, Services, create_app

app = Flask(__name__)
app.secret_key = os.environ["APP_SECRET"]


@app.post("/login/<user>")
def login(user: str) -> str:
    session["user"] = user
    return user


def current_user(request: Request) -> Principal:
    serializer = app.session_interface.get_signing_serializer(app)
    cookie = request.cookies.get("session")
    if cookie is None:
        raise NotSignedIn("Sign in at /login.")
    return Principal(serializer.loads(cookie)["user"])


store = ConnectionStore.in_folder(Path(os.environ["APP_FOLDER"]))
services = Services(Registry.load(), store)
api = create_app(services, authenticate=current_user, allowed_hosts=["127.0.0.1"])
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/workflows": ASGIMiddleware(api)})
