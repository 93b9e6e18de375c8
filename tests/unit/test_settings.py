"""The environment: default settings, valid values, and errors that name the variable."""

import os
from typing import Any

import pytest

from easel import catalog
from easel.errors import InvalidSetting
from easel.settings import OPENAI_ALIASES, concurrency, flag, key_manifests, model_aliases, settings, url, urls
from tests.harness import template

GITEE = "https://ai.gitee.com/v1"
READERS: dict[str, Any] = {
    "GITEE_BASE_URL": lambda: url("GITEE_BASE_URL", GITEE),
    "HF_SPACE_URLS": lambda: urls("HF_SPACE_URLS"),
    "GITEE_FAILOVER": lambda: flag("GITEE_FAILOVER"),
    "GITEE_CONCURRENCY": lambda: concurrency("gitee", 10),
    "KEY_MANIFESTS": key_manifests,
    "PUBLIC_URL": lambda: settings().public_url,
    "WAIT_SECONDS": lambda: settings().wait_seconds,
    "RETENTION_DAYS": lambda: settings().retention_days,
    "DAILY_PICTURES": lambda: settings().daily_pictures,
}
"""How the code reads each setting."""


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("FUNCTION_") or name.endswith(("_URL", "_URLS", "_SECONDS", "_TABLE", "_BUCKET", "_DAYS")):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("name", "usual", "text", "value"),
    [
        ("WAIT_SECONDS", 25, "2.5", 2.5),
        ("RETENTION_DAYS", 30, "7", 7),
        ("PUBLIC_URL", "", "https://easel.example/", "https://easel.example"),
        ("GITEE_BASE_URL", GITEE, " http://127.0.0.1:9000/v1/ ", "http://127.0.0.1:9000/v1"),
        ("GITEE_FAILOVER", False, "true", True),
        ("GITEE_FAILOVER", False, "false", False),
        ("GITEE_CONCURRENCY", 10, "3", 3),
        ("HF_SPACE_URLS", {}, '{"a": "http://127.0.0.1:9001/"}', {"a": ("http://127.0.0.1:9001",)}),
        (
            "HF_SPACE_URLS",
            {},
            '{"b": ["https://c.test", "https://d.test/"]}',
            {"b": ("https://c.test", "https://d.test")},
        ),
    ],
)
def test_a_setting_has_a_default_unless_it_is_set(
    name: str, usual: Any, text: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for given, expected in ((None, usual), ("", usual), (" ", usual), (text, value)):
        settings.cache_clear()
        if given is not None:
            monkeypatch.setenv(name, given)
        assert READERS[name]() == expected


def test_a_functions_name_needs_its_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidSetting, match="FUNCTION_PREFIX"):
        settings().function("gitee")
    settings.cache_clear()
    monkeypatch.setenv("FUNCTION_PREFIX", "easel-")
    monkeypatch.setenv("FUNCTION_QUALIFIER", ":live")
    assert settings().function("gitee") == "easel-gitee:live"


LONG = "9" * 5000
WRONG = {
    "GITEE_BASE_URL": [
        *(
            "ai.gitee.com/v1",
            "ftp://ai.gitee.com",
            "http://",
            "http://[::1",
            "http://host:port",
            "https://host/v1?key=1",
        ),
    ],
    "PUBLIC_URL": ["https://host/#top"],
    "WAIT_SECONDS": ["soon", "0", "-1", "nan", "inf", "1e400", LONG],
    "RETENTION_DAYS": ["a month", LONG],
    "DAILY_PICTURES": ["1e400", LONG],
    "GITEE_FAILOVER": ["yes"],
    "GITEE_CONCURRENCY": ["0", "many", LONG],
    "KEY_MANIFESTS": ["manifests/a.csv, batches/uploads/", "s3://bucket"],
    "HF_SPACE_URLS": [
        *("https://one.hf.space", "[]", "[" * 100_000, '{"upscaler": 1%s}' % ("0" * 5000), '{"upscaler": 1}'),
        *('{"upscaler": []}', '{"upscaler": ["https://one.hf.space", 1]}', '{"upscaler": "other.hf.space"}'),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_an_invalid_setting_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in WRONG[name]:
        settings.cache_clear()
        monkeypatch.setenv(name, value)
        with pytest.raises(InvalidSetting, match=name) as caught:
            READERS[name]()
        assert len(caught.value.message) < 400


def test_the_templates_own_values_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for function in template.functions():
        for name, value in function.environment.items():
            monkeypatch.setenv(name, str(value))
    names = {settings().function(each) for each in catalog.providers()}
    assert names <= {each.name for each in template.functions()}
    assert (settings().retention_days, model_aliases()) == (30, OPENAI_ALIASES)
