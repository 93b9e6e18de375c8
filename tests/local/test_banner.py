"""`local.banner`: the specification's calls, ready to paste."""

import re
from pathlib import Path

from local.banner import banner, calls
from local.processes import ROOT

SPECIFICATION = Path(__file__).with_name("specified_calls.md")
HOST = "https://your-project.pages.dev"


def curls(text: str) -> list[str]:
    return re.findall(r"^curl .*?^  \}'$", text, flags=re.DOTALL | re.MULTILINE)


def test_the_calls_are_the_readmes() -> None:
    assert curls(calls("http://127.0.0.1:8080")) == curls((ROOT / "README.md").read_text())[:3]


def test_the_calls_are_the_specifications() -> None:
    expected = curls(SPECIFICATION.read_text())
    assert len(expected) == 3
    assert curls(calls(HOST)) == expected


def test_the_banner_has_the_address_and_how_to_stop() -> None:
    addresses = ("http://127.0.0.1:8080", "http://127.0.0.1:8081", "http://127.0.0.1:4566")
    text = banner(*addresses, ["gitee        an emulator"])
    assert len(curls(text)) == 3
    assert "http://127.0.0.1:8080" in text
    assert "AWS_ENDPOINT_URL=http://127.0.0.1:4566" in text
    assert "Authorization: Bearer local" in text
    assert "http://127.0.0.1:8081/v1, API key local" in text
    assert "Ctrl-C" in text


def test_without_a_function_url_only_the_api_is_shown() -> None:
    text = banner("http://127.0.0.1:8080", "", "http://127.0.0.1:4566", [])
    assert "http://127.0.0.1:8080/v1, API key local" in text
