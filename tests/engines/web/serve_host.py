"""Serves one of the hosts beside this file: `serve_host.py NAME` prints its port, then serves."""

import importlib
import socket
import sys

HOST = "127.0.0.1"


def main(name: str) -> None:
    app = importlib.import_module(name).app
    if name == "flask_host":
        from werkzeug.serving import make_server

        server = make_server(HOST, 0, app, threaded=True)
        announce(server.port)
        server.serve_forever()
        return
    import uvicorn

    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        announce(listener.getsockname()[1])
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


def announce(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


main(sys.argv[1])
