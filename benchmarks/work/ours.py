"""The connector, as an engine uses it: by its hooks."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from benchmarks.work.counting import counting
from benchmarks.work.engine import Kept, hooks
from benchmarks.work.told import FIELDS, SOQL, Told, Watch, arriving, at_once, require, run
from salesforce_actions.plugin import SalesforceConnector

CREATE = {"sobject": "Account", "fields": FIELDS}


def creating_async(told: Told) -> Callable[[], Awaitable[Any]]:
    """Return what creates a record from an event loop."""
    hook, kept = hooks(), Kept(told)

    def act() -> Awaitable[Any]:
        found: Awaitable[Any] = hook.run_action_async(
            connector="salesforce",
            action="create_record",
            connection=kept,
            inputs=CREATE,
            context={},
        )
        return found

    return act


def creating(told: Told, plugin: SalesforceConnector | None = None) -> Callable[[], Any]:
    """Return what creates a record from a thread."""
    hook, kept = hooks(plugin), Kept(told)

    def act() -> Any:
        return hook.run_action(
            connector="salesforce",
            action="create_record",
            connection=kept,
            inputs=CREATE,
            context={},
        )

    return act


def creates(told: Told) -> None:
    act = creating(told)
    act()
    with Watch():
        for _ in range(told.count):
            act()


async def creates_async(told: Told) -> None:
    act = creating_async(told)
    await act()
    with Watch():
        for _ in range(told.count):
            await act()


async def creates_at_once(told: Told) -> None:
    act = creating_async(told)
    await at_once(act, told.most * 2, told.most)
    with Watch():
        await at_once(act, told.count, told.most)


async def creates_arriving(told: Told) -> None:
    act = creating_async(told)
    await at_once(act, told.most, told.most)
    with Watch() as watch:
        watch.figures |= await arriving(act, told)


def first_create(told: Told) -> None:
    with Watch():
        answer = creating(told)()
    require(len(answer["output"]["id"]) == 18, "a create")


def running(
    told: Told, plugin: SalesforceConnector | None = None
) -> Callable[[str, dict[str, Any]], Any]:
    """Return what runs an action; all is imported, and a socket is open."""
    hook, kept = hooks(plugin), Kept(told)

    def act(action: str, inputs: dict[str, Any]) -> Any:
        return hook.run_action(
            connector="salesforce", action=action, connection=kept, inputs=inputs, context={}
        )

    act("get_limits", {})
    return act


def query_kept(told: Told) -> None:
    act = running(told)
    with Watch():
        answer = act("query", {"soql": SOQL, "limit": 1_000_000})
    require(len(answer["output"]["records"]) == told.count, "all rows")


def bulk_to_csv(told: Told) -> None:
    act, path = running(told), Path(told.folder) / "accounts.csv"
    job = act("bulk_query", {"soql": SOQL, "wait": False})["output"]["job"]["id"]
    act("get_bulk_job", {"job_id": job, "kind": "query"})  # it is complete when it is looked at
    with Watch() as watch:
        act("bulk_query", {"job_id": job, "format": "csv", "path": str(path)})
        watch.figures["bytes"] = path.stat().st_size
    with path.open("rb") as file:
        require(sum(1 for _ in file) == told.count + 1, "all rows and one header")


def bulk_from_csv(told: Told) -> None:
    act, path = running(told), str(Path(told.folder) / "upload.csv")
    inputs = {"sobject": "Account", "operation": "insert", "path": path, "wait": False}
    with Watch():
        act("bulk_write", inputs)


def objects_twice(told: Told) -> None:
    """List the objects of an org twice, as a form does when it is opened."""
    hook, kept = hooks(), Kept(told)
    with Watch() as watch:
        for _ in range(2):
            found = hook.list_options(
                connector="salesforce",
                source="objects",
                connection=kept,
                inputs={},
                search="",
                page=None,
            )
        watch.figures["options"] = len(found["options"])


async def counted(told: Told) -> None:
    """Count Python and C calls of creates in sequence."""
    act = creating_async(told)
    for _ in range(20):
        await act()
    with Watch() as watch, counting() as calls:
        for _ in range(told.count):
            await act()
        watch.figures["calls_each"] = calls.made / told.count


def counted_sync(told: Told) -> None:
    act = creating(told)
    for _ in range(20):
        act()
    with Watch() as watch, counting() as calls:
        for _ in range(told.count):
            act()
        watch.figures["calls_each"] = calls.made / told.count


def checks(told: Told) -> None:
    """Check an input as a run does before it sends anything."""
    from salesforce_actions.actions.create_record import create_record
    from salesforce_connector.validation import read_input

    with Watch():
        for _ in range(told.count):
            read_input(create_record.input, CREATE, create_record.name)


WORKS: dict[str, Callable[[Told], Any]] = {
    each.__name__: each
    for each in (
        creates,
        creates_async,
        creates_at_once,
        creates_arriving,
        first_create,
        query_kept,
        bulk_to_csv,
        bulk_from_csv,
        objects_twice,
        counted,
        counted_sync,
        checks,
    )
}

if __name__ == "__main__":
    run(WORKS)
