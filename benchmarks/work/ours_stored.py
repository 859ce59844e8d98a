"""The connector on a connection that a store keeps, when its token has ended."""

from typing import Any

from benchmarks.work.engine import hooks
from benchmarks.work.stored import kept
from benchmarks.work.told import Told, Watch, at_once, run


async def expired(told: Told) -> None:
    hook, connection = hooks(), kept(told.folder)

    def act() -> Any:
        return hook.run_action_async(
            connector="salesforce",
            action="get_limits",
            connection=connection,
            inputs={},
            context={},
        )

    await act()
    failed = 0

    async def one() -> None:
        nonlocal failed
        try:
            await act()
        except Exception:  # noqa: BLE001 - whatever a client raises is a call lost
            failed += 1

    with Watch() as watch:
        await at_once(one, told.count, told.count)
        watch.figures["failed"] = failed


if __name__ == "__main__":
    run({"expired": expired})
