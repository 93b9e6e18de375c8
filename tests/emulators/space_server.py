"""The Spaces in their own process: `python -m tests.emulators.space_server`, started by `server.py`.

They have their own process because Gradio takes seconds to import, leaves threads and open event loops behind, and
would share one interpreter lock with the tests. When all Spaces respond, the process prints a line of JSON with the
URLs by model id. It ends when its standard input ends, so it does not outlive its parent. `make run` starts it with a
listening socket, where calls wait meanwhile.
"""

# ruff: noqa: E402
import gc
import sys

gc.disable()  # during the start, whose many objects all stay
sys.modules["mcp"] = None  # type: ignore[assignment]  # Gradio works without this package, which imports slowly

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import tempfile
import traceback
from pathlib import Path
from typing import NoReturn

from tests.emulators import spaces
from tests.emulators.server import Server


def main() -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole process group; the parent ends this process
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    arguments = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="easel-spaces-")).resolve()
    status = 1
    try:
        app = spaces.app(arguments.seconds, arguments.concurrency or None, folder)
        given = arguments.listener
        server = Server(app, arguments.port if given is None else socket.socket(fileno=given))
        gc.freeze()
        gc.enable()
        first = [name for name in spaces.INPUTS if name not in spaces.SECOND]
        print(json.dumps({name: f"{server.url}/{name}" for name in first}), flush=True)
        while given is not None:
            signal.pause()
        with contextlib.suppress(OSError):
            sys.stdin.read()
        server.close()
        status = 0
    except Exception:
        traceback.print_exc()  # `_exit` would not print it
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(status)  # Gradio's threads would keep the interpreter alive


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--listener", type=int, help="a socket that listens, by number; then only a signal ends this")
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--concurrency", type=int, default=40, help="jobs of a Space at once; 0: any number")
    return parser.parse_args()


if __name__ == "__main__":
    main()
