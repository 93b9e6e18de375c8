"""OpenAI's SDKs against the local stack, as programs call it."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.harness.sdks import NAMES, named, node, sdk
from tests.sdks.caller import LONG, Caller

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.stack import LocalStack
    from tests.harness.sdks import OnNode, Outcome

__all__ = ["node", "sdk"]  # fixtures

Begun = tuple[Caller, "Future[Outcome]"]


@pytest.fixture(scope="package", autouse=True)
def _begun(local_easel: LocalStack, node: OnNode) -> Iterator[dict[str, Mapping[str, Begun]]]:
    """Slow calls by each SDK. They run in parallel with the tests, which check them when they have ended."""
    callers = {name: Caller(local_easel, named(name, node)) for name in NAMES}
    direct = {name: Caller(local_easel, named(name, node), local_easel.function_url) for name in NAMES}
    with ThreadPoolExecutor(3 * len(NAMES)) as calls:
        long, once = f"a long one [[delay={LONG}]]", f"answered once [[delay={LONG}]]"
        yield {
            "once": {name: (one, calls.submit(one.generate, once, retries=0)) for name, one in direct.items()},
            "long": {name: (one, calls.submit(one.generate, long, retries=0)) for name, one in callers.items()},
            "limited": {
                name: (one, calls.submit(one.generate, "rate limit [[fault=rate]]", retries=1))
                for name, one in callers.items()
            },
        }


@pytest.fixture
def long(_begun: dict[str, Mapping[str, Begun]]) -> Mapping[str, Begun]:
    """Calls for a picture that takes so long that a client has to follow two redirects, by the SDK's name."""
    return _begun["long"]


@pytest.fixture
def once(_begun: dict[str, Mapping[str, Begun]]) -> Mapping[str, Begun]:
    """The same at the function URL, which answers each call once."""
    return _begun["once"]


@pytest.fixture
def limited(_begun: dict[str, Mapping[str, Begun]]) -> Mapping[str, Begun]:
    """Calls that the provider refuses with a 429 and that may be retried once, by the SDK's name."""
    return _begun["limited"]
