"""A process that imports a function and is copied for each of the function's execution environments.

It runs on the functions' own Python, without this package. `local.environments` starts it as

    python3.13 fork_server.py SOCKET_FD MODULE FOLDER...

with the folders of the code and its layers, in order of precedence. Each message on the socket requests a copy. It has
the program's arguments, folder and environment as JSON, and its three standard files. The response is the copy's
process id.
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import threading
from typing import Any

REQUEST_BYTES = 1 << 18


def main() -> None:
    requests = socket.socket(fileno=int(sys.argv[1]))
    # As in the copies' program, printed text goes to the log. A logger created now keeps this file.
    sys.stdout = sys.stderr
    sys.path[:0] = sys.argv[3:]
    with contextlib.suppress(Exception):  # the copy gets the same error and reports it
        importlib.import_module(sys.argv[2])
        importlib.import_module("botocore.handlers")  # MiniStack's worker needs it
        # Init has read from S3. Copies that shared its connection would write into one another's requests.
        importlib.import_module("easel.common.aws").close_connections()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system reaps ended copies
    while True:
        message, files, _, _ = socket.recv_fds(requests, REQUEST_BYTES, 3)
        if not message:
            return
        # A copy would lack a thread that the import has started.
        pid = os.fork() if threading.active_count() == 1 else -1
        if pid == 0:
            requests.close()
            run_copy(json.loads(message), files)
            return
        for file in files:
            os.close(file)
        requests.send(str(pid).encode())


def run_copy(request: dict[str, Any], files: list[int]) -> None:
    """Turn this new process into the requested copy: set its files, folder and environment, and run its program."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    assert sys.__stdout__ is not None
    sys.stdout = sys.__stdout__
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = request["arguments"]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
