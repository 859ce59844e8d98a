"""`python -m benchmarks.stub`: serve on a free port of loopback, print it, end with stdin."""

import argparse
import asyncio
import gc
import sys
from functools import partial

from benchmarks.stub.canned_org import CannedOrg
from benchmarks.stub.server_protocol import ServerProtocol


async def _serve(org: CannedOrg) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        partial(ServerProtocol, org.reply, lambda: org.setting.rate),
        "127.0.0.1",
        0,
        backlog=2_048,
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    """Prepare all bodies, then serve until stdin is closed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--query-rows", type=int, default=0)
    parser.add_argument("--bulk-rows", type=int, default=0)
    arguments = parser.parse_args()
    org = CannedOrg(query_rows=arguments.query_rows, bulk_rows=arguments.bulk_rows)
    gc.freeze()  # the bodies are large and never garbage
    asyncio.run(_serve(org))


if __name__ == "__main__":
    main()
