"""`local.package`: the uploaded files, and the template that CloudFormation gets."""

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from local.package import package


def test_each_folder_is_uploaded_and_replaced_by_its_url(tmp_path: Path) -> None:
    (tmp_path / "code/inner").mkdir(parents=True)
    (tmp_path / "code/inner/module.py").write_text("x = 1")
    (tmp_path / "machine.json").write_text("{}")
    objects: dict[str, bytes] = {}

    def put(*, Bucket: str, Key: str, Body: bytes) -> None:
        objects[f"s3://{Bucket}/{Key}"] = Body

    resources: dict[str, Any] = {
        "Code": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": str(tmp_path / "code"), "Timeout": 3}},
        "Machine": {"Type": "M", "Properties": {"DefinitionUri": str(tmp_path / "machine.json")}},
        "Other": {"Type": "AWS::Logs::LogGroup"},
    }
    packaged = package({"Resources": resources}, SimpleNamespace(put_object=put), "bucket")["Resources"]
    assert packaged["Code"]["Properties"]["Timeout"] == 3
    with zipfile.ZipFile(io.BytesIO(objects[packaged["Code"]["Properties"]["CodeUri"]])) as archive:
        assert archive.read("inner/module.py") == b"x = 1"
    assert objects[packaged["Machine"]["Properties"]["DefinitionUri"]] == b"{}"
    assert packaged["Other"] == resources["Other"]
    assert resources["Code"]["Properties"]["CodeUri"] == str(tmp_path / "code")
