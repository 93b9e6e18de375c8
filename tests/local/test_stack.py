"""`local.stack`: the parts that need no running stack. `tests/integration/test_local_stack.py` starts one."""

import contextlib
import json
import os
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local import stack
from local.deploy import Deployed
from local.errors import LocalError
from local.providers import Providers
from local.settings import Settings


@pytest.fixture
def running() -> Any:
    child = SimpleNamespace(name="MiniStack", process=SimpleNamespace(pid=4711, poll=lambda: None))
    return stack.LocalStack(
        "http://127.0.0.1:1",
        "http://127.0.0.1:3",
        "http://127.0.0.1:2",
        Deployed("api", {"JobsTable": "t"}, {"GiteeFunction": "easel-gitee"}),
        Providers({"GiteeBaseUrl": "http://g"}, []),
        SimpleNamespace(children=[child]),  # type: ignore[arg-type]
    )


def test_the_state_file_has_all_addresses_while_it_runs(running: Any, tmp_path: Path) -> None:
    path = tmp_path / ".local/state.json"
    with stack.state_file(running, path):
        state = json.loads(path.read_text())
    assert (state["endpoint"], state["functionUrl"]) == ("http://127.0.0.1:1", "http://127.0.0.1:3")
    assert state["functions"] == {"GiteeFunction": "easel-gitee"}
    assert (state["pid"], state["pids"]) == (os.getpid(), {"MiniStack": 4711})
    assert not path.exists()


def test_the_first_stack_of_a_tree_keeps_its_state_file(running: Any, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    first = json.dumps({"pid": os.getppid()})
    path.write_text(first)
    with stack.state_file(running, path):
        assert path.read_text() == first
    assert path.read_text() == first
    path.write_text('{"pid": 4194305}')  # above the largest process id, as after a killed stack
    with stack.state_file(running, path):
        assert json.loads(path.read_text())["pid"] == os.getpid()


def test_a_busy_emulator_port_is_replaced() -> None:
    said: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        free, reserved = stack._reserve(port, said.append)
    with reserved:
        again, other = stack._reserve(free, lambda _: None)
        other.close()
    assert again != free, "another start would take the same port before MiniStack listens"
    assert free != port
    assert said == [f"Port {port} is busy; MiniStack uses port {free}, where `sam local` cannot find it."]


def test_a_second_stack_uses_other_ports_unless_one_is_given() -> None:
    said: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with contextlib.ExitStack() as both:
            first, second = map(both.enter_context, stack._bind_both(Settings(port, port_given=False), said.append))
            ports = {each.getsockname()[1] for each in (first, second)}
    assert len(ports - {port}) == 2
    assert said == [
        f"Port {port} is busy; another `make run` may use it. This one uses port {first_port}."
        for first_port in [int(said[0].split()[-1].rstrip("."))]
    ]


def test_a_busy_port_ends_the_start_before_anything_is_built() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = Settings(port=taken.getsockname()[1])
        with pytest.raises(LocalError, match="is not available"), stack.local_stack(settings):
            raise AssertionError
