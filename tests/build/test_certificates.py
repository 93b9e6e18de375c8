"""The artifact's folder of certificate authorities, as OpenSSL reads it."""

from __future__ import annotations

import re
import ssl
import urllib.request
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.x509 import NameAttribute, NameOID
from cryptography.x509.name import RelativeDistinguishedName, _ASN1Type

import certificates
from tests.harness.tls import tls_host

if TYPE_CHECKING:
    from pathlib import Path

    from tests.build.conftest import Artifacts

CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
PRINTABLE, BMP = _ASN1Type.PrintableString, _ASN1Type.BMPString
SUBJECTS = {
    "plain": x509.Name([NameAttribute(NameOID.COMMON_NAME, "An Authority")]),
    "spaces and capitals": x509.Name([NameAttribute(NameOID.ORGANIZATION_NAME, "  AN   Authority ÄÖ  ")]),
    "many texts": x509.Name(
        [
            NameAttribute(NameOID.COUNTRY_NAME, "DE", PRINTABLE),
            NameAttribute(NameOID.ORGANIZATION_NAME, "Authority\u00c9", BMP),
            NameAttribute(NameOID.COMMON_NAME, "x" * 60),
            NameAttribute(NameOID.EMAIL_ADDRESS, "CA@Example.TEST"),
        ]
    ),
    "two in one": x509.Name(
        [
            RelativeDistinguishedName(
                [NameAttribute(NameOID.COMMON_NAME, "Z"), NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "A unit")]
            )
        ]
    ),
}


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_openssl_finds_an_authority_in_the_folder(subject: x509.Name, tmp_path: Path) -> None:
    with tls_host(tmp_path, "localhost", subject) as host:
        certificates.write_folder(host.certificate, tmp_path / "trusted")
        context = ssl.create_default_context(capath=tmp_path / "trusted")
        with urllib.request.urlopen(f"https://localhost:{host.port}/", context=context) as answer:
            assert answer.read() == b"cat"


def test_openssl_rejects_an_authority_outside_the_folder(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with tls_host(tmp_path, "localhost") as host, tls_host(tmp_path / "other", "localhost") as other:
        certificates.write_folder(other.certificate, tmp_path / "trusted")
        context = ssl.create_default_context(capath=tmp_path / "trusted")
        with pytest.raises(OSError, match="certificate verify failed"):
            urllib.request.urlopen(f"https://localhost:{host.port}/", context=context)


def test_the_artifact_has_the_authorities_of_certifi(artifacts: Artifacts) -> None:
    bundle = (artifacts.layer / "certifi/cacert.pem").read_text()
    folder = artifacts.layer / "easel/common/certificates"
    shipped = "".join(file.read_text() for file in folder.iterdir())
    assert len(CERTIFICATE.findall(bundle)) > 100
    assert sorted(CERTIFICATE.findall(bundle)) == sorted(CERTIFICATE.findall(shipped))
