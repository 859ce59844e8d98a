"""What becomes of the plugin's sockets: shared while they are of use, closed when they are not."""

import asyncio
import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from actions.loopback import Loopback, serve
from connector.acme_connection import SIGNED_IN, AcmeConnection

from salesforce_actions.plugin import SalesforceConnector

READ = {"sobject": "Account", "id": "001000000000001"}
TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture
def server() -> Iterator[Loopback]:
    with serve() as server:
        yield server


def connection(server: Loopback) -> AcmeConnection:
    return AcmeConnection(
        {**SIGNED_IN, "instance_url": server.url},
        settings={"my_domain_url": server.url, "local_org": True},
    )


async def read_many(plugin: SalesforceConnector, server: Loopback, count: int) -> list[Any]:
    def read_one() -> Any:
        started = plugin.run_action_async("salesforce", "get_record", connection(server), READ, {})
        assert started is not None
        return started

    return list(await asyncio.gather(*(read_one() for _ in range(count))))


def test_sync_calls_of_all_connections_share_their_sockets(server: Loopback) -> None:
    plugin = SalesforceConnector()
    for _ in range(5):
        plugin.run_action("salesforce", "get_record", connection(server), READ, {})
    assert server.opened == 1

    plugin.close()

    assert server.all_closed()


def test_a_plugin_that_was_closed_starts_again(server: Loopback) -> None:
    plugin = SalesforceConnector()
    plugin.close()
    plugin.run_action("salesforce", "get_record", connection(server), READ, {})
    plugin.close()
    plugin.close()

    result = plugin.run_action("salesforce", "get_record", connection(server), READ, {})
    plugin.close()

    assert result is not None
    assert result["output"] == {"record": {"Name": "Acme"}}
    assert server.all_closed()


def test_closing_one_connection_leaves_the_sockets_to_the_others(server: Loopback) -> None:
    plugin, stored = SalesforceConnector(), connection(server)
    plugin.run_action("salesforce", "get_record", stored, READ, {})
    plugin.close_connection("salesforce", stored, revoke=False)
    plugin.run_action("salesforce", "get_record", connection(server), READ, {})

    assert server.opened == 1
    plugin.close()
    assert server.all_closed()


def test_each_loop_closes_its_sockets_at_its_end(server: Loopback) -> None:
    """Warnings are errors: a socket that nobody closes fails this test, too."""
    plugin = SalesforceConnector()

    for _ in range(3):
        results = asyncio.run(read_many(plugin, server, 4))
        assert [result["output"] for result in results] == [{"record": {"Name": "Acme"}}] * 4
        assert server.all_closed()
    gc.collect()

    assert 3 <= server.opened <= 12


def test_a_new_event_loop_drops_the_clients_of_a_closed_one(server: Loopback) -> None:
    """An engine may run each step on a loop of its own, for months."""
    plugin = SalesforceConnector()
    loops: list[weakref.ref[asyncio.AbstractEventLoop]] = []

    async def main() -> None:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        await read_many(plugin, server, 2)

    for _ in range(3):
        asyncio.run(main())
    gc.collect()

    assert [loop() for loop in loops[:2]] == [None, None]


FORKED = """
    import os, signal, threading
    from actions.loopback import serve
    from connector.acme_connection import SIGNED_IN, AcmeConnection
    from salesforce_actions.plugin import SalesforceConnector

    READ = {"sobject": "Account", "id": "001000000000001"}
    inside, leave = threading.Event(), threading.Event()

    class Slow(AcmeConnection):
        '''One that is just being looked up when the process forks.'''

        @property
        def method(self):
            inside.set()
            leave.wait(10)
            return "authorization_code"

        @method.setter
        def method(self, value):
            pass

    def kept(kind, server):
        return kind(
            {**SIGNED_IN, "instance_url": server.url},
            settings={"my_domain_url": server.url, "local_org": True},
        )

    def read(kind, server):
        plugin.run_action("salesforce", "get_record", kept(kind, server), READ, {})

    plugin = SalesforceConnector()
    with serve() as server:
        read(AcmeConnection, server)
        slow = threading.Thread(target=read, args=(Slow, server))
        slow.start()
        inside.wait(10)
        child = os.fork()
        if child == 0:
            signal.alarm(10)
            read(AcmeConnection, server)
            os._exit(0)
        _, ended = os.waitpid(child, 0)
        leave.set()
        slow.join()
        read(AcmeConnection, server)
        plugin.close()
        print(os.waitstatus_to_exitcode(ended), server.opened)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="it has no fork")
def test_a_fork_while_a_thread_is_in_the_pool_starts_again_in_the_child() -> None:
    """The child shares no socket with its parent and waits for no thread that it has not."""
    ran = subprocess.run(
        # Python 3.12 and later warn of every fork beside threads, which is what is tested here.
        [sys.executable, "-W", "ignore:This process:DeprecationWarning", "-c", dedent(FORKED)],
        cwd=TESTS,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (ran.stdout.strip(), ran.stderr) == ("0 2", "")
