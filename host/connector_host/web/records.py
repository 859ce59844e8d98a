"""Routes for the history: runs, the audit trail, and the use of quotas."""

from connector_host.hookspecs import Json
from connector_host.web.requests import ApiRequest
from connector_host.web.services import Actor

PAGE = 100


def list_runs(request: ApiRequest) -> Json:
    """List runs on connections that the user may use, newest first."""
    actor = request.actor
    outcome = request.query("outcome")
    runs = actor.store.history.runs(
        connections=_names(actor, request.query("connection")),
        action=request.query("action"),
        failed={"failed": True, "ok": False}.get(outcome),
        before=request.query("before"),
        newest=PAGE,
    )
    more = runs[-1].id if len(runs) == PAGE else None
    return {"runs": [run.as_json() for run in runs], "next": more}


def list_audit(request: ApiRequest) -> Json:
    """List the newest audit entries about connections that the user may use."""
    actor = request.actor
    names = _names(actor, request.query("connection"))
    entries = actor.store.trail.entries(newest=500)
    shown = [entry for entry in entries if names is None or entry.connection in names]
    return [entry.as_json() for entry in reversed(shown)]


def list_limits(request: ApiRequest) -> Json:
    """Return how each connection's quota was used over the last 24 hours."""
    actor = request.actor
    names = _names(actor, "")
    points = actor.store.history.limit_points()
    return [
        {
            "connection": name,
            "points": [{"at": p.at, "used": p.used, "max": p.max} for p in points[name]],
        }
        for name in sorted(points)
        if names is None or name in names
    ]


def _names(actor: Actor, only: str) -> list[str] | None:
    """Return the names of the connections to show; None for all."""
    if actor.principal is None:
        return [only] if only else None
    visible = [connection.name for connection in actor.admin.visible()]
    return [name for name in visible if not only or name == only]
