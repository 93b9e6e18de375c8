"""The environment: defaults, what is taken, and errors that name the variable."""

import os

import pytest

from easel.settings import InvalidSetting, settings
from tests.harness import template


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.endswith(("_FUNCTION", "_URL", "_URLS", "_SECONDS", "_TABLE", "_BUCKET", "_DAYS")):
            monkeypatch.delenv(name)


def test_without_a_setting_the_defaults_hold() -> None:
    found = settings()
    assert found.gitee_base_url == "https://ai.gitee.com/v1"
    assert found.modelscope_base_url == "https://api-inference.modelscope.cn/v1"
    assert found.hf_space_urls == {}
    assert (found.wait_seconds, found.retention_days, found.public_url) == (25, 30, "")
    assert found.functions == {}


def test_what_is_set_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITEE_BASE_URL", " http://127.0.0.1:9000/v1/ ")
    monkeypatch.setenv("HF_SPACE_URLS", '{"upscaler": "http://127.0.0.1:9001/"}')
    monkeypatch.setenv("WAIT_SECONDS", "2.5")
    monkeypatch.setenv("GITEE_FUNCTION", "easel-gitee")
    monkeypatch.setenv("MODELSCOPE_FUNCTION", "")
    found = settings()
    assert found.gitee_base_url == "http://127.0.0.1:9000/v1"
    assert found.hf_space_urls == {"upscaler": "http://127.0.0.1:9001"}
    assert found.wait_seconds == 2.5
    assert found.functions == {"gitee": "easel-gitee"}


@pytest.mark.parametrize(
    "name", ["GITEE_BASE_URL", "MODELSCOPE_BASE_URL", "HF_SPACE_URLS", "WAIT_SECONDS", "PUBLIC_URL"]
)
def test_a_blank_setting_means_the_default(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = settings()
    settings.cache_clear()
    monkeypatch.setenv(name, " ")
    assert settings() == usual


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITEE_BASE_URL", "ai.gitee.com/v1"),
        ("GITEE_BASE_URL", "ftp://ai.gitee.com"),
        ("GITEE_BASE_URL", "http://"),
        ("GITEE_BASE_URL", "http://[::1"),
        ("GITEE_BASE_URL", "http://host:port"),
        ("MODELSCOPE_BASE_URL", "https://host/v1?key=1"),
        ("PUBLIC_URL", "https://host/#top"),
        ("WAIT_SECONDS", "soon"),
        ("WAIT_SECONDS", "0"),
        ("WAIT_SECONDS", "-1"),
        ("WAIT_SECONDS", "nan"),
        ("WAIT_SECONDS", "inf"),
        ("RETENTION_DAYS", "a month"),
        ("HF_SPACE_URLS", "https://one.hf.space"),
        ("HF_SPACE_URLS", "[]"),
        ("HF_SPACE_URLS", '{"upscaler": 1}'),
        ("HF_SPACE_URLS", '{"upscaler": "other.hf.space"}'),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSetting, match=name):
        settings()


def test_the_templates_own_values_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for function in template.functions():
        for name, value in function.environment.items():
            monkeypatch.setenv(name, str(value))
    found = settings()
    assert found.functions == {name: f"easel-{name}" for name in ("gitee", "huggingface", "modelscope")}
    assert found.retention_days == 30
