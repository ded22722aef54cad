"""A fetch against the local server, with a clock that tests turn."""

from __future__ import annotations

import datetime as dt

import pytest

from helpers.batch.fetching import accept
from helpers.catalog import catalog
from helpers.sources.door import Door
from helpers.sources.fetch import Fetching
from official.server import OfficialServer


class TurnedClock:
    """Time that passes only when somebody sleeps, or turns it."""

    def __init__(self):
        self.seconds = 1000.0
        self.start = dt.datetime(2026, 11, 24, 21, 0, tzinfo=dt.UTC)
        self.slept = []

    def now(self):
        return self.seconds

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.seconds += seconds

    def utc(self):
        return self.start + dt.timedelta(seconds=self.seconds - 1000.0)


class Silent:
    """A progress that nobody looks at."""

    def begin(self, info):
        pass

    def planned(self, calls):
        pass

    def done(self, result):
        pass


@pytest.fixture
def clock():
    return TurnedClock()


@pytest.fixture
def server(clock):
    with OfficialServer(clock=clock.now) as running:
        yield running


@pytest.fixture
def door(server, clock):
    addresses = {
        "ssb": server.ssb_url, "klass": server.klass_url, "nav": server.nav_url, "kartverket": server.kartverket_url,
    }  # fmt: skip
    with Door(clock, addresses) as opened:
        yield opened


@pytest.fixture
def fetch(workspace, door, monkeypatch):
    """Fetch tables of the catalogue into a copy of the project's data/raw; gives their results by table."""
    monkeypatch.setenv("KOMMUNERAPPORT_ROOT", str(workspace.root))

    def run(*tables, force=False, progress=None):
        run = Fetching(workspace.raw, door, accept, progress or Silent(), force)
        return {result.table: result for result in run.run([catalog()[table] for table in tables])}

    return run
