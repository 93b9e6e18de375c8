#!/usr/bin/env bash
# Werkzeug's development server sends "Connection: close" with every response, even if `protocol_version` is HTTP/1.1.
# With this setting Python's http.server keeps connections, as documented. moto's server is Werkzeug's, so a client
# opens a new connection for each call.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check werkzeug==3.1.9
"$folder/venv/bin/python" - <<'PYTHON'
import http.client
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response


class Kept(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


class Plain(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


def header(server):
    """The status line's version and the Connection header of one answer."""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
    connection.request("GET", "/")
    response = connection.getresponse()
    response.read()
    connection.close()
    server.shutdown()
    return response.version, response.getheader("Connection")


by_werkzeug = header(make_server("127.0.0.1", 0, Response("ok"), request_handler=Kept))
by_python = header(HTTPServer(("127.0.0.1", 0), Plain))
print(f"werkzeug {version('werkzeug')}: {by_werkzeug}; http.server: {by_python}")
assert by_python == (11, None)
assert by_werkzeug == (11, "close"), "Werkzeug behaves otherwise now"
print("OK: Werkzeug's server responds with HTTP/1.1 and closes the connection after each response.")
PYTHON
