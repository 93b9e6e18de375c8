"""What a prompt can order from an emulator."""

import re

import pytest

from tests.emulators import (
    bad_answers,
    directives,
    gitee,
    modelscope,
    modelscope_polls,
    pictures,
    quota,
    space_errors,
    space_proxy,
)
from tests.harness.patience import until

GENERIC = {"wall", "html", "html200", "unavailable", "hang", "cut", "garbage", "badjson", *bad_answers.LIMITS}
OF_FILES = {"badimage", "truncated", "wrongsize", *pictures.FORMATS}
OF_ANSWERS = {"internal", "empty", "refused200", *pictures.INLINE}


def test_directives_are_taken_out_of_the_prompt() -> None:
    ordered = directives.parse("a [[delay=2.5]] cat[[ fault = quota ]]  asleep", "gitee")
    assert ordered == directives.Directives("a cat asleep", "quota", 2.5)


def test_a_quota_comes_back_and_is_used_up_again() -> None:
    assert quota.used_up("a cat", 0.0)  # as in every other test, where it never comes back
    for _ in range(2):
        until(lambda: quota.used_up("a cat", 0.05, 0.05))
        until(lambda: not quota.used_up("a cat", 0.05, 0.05))


def test_a_prompt_without_directives_orders_nothing() -> None:
    assert directives.parse("a [[wild]] cat", "gitee") == directives.Directives("a [[wild]] cat")


@pytest.mark.parametrize("prompt", ["[[fault=quota]]", " [[delay=1]] [[fault=quota]] "])
def test_a_prompt_of_directives_alone_is_no_blank_prompt(prompt: str) -> None:
    ordered = directives.parse(prompt, "gitee")
    assert (ordered.caption, ordered.fault) == (prompt.strip(), "quota")


def test_an_unknown_fault_is_answered_with_the_known_ones() -> None:
    with pytest.raises(directives.DirectiveError, match=r"unknown fault 'package'; the spaces emulator has: auth, "):
        directives.parse("a cat [[fault=package]]", "spaces")


@pytest.mark.parametrize("delay", ["soon", "-1", "nan", "4000"])
def test_a_delay_is_a_number_of_seconds_up_to_an_hour(delay: str) -> None:
    with pytest.raises(directives.DirectiveError, match=re.escape(f"delay '{delay}'")):
        directives.parse(f"a cat [[delay={delay}]]", "gitee")


def test_the_documented_faults_are_those_the_emulators_know() -> None:
    assert all(bad_answers.broken(fault) for fault in GENERIC)
    of_links = OF_FILES | pictures.LINK_FAULTS
    of_tasks = {"never", "lost", "pollerror", "hangpoll", "numbertask", "succeeded", "oddstate", "outputs"}
    of_tasks |= modelscope_polls.ODD.keys() | modelscope_polls.FAILURES.keys()
    of_jobs = {"hang", "error-null", "empty", "text", *space_errors.ERRORS, *space_proxy.STREAM_FAULTS}
    known = {
        "gitee": GENERIC | of_links | OF_ANSWERS | {"b64", "gateway", *gitee.REFUSALS},
        "modelscope": GENERIC | of_links | OF_ANSWERS | of_tasks | modelscope.REFUSALS.keys(),
        "spaces": GENERIC | of_links | of_jobs | {"sleeping"} | space_proxy.JOIN_ANSWERS.keys(),
    }
    assert {provider: directives.known_faults(provider) for provider in known} == {
        provider: sorted(faults) for provider, faults in known.items()
    }
