"""The parameters of a deployment in SSM, such as its tokens, without the rest of a deployment."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from easel import catalog
from easel.common import aws
from easel.providers import ssm_parameters

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud


class Parameters:
    """Parameters under a path that no other test uses."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.path = f"/{uuid.uuid4().hex}"

    def put(self, name: str, value: str) -> None:
        aws.ssm().put_parameter(Name=f"{self.path}/{name}", Value=value, Type="SecureString", Overwrite=True)
        ssm_parameters.forget()

    def delete(self, name: str) -> None:
        aws.ssm().delete_parameter(Name=f"{self.path}/{name}")
        ssm_parameters.forget()


@pytest.fixture
def parameters(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Parameters:
    """A deployment with one token of each provider that requires one, such as `gitee-token`."""
    made = Parameters(cloud)
    monkeypatch.setenv("PARAMETERS_PATH", made.path)
    for provider in catalog.providers().values():
        if provider.auth_required:
            made.put(f"tokens/{provider.id}", f"{provider.id}-token")
    return made
