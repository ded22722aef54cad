"""The server answers as the sources do: a server that lied would make every test of the clients worthless."""

from __future__ import annotations

import time
from typing import Any

import httpx
import numpy as np
import pytest

from helpers.sources.door import ADDRESSES

from . import codes, faults
from .asking import Selection, asked, cells, data, ids
from .server import OfficialServer

JSON = {"Accept": "application/json"}


def test_a_value_stands_where_row_major_order_puts_it(running: OfficialServer, client: httpx.Client) -> None:
    answer = data(
        client,
        running,
        asked(tid=["2025", "2024"], Region=["3103"], ALDER=["105+"], kjonn=["1", "2"], ContentsCode=["personer1"]),
    )
    body, whole = answer.json(), np.arange(360.0).reshape(5, 3, 3, 1, 8)
    assert list(body) == [
        "version",
        "class",
        "label",
        "source",
        "updated",
        "role",
        "id",
        "size",
        "dimension",
        "extension",
        "value",
    ]
    assert (body["id"], body["size"]) == (["Region", "Kjonn", "Alder", "ContentsCode", "Tid"], [1, 2, 1, 1, 2])
    assert body["value"] == whole[4, 1:3, 2, 0, 6:8].ravel().tolist()
    assert ids(answer, "Tid") == ["2024", "2025"]


def test_what_is_left_out_is_summed_or_its_total_taken(running: OfficialServer, client: httpx.Client) -> None:
    body = data(client, running, asked(Region=["3103"], ContentsCode=["*"], Tid=["2025"])).json()
    assert (body["id"], body["size"]) == (["Region", "ContentsCode", "Tid"], [1, 1, 1])
    assert body["value"] == [np.arange(360.0).reshape(5, 3, 3, 1, 8)[4, 0, :, 0, 7].sum()]


def test_codelists_sum_what_they_map_to(running: OfficialServer, client: httpx.Client) -> None:
    selection = asked(
        Region="agg_Moss: K-3103", Kjonn=["0"], Alder=["015"], ContentsCode=["Personer1"], Tid=["2018", "2025"]
    )
    whole = np.arange(360.0).reshape(5, 3, 3, 1, 8)[:, 0, 0, 0]
    assert data(client, running, selection).json()["value"] == [whole[1, 0] + whole[2, 0], whole[4, 7]]
    metadata = client.get(f"{running.ssb_url}/tables/00001/metadata?lang=no&codelist[Region]=agg_Moss").json()
    assert (
        list(metadata["dimension"]["Region"]["category"]["index"]) == ["K-3103", "K-3101"] and metadata["value"] == []
    )
    listed = client.get(f"{running.ssb_url}/codelists/agg_Moss").json()["values"]
    assert listed[0] == {"code": "K-3103", "label": "Moss", "valueMap": ["0104", "0136", "3103"]}


def test_nulls_carry_a_sign_and_full_answers_none(running: OfficialServer, client: httpx.Client) -> None:
    body = data(
        client,
        running,
        asked(Region=["0101", "0104"], Kjonn=["0"], Alder=["015"], ContentsCode=["*"], Tid=["2019", "2020"]),
    ).json()
    assert body["value"][1] is None and body["status"] == {"1": ".", "3": "."} and list(body)[-1] == "status"
    flagged = data(
        client, running, asked(Region=["0104"], Kjonn=["1"], Alder=["105+"], ContentsCode=["*"], Tid=["2025"])
    ).json()
    assert (flagged["value"], flagged["status"]) == ([None], {"0": ":"})


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("*", range(2018, 2026)), ("202*", range(2020, 2026)), ("*9", [2019]), ("???4", [2024]), ("top(2)", [2024, 2025]),
        ("TOP(2,1)", [2023, 2024]), ("bottom(1)", [2018]), ("from(2024)", [2024, 2025]), ("to(2019)", [2018, 2019]),
        ("range(2020,2022)", [2020, 2021, 2022]),
    ],
)  # fmt: skip
def test_expressions_of_time(running: OfficialServer, client: httpx.Client, expression: str, found: Any) -> None:
    answer = data(client, running, asked(Region=["3101"], ContentsCode=["*"], Tid=[expression]))
    assert ids(answer, "Tid") == [str(year) for year in found]


def test_top_is_the_first_of_what_is_no_time(running: OfficialServer, client: httpx.Client) -> None:
    assert ids(data(client, running, asked(Region=["top(2)"], ContentsCode=["*"], Tid=["2025"])), "Region") == [
        "0101",
        "0104",
    ]


@pytest.mark.parametrize(
    ("selection", "title"),
    [
        (asked(Region=["3101"], ContentsCode=["Personer1"]), "Missing selection for mandantory variable"),
        (asked(Region=["3101", "9998"], ContentsCode=["*"], Tid=["*"]), "Non-existent value"),
        (asked(Region=["3101"], ContentsCode=["*"], Tid=["from(2016)"]), "Non-existent value"),
        (asked(Region="agg_moss: K-3103", ContentsCode=["*"], Tid=["*"]), "Non-existent codelist"),
        (asked(Regione=["3101"], ContentsCode=["*"], Tid=["*"]), "Non-existent variable"),
        (asked(Region=["3101"], ContentsCode=["*"], Tid=["top(x)"]), "Illegal selection expression"),
    ],
)
def test_errors_have_the_titles_of_the_server(
    running: OfficialServer, client: httpx.Client, selection: Selection, title: str
) -> None:
    answer = data(client, running, selection)
    assert (answer.status_code, answer.json()) == (400, {"type": "Parameter error", "title": title, "status": 400})


def test_the_odd_errors(running: OfficialServer, client: httpx.Client) -> None:
    unknown = client.get(f"{running.ssb_url}/tables/99999/metadata")
    assert (unknown.status_code, unknown.json()["status"], unknown.json()["title"]) == (400, 404, "Non-existent table")
    twice = data(client, running, asked(Region=["3101", "3101"], ContentsCode=["*"], Tid=["*"]))
    assert (twice.status_code, twice.content) == (500, b"")
    long = client.get(f"{running.ssb_url}/tables/00001/data?valueCodes[Region]=" + ",".join(["3101"] * 420))
    assert (long.status_code, long.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_the_limit_of_cells_counts_empty_ones(running: OfficialServer, client: httpx.Client) -> None:
    valid = list(codes.valid(2024))
    selection = asked(ArbstedKomm=["*"], Bokommuen=["*"], ContentsCode=["*"], Tid=["top(2)"])
    answer = data(client, running, selection, "03321")
    assert (
        answer.status_code == 400
        and answer.json()["title"] == "Too many cells selected"
        and "800000" in answer.json()["detail"]
    )
    began = time.monotonic()
    answer = data(client, running, asked(ArbstedKomm=valid, Bokommuen=valid, ContentsCode=["*"], Tid=["2024"]), "03321")
    assert answer.json()["size"] == [357, 357, 1, 1] and time.monotonic() - began < 5


def test_without_a_selection_comes_the_default_one(running: OfficialServer, client: httpx.Client) -> None:
    body = client.get(f"{running.ssb_url}/tables/07459/data?format=whatever").json()
    assert (body["id"], body["size"]) == (["Region", "ContentsCode", "Tid"], [357, 1, 1])
    url = f"{running.ssb_url}/tables/07459/data?valuecodes[Region]=K-0301&codelist[Region]=agg_KommSummer"
    oslo = client.get(url + "&valueCodes[ContentsCode]=Personer1&valueCodes[Tid]=top(5)").json()
    assert oslo["value"] == [699827, 709037, 717710, 724290, 728714]  # recorded at SSB


def test_the_rate_limit_follows_the_server_s_clock(client: httpx.Client) -> None:
    now = 1000.0
    with OfficialServer(clock=lambda: now, limit=3) as server:
        answers = [client.get(f"{server.ssb_url}/config") for _ in range(4)]
        assert [each.status_code for each in answers] == [200, 200, 200, 429]
        assert [each.headers["x-ratelimit-remaining"] for each in answers] == ["2", "1", "0", "0"]
        assert (answers[3].headers["retry-after"], answers[0].headers["x-ratelimit-policy"]) == ("60", "3;w=60s")
        assert (
            client.get(f"{server.klass_url}/classifications/104/codesAt?date=2026-01-01", headers=JSON).status_code
            == 200
        )
        now += 60.0
        assert client.get(f"{server.ssb_url}/config").status_code == 200
        assert [each.status for each in server.called("/config")] == [200, 200, 200, 429, 200]


def test_each_fault_meets_one_request_and_then_all_is_well(client: httpx.Client) -> None:
    with OfficialServer() as server:
        url = f"{server.ssb_url}/config"
        server.faults.add(
            "/config", faults.status(503, retry_after=7), faults.html(200), faults.wrong_json(), faults.drop()
        )
        server.faults.add(
            "/config",
            faults.truncated(10),
            faults.edit(lambda body: body.update(maxDataCells=7)),
            faults.status(500) * 2,
        )
        first, second, third = (client.get(url) for _ in range(3))
        assert (first.status_code, first.headers["retry-after"], first.content) == (503, "7", b"")
        assert second.status_code == 200 and "html" in second.headers["content-type"]
        with pytest.raises(ValueError):
            third.json()
        for _ in range(2):  # no answer, then half of one
            with pytest.raises(httpx.RemoteProtocolError):
                client.get(url)
        assert client.get(url).json()["maxDataCells"] == 7
        assert [client.get(url).status_code for _ in range(3)] == [500, 500, 200] and server.faults.left == 0
        server.faults.always("/config", faults.redirect("/elsewhere"))
        assert client.get(url).headers["location"] == "/elsewhere"
        server.faults.clear()
        assert client.get(url).status_code == 200
        assert [each.status for each in server.calls][3] == 0


def test_a_slow_answer_is_late_but_whole(client: httpx.Client) -> None:
    with OfficialServer() as server:
        server.faults.add("/config", faults.slow(0.2), faults.slow(0.2, drip=True))
        for _ in range(2):
            began = time.monotonic()
            assert client.get(f"{server.ssb_url}/config").json()["maxDataCells"] == 800_000
            assert 0.2 <= time.monotonic() - began < 5


def test_a_test_may_alter_its_own_tables(client: httpx.Client) -> None:
    with OfficialServer(limit=1000) as server, OfficialServer(limit=1000) as other:
        table = server.tables["07459"]
        selection = asked(Region=["3101"], Kjonn=["1"], Alder=["030"], ContentsCode=["*"], Tid=["top(1)"])
        before = data(client, server, selection, "07459").json()
        table.revise(12345, Region="3101", Kjonn="1", Alder="030", ContentsCode="Personer1", Tid="2026")
        table.touch("2026-11-24T07:00:00Z")
        table.order = ["Tid", "ContentsCode"]
        after = data(client, server, selection, "07459").json()
        assert (after["value"], after["updated"], after["id"][:2]) == (
            [12345],
            "2026-11-24T07:00:00Z",
            ["Tid", "ContentsCode"],
        )
        assert data(client, other, selection, "07459").json() == before
        table.extend("Tid", "2027")
        assert data(client, server, selection, "07459").json()["dimension"]["Tid"]["category"]["index"] == {"2027": 0}
        table.drop("Tid", "2027")
        assert table.periods[-1] == "2026"


@pytest.mark.parametrize("year", ["2015", "2019", "2022", "2023", "2025"])
def test_the_tables_agree_with_each_other(running: OfficialServer, client: httpx.Client, year: str) -> None:
    places = list(codes.valid(int(year)))
    every = [*places, *codes.SEA]
    rest = {"ContentsCode": ["*"], "Tid": [year]}
    flows = cells(client, running, "03321", ArbstedKomm=every, Bokommuen=every, **rest)[:, :, 0, 0]
    work = cells(client, running, "11618", Region=places, Kjonn=["0"], Alder=["15-74"], **rest)[:, 0, 0, :, 0]
    commuting = cells(client, running, "11616", Region=places, Alder=["15-74"], **rest)[:, 0, :, 0]
    n = len(places)
    assert (flows[:, :n].sum(axis=0) == work[:, 1]).all() and (flows[:n].sum(axis=1) == work[:, 2]).all()
    assert (flows[:n, :n].sum(axis=0) < work[:, 1]).any()  # only with Svalbard, the shelf and the unknown
    assert (commuting[:, 0] - commuting[:, 3] + commuting[:, 2] == commuting[:, 1]).all()
    assert (work[:, 1] < work[:, 0]).all() and (commuting[:, :2] == work[:, 1:]).all()


def test_status_adds_up_and_is_rounded(running: OfficialServer, client: httpx.Client) -> None:
    places = list(codes.valid(2024))
    seven = ["A.01", "A.09", "U.01", "U.03", "U.04-U.05", "U.06-U.07", "U.90A"]
    rest = {"Alder": ["15-29", "30-61"], "InnvandrKat": ["*"], "ContentsCode": ["*"], "Tid": ["2024"]}
    parts = cells(client, running, "13563", Region=places, HovArbStyrkStatus=seven, **rest)
    total = cells(client, running, "13563", Region=places, HovArbStyrkStatus=["TOT"], **rest)[:, 0]
    outside = cells(client, running, "13563", Region=places, HovArbStyrkStatus=["NEET2"], **rest)[:, 0]
    assert not np.isin([*parts.ravel(), *total.ravel(), *outside.ravel()], [1, 2]).any()
    assert abs(parts.sum(axis=1) - total).max() <= 14 and (outside <= total).all()
    published = {
        "Region": ["3001"],
        "HovArbStyrkStatus": ["TOT", "NEET2"],
        "InnvandrKat": ["A-G"],
        "ContentsCode": ["*"],
        "Tid": ["2021"],
    }
    halden = cells(client, running, "13563", Alder=["15-29", "30-61"], **published).ravel().tolist()
    assert halden == [5595, 13036, 633, 2999]


def test_every_table_answers(running: OfficialServer, client: httpx.Client) -> None:
    for table in set(running.tables) - {"00001"}:
        metadata = client.get(f"{running.ssb_url}/tables/{table}/metadata").json()
        first = {code: [next(iter(dim["category"]["index"]))] for code, dim in metadata["dimension"].items()}
        places = {code: ["3101", "5001"] for code in first if code in ("Region", "ArbstedKomm", "Bokommuen")}
        year = {"Tid": ["2022" if table == "13900" else "top(1)"]}
        if table == "13900":
            places = {"Region": ["3001", "5001"]}
        values = cells(client, running, table, **(first | places | year))
        assert np.isfinite(values).all() and (values >= 0).all(), table


def test_the_environment_names_every_service(running: OfficialServer, client: httpx.Client) -> None:
    told = {key[15:-4]: value for key, value in running.environment().items()}
    assert set(told) == {name.upper() for name in ADDRESSES}
    assert (told["SSB"], told["KLASS"], told["NAV"]) == (running.ssb_url, running.klass_url, running.nav_url)
    assert told["KARTVERKET"] == running.kartverket_url
    assert all(client.head(url).status_code == 200 for url in told.values())
