"""The environment: defaults, what is taken, and errors that name the variable."""

import os
from collections.abc import Callable

import pytest

from easel import catalog
from easel.errors import InvalidSetting
from easel.settings import (
    OPENAI_ALIASES,
    concurrency,
    flag,
    key_manifests,
    model_aliases,
    settings,
    url,
    urls,
)
from tests.harness import template


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("FUNCTION_") or name.endswith(("_URL", "_URLS", "_SECONDS", "_TABLE", "_BUCKET", "_DAYS")):
            monkeypatch.delenv(name)


def test_missing_settings_have_defaults() -> None:
    found = settings()
    assert (found.wait_seconds, found.retention_days, found.public_url) == (25, 30, "")
    with pytest.raises(InvalidSetting, match="FUNCTION_PREFIX"):
        found.function("gitee")


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAIT_SECONDS", "2.5")
    monkeypatch.setenv("FUNCTION_PREFIX", "easel-")
    monkeypatch.setenv("FUNCTION_QUALIFIER", ":live")
    found = settings()
    assert found.wait_seconds == 2.5
    assert found.function("gitee") == "easel-gitee:live"


def test_a_url_is_the_settings_or_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITEE_BASE_URL", " ")
    assert url("GITEE_BASE_URL", "https://ai.gitee.com/v1") == "https://ai.gitee.com/v1"
    monkeypatch.setenv("GITEE_BASE_URL", " http://127.0.0.1:9000/v1/ ")
    assert url("GITEE_BASE_URL", "https://ai.gitee.com/v1") == "http://127.0.0.1:9000/v1"


@pytest.mark.parametrize(("value", "read"), [("", False), (" ", False), ("false", False), ("true", True)])
def test_a_flag_is_false_unless_it_is_true(value: str, read: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITEE_FAILOVER", value)
    assert flag("GITEE_FAILOVER") is read


def test_urls_are_those_of_a_json_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_SPACE_URLS", " ")
    assert urls("HF_SPACE_URLS") == {}
    monkeypatch.setenv("HF_SPACE_URLS", '{"a": "http://127.0.0.1:9001/", "b": ["https://c.test", "https://d.test/"]}')
    assert urls("HF_SPACE_URLS") == {"a": ("http://127.0.0.1:9001",), "b": ("https://c.test", "https://d.test")}


@pytest.mark.parametrize("name", ["WAIT_SECONDS", "PUBLIC_URL", "RETENTION_DAYS"])
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
        ("GITEE_FAILOVER", "yes"),
        ("WAIT_SECONDS", "1e400"),
        ("WAIT_SECONDS", "9" * 5000),
        ("RETENTION_DAYS", "9" * 5000),
        ("DAILY_PICTURES", "9" * 5000),
        ("DAILY_PICTURES", "1e400"),
        ("GITEE_CONCURRENCY", "0"),
        ("GITEE_CONCURRENCY", "many"),
        ("GITEE_CONCURRENCY", "9" * 5000),
        ("KEY_MANIFESTS", "manifests/a.csv, batches/uploads/"),
        ("KEY_MANIFESTS", "s3://bucket"),
        ("HF_SPACE_URLS", "[]"),
        ("HF_SPACE_URLS", "[" * 100_000),
        ("HF_SPACE_URLS", '{"upscaler": 1%s}' % ("0" * 5000)),
        ("HF_SPACE_URLS", '{"upscaler": 1}'),
        ("HF_SPACE_URLS", '{"upscaler": []}'),
        ("HF_SPACE_URLS", '{"upscaler": ["https://one.hf.space", 1]}'),
        ("HF_SPACE_URLS", '{"upscaler": "other.hf.space"}'),
    ],
)
def test_an_invalid_setting_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    readers: dict[str, Callable[[], object]] = {
        "URL": lambda: url(name, ""),
        "URLS": lambda: urls(name),
        "MANIFESTS": key_manifests,
        "FAILOVER": lambda: flag(name),
        "CONCURRENCY": lambda: concurrency("gitee", 10),
    }
    with pytest.raises(InvalidSetting, match=name) as caught:
        readers.get(name.rpartition("_")[2], settings)()
    assert len(caught.value.message) < 400


def test_the_templates_own_values_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for function in template.functions():
        for name, value in function.environment.items():
            monkeypatch.setenv(name, str(value))
    found = settings()
    assert {found.function(each) for each in catalog.providers()} <= {each.name for each in template.functions()}
    assert found.retention_days == 30
    assert model_aliases() == OPENAI_ALIASES
