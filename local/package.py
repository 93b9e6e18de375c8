"""Package the built template like `sam package`: upload each built folder to S3 as an archive.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-package.html
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

URIS = ("CodeUri", "ContentUri", "DefinitionUri")


def package(template: Mapping[str, Any], s3: Any, bucket: str) -> dict[str, Any]:
    """Upload the template's local folders, and return the template with the objects' addresses."""
    resources = {
        logical_id: {**resource, "Properties": _uploaded(resource["Properties"], s3, bucket)}
        if resource.get("Properties", {}).keys() & set(URIS)
        else resource
        for logical_id, resource in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def _uploaded(properties: Mapping[str, Any], s3: Any, bucket: str) -> dict[str, Any]:
    (name,) = properties.keys() & set(URIS)
    path = Path(properties[name])
    body = archive(path) if path.is_dir() else path.read_bytes()
    return {**properties, name: upload(body, s3, bucket)}


def upload(body: bytes, s3: Any, bucket: str) -> str:
    """Upload an object named after its content, and return its address."""
    key = hashlib.sha256(body).hexdigest()
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    return f"s3://{bucket}/{key}"


def archive(folder: Path) -> bytes:
    """Return the folder as an uncompressed zip archive, because it does not leave this machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archived:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archived.write(path, path.relative_to(folder))
    return buffer.getvalue()
