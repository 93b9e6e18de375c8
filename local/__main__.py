"""`python -m local`, which `make run` calls: run the whole system until Ctrl-C.

Environment variables: PORT (8080), LIVE=1 (real providers), PARAMS (parameters of the template, such as
`Access=keys WaitSeconds=10`), and the providers' URLs under the catalog's names, such as GITEE_BASE_URL.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from types import FrameType

from local import access
from local.banner import banner
from local.errors import LocalError
from local.settings import Settings
from local.stack import LocalStack, local_stack, state_file
from local.steps import began
from local.terminal import readable_lines, visible, visible_lines

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


_writing = threading.RLock()  # many threads and a signal handler write lines


class StopRequested(BaseException):
    """A signal to stop arrived."""


def main() -> int:
    _on_stop()
    try:
        settings = Settings.read(os.environ)
        with local_stack(settings, _say, _say, _colour(), began(os.environ)) as stack, state_file(stack):
            access.store_credentials(stack.client, stack.deployed.outputs["JobsTable"], settings.live)
            _say(banner(stack.endpoint, stack.function_url, stack.aws_url, stack.providers.lines))
            _watch(stack)
    except StopRequested:
        _say("Stopped. No program or file is left.")
    except LocalError as error:
        for line in readable_lines(error.lines)[-25:]:
            _say(f"    {visible(line)}")
        print(f"make run: {visible_lines(str(error))}", file=sys.stderr)
        return 1
    return 0


def _watch(stack: LocalStack) -> None:
    while True:
        if child := stack.ended_child():
            raise child.error()
        time.sleep(0.5)


def _on_stop() -> None:
    """Stop the stack in order at the first signal, and at once at the second."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, force)
        _say("\nStopping …")
        raise StopRequested

    def force(_number: int, _frame: FrameType | None) -> None:
        os._exit(130)  # the reaper notices our end and kills the other processes

    for number in STOP_SIGNALS:
        signal.signal(number, stop)


def _say(text: str) -> None:
    with contextlib.suppress(OSError), _writing:  # the terminal may be closed
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def _colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


if __name__ == "__main__":
    sys.exit(main())
