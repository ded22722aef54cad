"""Manners and patience: the limit, the headers, every kind of broken answer, and what the user is told."""

from __future__ import annotations

import datetime as dt
import email.utils
import itertools

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import SourceError, Unreachable
from helpers.sources import door as door_module
from helpers.sources.door import ATTEMPTS, Door, RateLimit
from official import faults

from .conftest import TurnedClock

CONFIG = "/config"


@settings(max_examples=40)
@given(st.lists(st.floats(0, 20), min_size=40, max_size=80))
def test_never_more_than_thirty_calls_in_any_sixty_seconds(pauses):
    clock = TurnedClock()
    limit = RateLimit(clock, clock.sleep)
    made = []
    for pause in pauses:
        clock.seconds += pause
        limit.wait()
        made.append(clock.now())
    assert all(later - earlier >= 60 for earlier, later in zip(made, made[30:], strict=False))


def test_thirty_calls_go_at_once_and_the_next_waits_out_the_minute(door, server, clock):
    for _ in range(31):
        door.get("ssb", CONFIG, "x")
    assert clock.slept == [pytest.approx(60, abs=0.1)]
    assert [call.status for call in server.called(CONFIG)] == [200] * 31


def test_a_lower_limit_in_the_headers_counts(door, server, clock):
    server.limit = 10
    for _ in range(25):
        door.get("ssb", CONFIG, "x")
    assert {call.status for call in server.called(CONFIG)} == {200}  # not one call too many was made
    assert sum(clock.slept) >= 120


def test_nothing_left_means_no_call_until_the_window_has_passed(clock):
    limit = RateLimit(clock, clock.sleep)
    limit.heed({"x-ratelimit-limit": "40", "x-ratelimit-remaining": "0", "x-ratelimit-policy": "40;w=45s"})
    limit.wait()
    assert clock.slept == [45.0]


@pytest.mark.parametrize(
    "headers", [{"x-ratelimit-limit": "many"}, {"x-ratelimit-remaining": "-1"}, {"x-ratelimit-limit": "0"}]
)
def test_headers_that_make_no_sense_change_nothing(clock, headers):
    limit = RateLimit(clock, clock.sleep)
    limit.heed(headers)
    limit.wait()
    assert clock.slept == [] and limit.calls == 30


@pytest.mark.parametrize(
    ("after", "wait"),
    [
        (7, 7.0),
        ("nonsense", None),
        (email.utils.format_datetime(dt.datetime(2026, 11, 24, 21, 0, 30, tzinfo=dt.UTC), usegmt=True), 30.0),
    ],
)
def test_retry_after_is_obeyed_in_seconds_and_as_a_date(door, server, clock, after, wait):
    server.faults.add(CONFIG, faults.status(429, after))
    assert door.get("ssb", CONFIG, "x").status == 200
    assert clock.slept == [wait] if wait is not None else 0 < clock.slept[0] <= 3


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.status(429), "429, for mange kall"),
        (faults.status(500), "feil 500 hos produsenten, uten forklaring"),
        (faults.status(503), "503, tjenesten er ute av drift"),
        (faults.drop(), "forbindelsen ble brutt midt i svaret"),
        (faults.truncated(50), "forbindelsen ble brutt midt i svaret"),
    ],
)
def test_a_producer_that_stumbles_is_asked_again_and_one_that_lies_down_is_given_up(door, server, clock, fault, reason):
    server.faults.add(CONFIG, fault * 2)
    assert door.get("ssb", CONFIG, "ssb_11618").status == 200
    assert len(server.called(CONFIG)) == 3 and len(clock.slept) == 2
    server.faults.always(CONFIG, fault)
    with pytest.raises(
        SourceError, match=rf"^ssb_11618: SSB svarte ikke .* forsøk {ATTEMPTS} av {ATTEMPTS} \({reason}\)"
    ):
        door.get("ssb", CONFIG, "ssb_11618")
    assert len(server.called(CONFIG)) == 3 + ATTEMPTS


def test_pauses_grow_and_are_not_the_same_every_time(door, server, clock):
    server.faults.always(CONFIG, faults.status(500))
    runs = []
    for _ in range(2):
        begun = len(clock.slept)
        with pytest.raises(SourceError):
            door.get("ssb", CONFIG, "x")
        runs.append([pause for pause in clock.slept[begun:] if pause < 45])
    assert all(earlier < later for run in runs for earlier, later in itertools.pairwise(run))
    assert runs[0] != runs[1]


def test_an_answer_that_stalls_is_broken_off(door, server, monkeypatch):
    monkeypatch.setattr(door, "_client", httpx.Client(timeout=httpx.Timeout(0.2)))
    server.faults.always(CONFIG, faults.slow(0.6))
    with pytest.raises(SourceError, match="svaret stoppet opp"):
        door.get("ssb", CONFIG, "x")


def test_an_answer_that_drips_for_ever_is_broken_off_too(door, server, clock, monkeypatch):
    monkeypatch.setattr(door_module, "WHOLE", 100.0)
    monkeypatch.setattr(door, "heard", lambda _: clock.sleep(60.0))
    server.faults.always("11616", faults.slow(0.05, drip=True))
    with pytest.raises(SourceError, match="svaret stoppet opp"):
        door.get("ssb", "/tables/11616/metadata", "x")


def test_an_answer_without_end_is_not_kept_in_memory(door, server, monkeypatch):
    monkeypatch.setattr(door_module, "LARGEST", 100)
    with pytest.raises(SourceError, match="mer enn"):
        door.get("ssb", CONFIG, "x")


def test_bytes_and_calls_are_counted(door, server):
    heard = []
    door.heard = heard.append
    answer = door.get("ssb", CONFIG, "x")
    assert door.calls == 1 and door.bytes == len(answer.body) == sum(heard) > 0
    assert answer.headers["x-ratelimit-limit"] == "40" and answer.method == "GET" and answer.url.endswith(CONFIG)


def test_a_post_sends_the_body_and_tells_who_asks(door, server):
    door.post("ssb", "/tables/11616/data", {"selection": []}, "x")
    call = server.called("data")[-1]
    assert call.method == "POST" and call.body == {"selection": []}
    assert call.header("User-Agent").startswith("kommunerapport/")


def test_redirects_lead_somewhere_or_end(door, server):
    server.faults.add(CONFIG, faults.redirect(f"{server.ssb_url}/tables/11616"))
    assert b"11616" in door.get("ssb", CONFIG, "x").body
    server.faults.always(CONFIG, faults.redirect(server.ssb_url + CONFIG))
    with pytest.raises(SourceError, match="for mange videresendinger"):
        door.get("ssb", CONFIG, "x")


def unused(server):
    """An address on this machine where nobody listens."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_without_any_source_one_line_at_once(server, clock):
    nobody = unused(server)
    with (
        Door(clock, dict.fromkeys(("ssb", "nav"), nobody)) as door,
        pytest.raises(Unreachable, match=r"Ingen av kildene svarer \(SSB: ingen forbindelse; NAV: ingen forbindelse\)"),
    ):
        door.look(("ssb", "nav"))
    assert clock.slept == [] and "\n" not in str(door.gone)


def test_a_single_source_that_is_gone_is_not_waited_for(server, clock):
    with Door(clock, {"ssb": server.ssb_url, "nav": unused(server)}) as door:
        door.look(("ssb", "nav"))
        assert door.get("ssb", CONFIG, "x").status == 200
        with pytest.raises(Unreachable, match="nav_hl060: NAV svarer ikke"):
            door.get("nav", "/page", "nav_hl060")
    assert clock.slept == []


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/x", "no address"])
def test_an_address_that_cannot_be_one_is_told(clock, monkeypatch, address):
    monkeypatch.setenv("KOMMUNERAPPORT_SSB_URL", address)
    with Door(clock) as door, pytest.raises(Unreachable, match="begynner med http"):
        door.look(("ssb",))


def test_addresses_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("KOMMUNERAPPORT_NAV_URL", "http://127.0.0.1:1/nav")
    monkeypatch.delenv("KOMMUNERAPPORT_SSB_URL", raising=False)
    with Door() as door:
        assert door.addresses["nav"] == "http://127.0.0.1:1/nav"
        assert door.addresses["ssb"] == "https://data.ssb.no/api/pxwebapi/v2"


def test_a_producer_that_asks_for_a_long_pause_is_asked_another_day(door, server, clock):
    server.faults.add(CONFIG, faults.status(503, 600))
    with pytest.raises(SourceError, match=r"ssb_11618: SSB ber om 10 minutters pause \(503, .*Prøv igjen da"):
        door.get("ssb", CONFIG, "ssb_11618")
    assert clock.slept == []


def test_a_pause_that_was_asked_for_holds_for_the_next_call_too(door, server, clock):
    server.faults.add(CONFIG, faults.status(429, 100) * ATTEMPTS)
    with pytest.raises(SourceError):
        door.get("ssb", CONFIG, "x")
    begun = clock.now()
    door.get("ssb", CONFIG, "y")
    assert clock.now() - begun == pytest.approx(100)


def test_a_later_header_does_not_open_what_an_earlier_one_closed(clock):
    limit = RateLimit(clock, clock.sleep)
    limit.heed({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "60"})
    limit.heed({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"})
    limit.wait()
    assert sum(clock.slept) == 60
    limit.heed({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "90000"})
    limit.wait()
    assert sum(clock.slept) <= 60 + 120


def test_the_hops_of_a_redirect_are_calls_too(door, server, clock):
    for _ in range(16):
        server.faults.add(CONFIG, faults.redirect(f"{server.ssb_url}/tables/11616"))
        door.get("ssb", CONFIG, "x")
    assert door.calls == 32 and sum(clock.slept) >= 60


def test_one_limit_for_both_services_of_a_host(door, server, clock):
    for _ in range(16):
        door.get("ssb", CONFIG, "x")
        door.get("klass", "/classifications/104/codesAt?date=2026-01-01", "x")
    assert sum(clock.slept) >= 60


def test_a_body_that_is_packed_wrongly_is_a_broken_answer(door, server):
    def spoil(serve):
        answer = serve()
        answer.headers = {"Content-Encoding": "gzip"}
        return answer

    server.faults.always(CONFIG, faults.Fault("gzip", spoil))
    with pytest.raises(SourceError, match="forbindelsen ble brutt"):
        door.get("ssb", CONFIG, "x")


def test_a_proxy_that_cannot_be_used_is_told(monkeypatch, clock):
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    with pytest.raises(SourceError, match="Proxyen i miljøvariablene"):
        Door(clock)
