"""Objects that are written line by line exist completely or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from planning import read_lines
from s3_writer import S3Writer

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

LINES = [{"n": 1}, {"text": "ünï\ncode"}, {"list": [1, 2]}]


@pytest.mark.parametrize("array", [False, True])
def test_written_bytes_are_read_back(array: bool, cloud: Cloud) -> None:
    key = f"batches/b1/lines-{array}"
    with S3Writer(key, array=array) as upload:
        for line in LINES:
            upload.add(line)
        assert upload.length == len(LINES)
        upload.close()
    assert list(read_lines(key)) == LINES
    text = cloud.object(key)["Body"].decode()
    assert json.loads(text) == LINES if array else [json.loads(line) for line in text.splitlines()] == LINES


@pytest.mark.parametrize(("array", "text"), [(False, b""), (True, b"[]\n")])
def test_an_empty_upload_is_an_empty_object(array: bool, text: bytes, cloud: Cloud) -> None:
    with S3Writer(f"batches/b1/empty-{array}", array=array) as upload:
        upload.close()
    assert cloud.object(f"batches/b1/empty-{array}")["Body"] == text


def test_an_upload_that_is_not_closed_leaves_no_object(cloud: Cloud) -> None:
    with S3Writer("batches/b1/never") as upload:
        upload.add({"n": 1})
    assert "batches/b1/never" not in cloud.stored()
