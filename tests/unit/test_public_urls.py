"""Links from callers: a private address is detected in every spelling."""

from __future__ import annotations

import pytest

from easel.common import public_urls

PRIVATE = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7F.1", "017700000001", "0177.0.0.1", "127.0.0.1.",
    "10.0.0.1", "10.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0xa9fea9fe", "2852039166", "0", "0.0.0.0",
    "100.64.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[fd00::1]",
    "[fe80::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "localhost", "LOCALHOST", "localhost.", "a.localhost",
    "intranet", "printer.local", "printer.local.", "db.internal", "router.lan", "nas.home.arpa", "127。0。0。1",
    "１２７.0.0.1", "%31%32%37.0.0.1", "1.2.3.4.5", "1.2.3.256", "1.2.3.08", "0x7g", "a..b", "-", "", ".",
]  # fmt: skip


@pytest.mark.parametrize("form", ["http://{}/cat.png", "HTTPS://{}:443/", "http://user@{}"])
def test_private_addresses_are_refused_in_every_spelling(form: str) -> None:
    assert [host for host in PRIVATE if public_urls.is_public(form.format(host))] == []


@pytest.mark.parametrize(
    "url",
    [
        *("https://example.com/cat.png", "HTTPS://EXAMPLE.com./cat.png", "http://sub.example.co.uk:8080/a?b=c#d"),
        *("https://b\u00fccher.example/", "https://\u732b.jp/cat.png", "http://8.8.8.8/", "http://134744072/"),
        *("http://[2001:4860:4860::8888]/a", "https://local.example.com/", "https://127.0.0.1.example.com/"),
    ],
)
def test_public_links_are_accepted(url: str) -> None:
    assert public_urls.is_public(url)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://x:abc/",
            "http://x.com:99999/",
            "http://x.com:0/",
            "ftp://x.com/",
            "//x.com/",
            "x.com",
            "http://",
            "",
        ),
        *("http://x.com/ a", "http://x.com\\@127.0.0.1/", "http://x.com/\n", "javascript:alert(1)", "http://[::1/"),
        *("http://" + "a" * 64 + ".com/", "http://[fe80::1%25eth0]/"),
    ],
)
def test_texts_that_are_not_links_are_refused(url: str) -> None:
    assert not public_urls.is_public(url)


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "easel.example.com"])
def test_a_picture_of_easels_own_is_known_by_its_path(host: str) -> None:
    assert public_urls.is_own_picture(f"http://{host}/api/images/01a2.png")
    assert not public_urls.is_own_picture(f"http://{host}/api/images/01a2.svg")
    assert not public_urls.is_own_picture(f"http://{host}/admin?/api/images/01a2.png")


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "localhost.localdomain.local", "2130706433", "db.internal"])
def test_an_own_pictures_path_allows_no_other_spelling(host: str) -> None:
    assert not public_urls.is_own_picture(f"http://{host}/api/images/01a2.png")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Could not fetch http://127.0.0.1:7861/config?x=1.", "Could not fetch (a private address)."),
        ("no answer of 10.2.0.7:8000, try later", "no answer of (a private address), try later"),
        ("WS://gpu-01:7860/queue is closed", "(a private address) is closed"),
        ("[::1]:80 and http://[fd00::1]/a", "(a private address) and (a private address)"),
        ("localhost:80; db.internal", "(a private address); (a private address)"),
        *((text, text) for text in ("see https://ai.gitee.com/docs, or 8.8.8.8", "看 https://ai.gitee.com，再试")),
        *((text, text) for text in ("links begin with http:// or https://", "ratio 3:4, version 1.2.3")),
    ],
)
def test_private_addresses_in_a_text_are_hidden(text: str, hidden: str) -> None:
    assert public_urls.without_private(text) == hidden
