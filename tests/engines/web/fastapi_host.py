"""A FastAPI application with the API mounted: users sign in to the application, not to the API."""

import os
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request

from connector_host.access import Principal
from connector_host.registry import Registry
from connector_host.store.connection_store import ConnectionStore
from connector_host.web import NotSignedIn, Services, create_app


def current_user(request: Request) -> Principal:
    if "user" not in request.session:
        raise NotSignedIn("Sign in at /login.")
    return Principal(request.session["user"])


app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=os.environ["APP_SECRET"])
store = ConnectionStore.in_folder(Path(os.environ["APP_FOLDER"]))
services = Services(Registry.load(), store)
app.mount(
    "/workflows", create_app(services, authenticate=current_user, allowed_hosts=["127.0.0.1"])
)


@app.post("/login/{user}")
def login(user: str, request: Request) -> dict[str, str]:
    request.session["user"] = user
    return {"user": user}
