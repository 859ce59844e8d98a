"""Routes for sandboxes: start, inspect, switch faults, add sample connections."""

from urllib.parse import urlsplit

from starlette.routing import BaseRoute, Route

from connector_host.errors import BadInput, UnknownName, unknown
from connector_host.hookspecs import Json, JsonObject
from connector_host.studio.sandboxes import Sample, Sandbox, Sandboxes
from connector_host.web.requests import ApiRequest, answering
from connector_host.web.services import Actor


def routes() -> list[BaseRoute]:
    """Return the routes below `/api/sandboxes`."""
    base = "/api/sandboxes/{sandbox}"
    return [
        Route(base, answering(_get), methods=["GET"]),
        Route(f"{base}/start", answering(_start), methods=["POST"]),
        Route(f"{base}/stop", answering(_stop), methods=["POST"]),
        Route(f"{base}/requests", answering(_requests), methods=["GET"]),
        Route(f"{base}/faults", answering(_set_fault), methods=["PUT"]),
        Route(f"{base}/samples", answering(_samples), methods=["GET"]),
        Route(f"{base}/samples/{{sample}}", answering(_add_sample), methods=["POST"]),
    ]


def _sandbox(request: ApiRequest) -> Sandbox:
    sandboxes: Sandboxes = request.http.app.state.sandboxes
    return sandboxes.get(request.path("sandbox"))


def _get(request: ApiRequest) -> Json:
    return _view(_sandbox(request))


def _start(request: ApiRequest) -> Json:
    sandbox = _sandbox(request)
    if not sandbox.running:
        sandbox.start()
    return _view(sandbox)


def _stop(request: ApiRequest) -> Json:
    sandbox = _sandbox(request)
    if sandbox.running:
        sandbox.stop()
    return _view(sandbox)


def _requests(request: ApiRequest) -> Json:
    after = request.query("after", "0")
    return _sandbox(request).requests(int(after) if after.isdigit() else 0)


def _set_fault(request: ApiRequest) -> Json:
    sandbox = _sandbox(request)
    try:
        sandbox.set_fault(request.text("kind"), bool(request.body.get("on")))
    except ValueError as exc:
        raise BadInput(str(exc), fields=["kind"]) from exc
    return _view(sandbox)


def _samples(request: ApiRequest) -> Json:
    """List the sample connections, without their secrets."""
    sandbox, actor = _sandbox(request), request.actor
    names = {connection.name for connection in actor.admin.visible()}
    methods = _methods(actor, sandbox)
    return [
        {
            "name": sample["name"],
            "title": sample["title"],
            "summary": sample["summary"],
            "method": sample["method"],
            "interactive": methods[sample["method"]]["interactive"],
            "exists": sample["name"] in names,
        }
        for sample in _all_samples(request, sandbox)
    ]


def _add_sample(request: ApiRequest) -> Json:
    """Add a sample connection; for an interactive one, return the data to begin its sign-in."""
    sandbox, actor = _sandbox(request), request.actor
    samples = {sample["name"]: sample for sample in _all_samples(request, sandbox)}
    name = request.path("sample")
    if name not in samples:
        raise unknown("sample connection", name, samples)
    sample = samples[name]
    app = _profile(actor, sandbox, sample)
    begin = {
        "name": name,
        "connector": sandbox.connector,
        "method": sample["method"],
        "settings": sample["settings"],
        "app": app,
    }
    if _methods(actor, sandbox)[sample["method"]]["interactive"]:
        return {"sign_in": begin}
    actor.runner.connect(name, sandbox.connector, sample["method"], sample["settings"], app=app)
    return {"sign_in": None}


def _profile(actor: Actor, sandbox: Sandbox, sample: Sample) -> str:
    """Return the app profile of a sample; create it, or update its secrets, if needed."""
    name = f"{sandbox.name}-{sample['name']}"
    method = _methods(actor, sandbox)[sample["method"]]
    secret = set(method["secrets"])
    plain = {key: value for key, value in sample["app_settings"].items() if key not in secret}
    secrets = {key: value for key, value in sample["app_settings"].items() if key in secret}
    try:
        profile = actor.store.apps.get(name)
    except UnknownName:
        host = urlsplit(sandbox.describe()["url"]).hostname or ""
        actor.store.apps.add(
            name,
            connector=sandbox.connector,
            settings=plain,
            secrets=secrets,
            hosts=[host],
            who=actor.who,
        )
        return name
    if secrets and dict(profile.secrets) != secrets:
        actor.store.apps.rotate(name, secrets, who=actor.who)
    return name


def _methods(actor: Actor, sandbox: Sandbox) -> dict[str, JsonObject]:
    from connector_host import settings_form

    manifest = actor.registry.manifest(sandbox.connector)
    return {
        method["name"]: {
            "interactive": method["interactive"],
            "secrets": [f.name for f in settings_form.fields(method["schema"]) if f.secret],
        }
        for method in manifest["auth_methods"]
    }


def _all_samples(request: ApiRequest, sandbox: Sandbox) -> list[Sample]:
    if not sandbox.running:
        return []
    return sandbox.samples(request.http.app.state.redirect_uri(request.http))


def _view(sandbox: Sandbox) -> JsonObject:
    about: JsonObject = {"url": "", "apps": [], "users": [], "data": [], "faults": []}
    if sandbox.running:
        about |= sandbox.describe()
    return {
        "name": sandbox.name,
        "title": sandbox.title,
        "connector": sandbox.connector,
        "description": sandbox.description,
        "running": sandbox.running,
        **about,
    }
