"""The validators of the standard formats, without a network: what they would fetch is in their own packages, or written here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest
from dplib.actions.package.check import check_package
from dplib.actions.schema.check import check_schema
from dplib.helpers import profile
from dplib.models import Package
from rocrate_validator import services
from rocrate_validator.models import ValidationSettings
from rocrate_validator.utils.http import HttpRequester
from rocrate_validator.utils.uri import URI


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


TERMS = [
    "CreativeWork",
    "Dataset",
    "SoftwareApplication",
    "SoftwareSourceCode",
    "CreateAction",
    "PropertyValue",
    "Collection",
    "about",
    "actionStatus",
    "creditText",
    "dateModified",
    "datePublished",
    "description",
    "encodingFormat",
    "endTime",
    "error",
    "hasPart",
    "identifier",
    "instrument",
    "isPartOf",
    "license",
    "mentions",
    "name",
    "object",
    "programmingLanguage",
    "result",
    "runtimePlatform",
    "softwareVersion",
    "startTime",
    "url",
    "value",
    "version",
]
OWN = {"conformsTo": "http://purl.org/dc/terms/conformsTo", "File": "http://schema.org/MediaObject"}
CONTEXTS = {  # the words of the two contexts that we use, with the meaning they have there
    "https://w3id.org/ro/crate/1.1/context": {**{each: f"http://schema.org/{each}" for each in TERMS}, **OWN},
    "https://w3id.org/ro/terms/workflow-run/context": {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"},
}


class Answer:
    """What a server would say of a context."""

    status_code = 200
    headers: ClassVar[dict[str, str]] = {"Content-Type": "application/ld+json"}

    def __init__(self, address: str) -> None:
        self._told = {"@context": CONTEXTS[address]}

    def json(self) -> dict[str, Any]:
        return self._told

    @property
    def text(self) -> str:
        return json.dumps(self._told)


def crate_issues(folder: Path, severity: str = "REQUIRED") -> list[str]:
    """What the validator of Process Run Crates has against a folder, its contexts read from here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HttpRequester, "get", lambda _, address, **__: Answer(address), raising=False)
        settings = ValidationSettings(
            rocrate_uri=URI(str(folder)), profile_identifier="process-run-crate", requirement_severity=severity, no_cache=True
        )  # fmt: skip
        found = services.validate(settings)
    return sorted({str(issue.message) for issue in found.get_issues()})
