"""The validators of the standard formats, without a network: what they would fetch is in their own packages, or written here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from dplib.actions.package.check import check_package
from dplib.actions.schema.check import check_schema
from dplib.helpers import profile
from dplib.models import Package


@pytest.fixture
def profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """The profiles of Data Package as dplib ships them: it means to read its own copies, but splits their address wrongly."""

    def own(address: str) -> tuple[str, str] | None:
        base, version, name = address.rsplit("/", 2)
        return (version, name) if base == profile.settings.PROFILE_BASEURL else None

    monkeypatch.setattr(profile, "parse_profile", own)
    monkeypatch.setattr(profile, "is_http_or_ftp_protocol_path", lambda _: True)


def package_errors(folder: Path) -> list[str]:
    """What is wrong with a folder's data package: against the profiles of v2, the models, and the files it names."""
    path = folder / "datapackage.json"
    told: dict[str, Any] = json.loads(path.read_bytes())
    errors = [str(each) for each in check_package(str(path))]
    for each in told["resources"]:
        errors += [str(wrong) for wrong in check_schema(each["schema"])] if "schema" in each else []
    held = Package.from_path(str(path))
    names = [each.name for each in held.resources]
    errors += [f"{name} twice" for name in set(names) if names.count(name) > 1]
    return errors
