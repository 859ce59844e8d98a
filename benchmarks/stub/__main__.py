"""`python -m benchmarks.stub`: serve on a free port of loopback, print it, end with stdin."""

import argparse
import asyncio
import gc
import sys

from benchmarks.stub.listener import Listener
from benchmarks.stub.site import Site


async def _serve(site: Site) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Listener(site.reply), "127.0.0.1", 0, backlog=2_048)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    """Make the stock, then serve it until who started this closes stdin."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--query-rows", type=int, default=0)
    parser.add_argument("--bulk-rows", type=int, default=0)
    asked = parser.parse_args()
    site = Site(query_rows=asked.query_rows, bulk_rows=asked.bulk_rows)
    gc.freeze()  # the stock is large and never garbage
    asyncio.run(_serve(site))


if __name__ == "__main__":
    main()
