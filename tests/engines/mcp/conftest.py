"""A server of the command's own, over HTTP."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from engines.conftest import EngineSite

PROGRAM = str(Path(sys.executable).with_name("salesforce-connector"))
TOKEN = "a-token-for-tests"


@pytest.fixture
def address(site: EngineSite) -> Iterator[str]:
    """Serve MCP over HTTP as the command does; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, **site.environment, "CONNECTOR_HOST_MCP_TOKEN": TOKEN}
    command = [PROGRAM, "mcp", "acme", "--http", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    try:
        url = f"http://127.0.0.1:{port}/mcp"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                httpx.get(url)
                break
            except httpx.TransportError:
                assert process.poll() is None, process.communicate()[1]
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=20)
