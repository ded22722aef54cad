"""KLASS, NAV and Geonorge, as the server plays them."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import httpx
import openpyxl
import pytest

from . import codes, klass
from .server import OfficialServer

JSON = {"Accept": "application/json"}


def test_klass_gives_codes_with_their_times(
    running: OfficialServer, client: httpx.Client, checked: Path | None
) -> None:
    url = f"{running.klass_url}/classifications/131"
    rows = client.get(f"{url}/codes?from=2016-01-01&to=2028-01-01&includeFuture=true", headers=JSON).json()["codes"]
    held = {row["code"]: (row["validFromInRequestedRange"], row["validToInRequestedRange"]) for row in rows}
    assert (held["0101"], held["3001"]) == (("2016-01-01", "2020-01-01"), ("2020-01-01", "2024-01-01"))
    assert (held["3101"], held["9999"]) == (("2024-01-01", "2028-01-01"), ("2016-01-01", "2028-01-01"))
    today = client.get(f"{url}/codesAt?date=2026-01-01", headers=JSON).json()["codes"]
    assert len(today) == 358 and client.get(f"{url}/codesAt?date=2026-01-01").headers["content-type"].startswith(
        "application/xml"
    )
    counties = client.get(f"{running.klass_url}/classifications/104/codesAt?date=2026-01-01", headers=JSON).json()[
        "codes"
    ]
    assert len(counties) == 16
    if checked:
        recorded = json.loads((checked / "fixtures" / "klass131_codesAt_2026-01-01.json").read_text("utf-8"))["codes"]
        assert [(row["code"], row["name"], list(row)) for row in today] == [
            (row["code"], row["name"], list(row)) for row in recorded
        ]


@pytest.fixture
def checked() -> Path | None:
    """Recorded answers, where this machine has them."""
    folder = Path(__file__).resolve().parents[3] / "shared"
    return folder if folder.is_dir() else None


def test_the_changes_lead_where_the_code_map_does(shared: Path) -> None:
    wanted: dict[tuple[int, str], set[str]] = {}
    with (shared / "figures" / "municipality_code_map.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            wanted.setdefault((int(row["year"]), row["code"]), set()).add(row["code_2024"])
    different = set()
    for (year, code), leads in wanted.items():
        found = {code}
        for day in sorted(
            {row["changeOccurred"] for row in klass.changes() if row["changeOccurred"] > f"{year}-01-01"}
        ):
            step: dict[str, set[str]] = {}
            for row in klass.changes():
                if row["changeOccurred"] == day:
                    step.setdefault(row["oldCode"], set()).add(row["newCode"])
            found = {new for old in found for new in step.get(old, {old})}
        different |= {code} if found != leads else set()
    assert different == {"1504", "1523", "1529", "1534", "1546"}  # through 1507, which was divided again


def test_nav_links_a_workbook_whose_address_changes(running: OfficialServer, client: httpx.Client) -> None:
    nav = running.nav
    page = "/no/nav-og-samfunn/statistikk/arbeidssokere-og-stillinger-statistikk/helt-ledige"
    links = re.findall(r'href="([^"]+download[^"]+HL060[^"]+)"', client.get(running.nav_url + page).text)
    nav.year, nav.months = 2022, 10
    other = re.findall(r'href="([^"]+download[^"]+HL060[^"]+)"', client.get(running.nav_url + page).text)
    assert len(links) == len(other) == 1 and links != other
    assert client.get(running.url + links[0]).status_code == 404
    answer = client.get(running.url + other[0])
    book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)
    rows = {row[1]: row for row in book["3. Kommune Antall"].iter_rows(values_only=True)}
    assert rows["3001 Halden"][2:12] == (517, 467, 438, 406, 374, 380, 392, 422, 380, 361)
    assert book["3. Kommune Antall"]["B7"].value == "Oslo" and rows["1151 Utsira"][11] == "*"


@pytest.mark.parametrize("report", ["HL060", "AAP155", "PST302"])
def test_nav_has_every_municipality_of_the_year(running: OfficialServer, client: httpx.Client, report: str) -> None:
    running.nav.year, running.nav.months = 2026, 3
    content = client.get(running.nav_url + running.nav.link(report)).content
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    wanted = [each for each in book.sheetnames if each not in ("0. Om tabellene",)]
    assert len(wanted) == 2
    for sheet in wanted:
        labels = [str(row[1]) for row in book[sheet].iter_rows(values_only=True)]
        found = {label[:4] for label in labels if re.match(r"\d{4} ", label)} - {"2100"}
        assert found == set(codes.valid(2025))


def test_geonorge_takes_an_order_and_gives_a_file(running: OfficialServer, client: httpx.Client) -> None:
    base, geonorge = running.kartverket_url, running.kartverket
    geonorge.polls = 1
    uuid = "041f1e6e-bdbc-4091-b48f-8a5990f3cc5b"
    area, projection, form = (
        client.get(f"{base}/api/codelists/{each}/{uuid}").json() for each in ("area", "projection", "format")
    )
    assert area[0] == {"code": "0000", "name": "Hele landet", "type": "landsdekkende"} and len(area) == 1 + 15 + 357
    line = {"metadataUuid": uuid, "areas": area[:1], "projections": projection[:1], "formats": form[1:]}
    receipt = client.post(
        f"{base}/api/v3/order", json={"email": "", "downloadAsBundle": False, "orderLines": [line]}
    ).json()
    assert receipt["files"][0]["status"] == "Processing"
    receipt = client.get(f"{base}/api/v3/order/{receipt['referenceNumber']}").json()
    answer = client.get(receipt["files"][0]["downloadUrl"])
    assert (
        len(answer.content) == receipt["files"][0]["fileSize"] and receipt["files"][0]["status"] == "ReadyForDownload"
    )
    again = client.get(receipt["files"][0]["downloadUrl"], headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        layers = json.loads(file.read(next(each for each in file.namelist() if each.endswith(".geojson"))))
    features = layers["administrative_enheter.kommune"]["features"]
    assert [each["properties"]["kommunenummer"] for each in features] == list(codes.valid(2024))
    geonorge.content = "huge"
    huge = client.get(receipt["files"][0]["downloadUrl"]).content
    with zipfile.ZipFile(io.BytesIO(huge)) as file:
        assert max(each.file_size for each in file.infolist()) > 4_000_000_000
    geonorge.content, geonorge.polls = "good", 0
