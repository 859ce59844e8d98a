"""Routes of a sign-in through the browser: begin it, and receive the callback.

The data between the two are sealed in a cookie of the browser that began, under a name derived from
the state: nothing is stored here, any process can finish a sign-in, and a callback in another
browser fails.

https://www.rfc-editor.org/rfc/rfc9700#section-4.7
"""

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from importlib import resources
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from connector_host.callback_pages import failure_page, success_page
from connector_host.errors import BadInput, SignInUnfinished
from connector_host.hookspecs import SIGN_IN_LIFETIME, JsonObject
from connector_host.web.problems import problem_of
from connector_host.web.requests import ApiRequest, answer_error, read

CALLBACK_SCRIPT: Final = "callback.js"

_COOKIE: Final = "sign-in-"
_PIECE: Final = 3_800  # bytes; browsers accept cookies of 4,096 bytes with names and attributes
_MOST_PIECES: Final = 8
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def begin(request: ApiRequest) -> Response:
    """Begin a sign-in, and return the URL where a person consents."""
    http = request.http
    name, connector = request.text("name"), request.text("connector")
    redirect_uri = http.app.state.redirect_uri(http)
    sign_in = request.actor.runner.begin(
        name,
        connector,
        request.text("method"),
        request.object("settings"),
        redirect_uri,
        app=request.optional_text("app"),
        again=bool(request.body.get("again")),
    )
    state = sign_in.state
    memory = _pack({"ticket": sign_in.ticket, "name": name, "connector": connector})
    pieces = [memory[begin : begin + _PIECE] for begin in range(0, len(memory), _PIECE)]
    if len(pieces) > _MOST_PIECES:
        raise BadInput(
            "The settings are too large for a sign-in through the browser.",
            "Store the app's settings in an app profile.",
        )
    response = JSONResponse({"url": sign_in.url, "state": state, "redirect_uri": redirect_uri})
    for number, piece in enumerate(pieces):
        response.set_cookie(
            _cookie(state, number),
            piece,
            max_age=int(SIGN_IN_LIFETIME),
            path=urlsplit(redirect_uri).path or "/",
            secure=redirect_uri.startswith("https:"),
            httponly=True,
            samesite="lax",  # the browser returns from another site, by a link
        )
    return response


async def callback(request: Request) -> Response:
    """Receive the callback: store the connection, and show the result."""
    state = request.query_params.get("state", "")
    memory: JsonObject = {}
    manifest: JsonObject = {"title": ""}
    try:
        api_request = await read(request)
        memory = _recall(request.cookies, state)
        manifest = api_request.actor.registry.manifest(memory["connector"])
        url = f"{request.app.state.redirect_uri(request)}?{request.url.query}"
        await run_in_threadpool(api_request.actor.runner.finish, memory["ticket"], url)
    except Exception as exc:
        return _finish(request, state, memory, manifest, exc)
    return _finish(request, state, memory, manifest, None)


def _finish(
    request: Request,
    state: str,
    memory: JsonObject,
    manifest: JsonObject,
    error: Exception | None,
) -> Response:
    problem = problem_of(error) if error else None
    name = memory.get("name", "")
    after: str | None = request.app.state.after_sign_in
    response: Response
    if error is not None and not hasattr(error, "kind"):
        answer_error(error)  # a bug, which is logged
    if after:
        outcome = {"connection": name} if problem is None else {"error": problem["code"]}
        response = RedirectResponse(f"{after}{'&' if '?' in after else '?'}{urlencode(outcome)}")
    else:
        if problem is None:
            page = success_page(manifest, name)
        else:
            page = failure_page(manifest, problem["detail"], problem["remedy"])
        outcome = {"state": state, "name": name, "error": json.dumps(problem)}
        response = HTMLResponse(_with_script(page, outcome), 200 if problem is None else 400)
        response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "no-referrer"  # the URL contains the authorization code
    if memory:
        path = urlsplit(request.app.state.redirect_uri(request)).path or "/"
        for number in range(_MOST_PIECES):
            if _cookie(state, number) in request.cookies:
                response.delete_cookie(_cookie(state, number), path=path)
    return response


def _with_script(page: str, outcome: Mapping[str, str]) -> str:
    """Add the script that notifies the page that opened this one, with the data in attributes."""
    attributes = " ".join(f'data-{key}="{html.escape(value)}"' for key, value in outcome.items())
    script = f'<script src="{CALLBACK_SCRIPT}" {attributes}></script>'
    page = page.replace("go back to the terminal", "go back to the page that opened it")
    return page.replace("</body>", f"{script}</body>")


async def callback_script(_request: Request) -> Response:
    """Return the script of the callback page."""
    text = resources.files("connector_host.web").joinpath(CALLBACK_SCRIPT).read_text("utf-8")
    return Response(text, media_type="text/javascript")


def _cookie(state: str, number: int) -> str:
    return f"{_COOKIE}{hashlib.sha256(state.encode()).hexdigest()[:24]}-{number}"


def _pack(memory: JsonObject) -> str:
    return base64.urlsafe_b64encode(json.dumps(memory).encode()).decode()


def _recall(cookies: Mapping[str, str], state: str) -> JsonObject:
    """Return the data that `begin` stored in this browser's cookies.

    Raises:
        SignInUnfinished: There are none for this state, or they are damaged.
    """
    names = (_cookie(state, number) for number in range(_MOST_PIECES))
    packed = "".join(cookies.get(name, "") for name in names)
    if not packed:
        raise SignInUnfinished(
            "This browser did not start this sign-in, or started it too long ago.",
            "Start the sign-in again from this browser.",
        )
    try:
        memory = json.loads(base64.urlsafe_b64decode(packed))
    except (ValueError, RecursionError):
        memory = None
    if not isinstance(memory, dict):
        raise SignInUnfinished("This sign-in is damaged.", "Start it again.")
    return memory
