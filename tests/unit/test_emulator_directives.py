"""Directives in prompts, which make an emulator fail or wait."""

import re

import pytest

from tests.emulators import directives, quota
from tests.emulators.directives import Directives
from tests.harness.patience import until


@pytest.mark.parametrize(
    ("prompt", "ordered"),
    [
        ("a cat [[delay=2.5]] on[[ fault = quota ]]  a mat", Directives("a cat on a mat", "quota", 2.5)),
        ("a [[wild]] cat", Directives("a [[wild]] cat")),
        ("[[fault=quota]]", Directives("[[fault=quota]]", "quota")),
        (" [[delay=1]] [[fault=quota]] ", Directives("[[delay=1]] [[fault=quota]]", "quota", 1.0)),
    ],
)
def test_directives_are_removed_from_the_prompt(prompt: str, ordered: Directives) -> None:
    assert directives.parse(prompt, "gitee") == ordered


@pytest.mark.parametrize(
    ("directive", "message"),
    [
        ("fault=package", "unknown fault 'package'; the spaces emulator has: auth, "),
        *((f"delay={delay}", f"delay '{delay}'") for delay in ("soon", "-1", "nan", "4000")),
    ],
)
def test_an_invalid_directive_is_refused(directive: str, message: str) -> None:
    with pytest.raises(directives.DirectiveError, match=re.escape(message)):
        directives.parse(f"a cat [[{directive}]]", "spaces")


def test_a_quota_can_be_restored_and_used_up_again() -> None:
    assert quota.used_up("a cat", 0.0)  # as in all other tests, where the quota is never restored
    for _ in range(2):
        until(lambda: quota.used_up("a cat", 0.05, 0.05))
        until(lambda: not quota.used_up("a cat", 0.05, 0.05))
