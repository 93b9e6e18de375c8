"""`python -m local`, which is `make run`: serves the whole deployed system until Ctrl-C.

From the environment: PORT (8080), LIVE=1 (real providers), PARAMS (parameters of the template, such as
`Access=keys WaitSeconds=10`), and the providers' URLs, under names of the catalog's such as GITEE_BASE_URL.
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
from local.terminal import visible, visible_lines, without_frames

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


_writing = threading.RLock()  # lines come from many threads, and from a signal's handler


class Stopped(BaseException):
    """A signal to stop arrived."""


def main() -> int:
    _on_stop()
    try:
        settings = Settings.read(os.environ)
        with local_stack(settings, _say, _say, _colour(), began(os.environ)) as stack, state_file(stack):
            access.give(stack.client, stack.deployed.outputs["JobsTable"], settings.live)
            _say(banner(stack.endpoint, stack.function_url, stack.aws_url, stack.providers.lines))
            _watch(stack)
    except Stopped:
        _say("Stopped; nothing is left.")
    except LocalError as error:
        for line in without_frames(error.lines)[-25:]:
            _say(f"    {visible(line)}")
        print(f"make run: {visible_lines(str(error))}", file=sys.stderr)
        return 1
    return 0


def _watch(stack: LocalStack) -> None:
    while True:
        if child := stack.dead():
            raise child.error()
        time.sleep(0.5)


def _on_stop() -> None:
    """The first signal ends the stack in order, the second one at once."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, force)
        _say("\nStopping …")
        raise Stopped

    def force(_number: int, _frame: FrameType | None) -> None:
        os._exit(130)  # the reaper sees our end and kills what is left

    for number in STOP_SIGNALS:
        signal.signal(number, stop)


def _say(text: str) -> None:
    with contextlib.suppress(OSError), _writing:  # the terminal may be gone
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def _colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


if __name__ == "__main__":
    sys.exit(main())
