#!/usr/bin/env bash
# httpx2 returns the first member of a gzip body, and drops the rest without an error. httpx does the same. A fix was
# proposed in 2024: https://github.com/encode/httpx/pull/3270 (closed).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check httpx2==2.16.2 urllib3==2.8.0
"$folder/venv/bin/python" - <<'PYTHON'
import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import urllib3

# "A gzip file consists of a series of members": RFC 1952, section 2.2. `cat a.gz b.gz` and pigz make such bodies.
WHOLE = b"the first half, the second half"
BODY = gzip.compress(WHOLE[:16]) + gzip.compress(WHOLE[16:])


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/"
found = {
    f"httpx2 {httpx2.__version__}": httpx2.get(url, trust_env=False).content,
    f"urllib3 {urllib3.__version__}": urllib3.request("GET", url).data,
    "Python's gzip": gzip.decompress(BODY),
}
server.shutdown()
for library, content in found.items():
    print(f"{library}: {content}")
first, *others = found.values()
assert first == WHOLE[:16], "httpx2 behaves otherwise now"
assert others == [WHOLE, WHOLE]
print("OK: for a gzip body with two members, httpx2 returns only the first one and raises nothing.")
PYTHON
