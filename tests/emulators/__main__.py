"""`python -m tests.emulators`: all providers until SIGINT or SIGTERM.

Prints one line of JSON once all are up, the environment variables that lead to them and their values:
`{"GITEE_BASE_URL": URL, "MODELSCOPE_BASE_URL": URL, "HF_SPACE_URLS": {model id or "upscaler": URL}}`.
"""

import argparse
import json
import signal
import socket
import sys
from collections.abc import Iterator

from local.errors import LocalError
from tests.emulators.server import SECTIONS, Emulators


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.emulators", description=__doc__)
    parser.add_argument("--port", action="append", default=[], metavar="PROVIDER=PORT", help="0, or busy: any free one")
    parser.add_argument("--seconds", type=float, default=0.3, help="how long a generation takes (%(default)s)")
    parser.add_argument(
        "--listener", action="append", default=[], metavar="PROVIDER=FD", help="only these, at sockets that listen"
    )
    arguments = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    ports = {provider: int(port) for provider, _, port in (given.partition("=") for given in arguments.port)}
    try:
        listeners = dict(_listeners(arguments.listener))
        names = listeners or SECTIONS
        with Emulators(names, ports={**ports, **listeners}, seconds=arguments.seconds) as emulators:
            print(json.dumps(emulators.environment), flush=True)
            while True:
                signal.pause()
    except LocalError as error:
        print(*error.lines, error, sep="\n", file=sys.stderr)
        sys.exit(1)


def _listeners(given: list[str]) -> Iterator[tuple[str, socket.socket]]:
    for provider, _, number in (each.partition("=") for each in given):
        yield provider, socket.socket(fileno=int(number))


if __name__ == "__main__":
    main()
