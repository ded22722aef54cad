"""What is measured, group by group. Sides of a ratio take turns in one run; each figure is the median of the rounds."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import stages
from plainways import WAYS, Side
from table import Row

from batch import JOBS, PROJECT, Batch, answer, build, drawn, failed, profiled, surroundings
from helpers.places import Municipality

REAL = ("overview", "employment", "exclusion", "commuting", "land")
TWENTY = (
    "3101", "3105", "3107", "3110", "3124", "0301", "1103", "1505", "1804", "3201",
    "3301", "3401", "3907", "4003", "4203", "4601", "5001", "5006", "5501", "5601",
)  # fmt: skip
BOUNDS = {"loop": 12.0, "xargs": 6.0, "threads": 3.5}  # for the reference notebook
SAID = {
    "loop": "papermill and jupyter nbconvert, one after the other",
    "xargs": "the same two under xargs -P 2",
    "threads": "papermill's API in two threads, warm exporters",
}
OVERHEAD, AGAIN, AGAIN_SHARE, PRIVATE, PEAK, EVEN, CLUSTER = 50.0, 5.0, 1.0, 30.0, 600.0, 10.0, 1.25


@dataclass(frozen=True)
class Scale:
    """How much is measured. `plain` and `threaded`: of how many municipalities the other ways make reports, the rest reckoned."""

    rounds: int = 3
    real_rounds: int = 1
    plain: int = 20
    threaded: int = 20
    real: tuple[str, ...] = REAL
    country: tuple[str, ...] = REAL
    sizes: tuple[int, ...] = (50, 100, 200, 357)
    memory: int = 3

    def shortened(self) -> list[str]:
        """What is less than in the whole."""
        whole = Scale()
        told = {
            "rounds": f"the reference notebook: {self.rounds} round(s) instead of {whole.rounds}",
            "plain": f"the two commands, both ways: {self.plain} municipalities instead of 20, and scaled",
            "threaded": f"papermill's threads: {self.threaded} municipalities instead of 20, and scaled (imports counted once)",
            "real": f"the project's notebooks: {', '.join(self.real)} alone instead of the five",
            "country": f"the whole country: {', '.join(self.country)} alone instead of the five notebooks",
            "sizes": f"growth: {' → '.join(map(str, self.sizes))} municipalities instead of 50 → 100 → 200 → 357",
            "memory": f"memory that the cells add: {self.memory} municipality instead of {whole.memory}",
        }
        return [text for name, text in told.items() if getattr(self, name) != getattr(whole, name)]


QUICK = Scale(1, 1, 2, 4, ("overview", "commuting"), ("land",), (50, 100, 357), 1)


def ratios(
    root: Path, names: Sequence[str], scale: Scale, folder: Path, bounded: bool
) -> tuple[list[Row], Batch, dict[str, float]]:
    """The three ratios and the cost above the cells; with them the last batch, and the seconds of the cells by notebook."""
    sides: dict[str, list[Side]] = {way: [] for way in WAYS}
    batches, floors = [], []
    for number in range(scale.rounds if bounded else scale.real_rounds):
        for way, run in WAYS.items():
            count = scale.threaded if way == "threads" else scale.plain
            if not bounded and count < len(TWENTY):
                count = max(
                    2, count // 3
                )  # five notebooks each; an even number, or one of two slots is idle at the end
            tasks = [(str(root / "notebooks" / f"{name}.ipynb"), code) for code in TWENTY[:count] for name in names]
            sides[way].append(run(root, tasks, len(TWENTY) * len(names)))
        floors.append(floor(root, TWENTY, names))
        out = folder / f"{'-'.join(names)}-{number}"
        batches.append(build(root, TWENTY, names, out, "--force"))
        _same_figures(sides, out, names)
    ours = statistics.median(batch.seconds for batch in batches)
    typical = min(batches, key=lambda batch: abs(batch.seconds - ours))
    cells = {name: statistics.median(each[name] for each in floors) for name in names}
    mean = statistics.mean(cells.values())
    profile = typical.stages(mean)
    rows = [_ratio(way, sides[way], ours, len(TWENTY) * len(names), bounded, profile) for way in WAYS]
    slot = statistics.median(batch.slot for batch in batches)
    inside = statistics.median(batch.inside for batch in batches)
    note = f"{1000 * slot:.0f} ms of a slot less {1000 * mean:.0f} ms of cells; {1000 * (inside - mean):.0f} ms of it inside the report's process"
    if 1000 * (slot - mean) > OVERHEAD:
        books = [root / "notebooks" / f"{name}.ipynb" for name in names]
        profile = [*profile, *stages.lines(stages.stages(root, TWENTY[:5], books))]
    rows.append(
        Row(
            "our cost per report above its cells in a warm process",
            1000 * (slot - mean),
            "ms",
            "<=",
            OVERHEAD,
            note,
            profile,
        )
    )
    return rows, typical, cells


def _ratio(way: str, sides: Sequence[Side], ours: float, count: int, bounded: bool, profile: list[str]) -> Row:
    theirs, made = statistics.median(side.seconds for side in sides), sides[0].made
    scaled = "" if made == count else f", from {made} reports"
    note = f"{theirs:.1f} s / {ours:.1f} s for {count} reports{scaled}"
    return Row(f"{SAID[way]} ÷ ours", theirs / ours, "×", ">=", BOUNDS[way] if bounded else None, note, profile)


def _same_figures(sides: dict[str, list[Side]], out: Path, names: Sequence[str]) -> None:
    """A figure that is lost on one side makes a lie of the ratio: that ends the run."""
    for way, found in sides.items():
        side = found[-1]
        tasks = [(name, code) for code in TWENTY[: side.made // len(names)] for name in names]
        ours = drawn(out, tasks)
        if side.figures != ours or (names == ("reference",) and ours != 4 * side.made):
            sys.exit(f"{side.made} reports have {side.figures} figures by {way}, and {ours} by ours")


def floor(root: Path, codes: Sequence[str], names: Sequence[str]) -> dict[str, float]:
    """Seconds of the cells of each notebook, mean of the municipalities, in as many warm processes at once as we have slots."""
    books = [str(root / "notebooks" / f"{name}.ipynb") for name in names]
    program = str(Path(__file__).with_name("cells.py"))
    commands = [[sys.executable, program, str(root), ",".join(codes[slot::JOBS]), *books] for slot in range(JOBS)]
    running = [
        subprocess.Popen(each, cwd=root, env=surroundings(root), stdout=-1, stderr=-1, text=True) for each in commands
    ]
    found: dict[str, list[float]] = {name: [] for name in names}
    for command, process in zip(commands, running):
        said, errors = process.communicate()
        if process.returncode:
            failed(command, errors or f"nothing was said; exit code {process.returncode}")
        told = json.loads(said)
        if told["figures"].get("reference", 4) != 4:
            sys.exit(f"the cells of the reference notebook drew {told['figures']['reference']} figures instead of 4")
        for name, took in told["seconds"].items():
            found[name] += took
    return {name: statistics.mean(took) for name, took in found.items()}


def country(scale: Scale, folder: Path) -> Iterator[Row]:
    """Growth with the number of municipalities, and a second build of all of them with nothing changed."""
    every = [place.code for place in Municipality.all()]
    batches = {}
    for size in scale.sizes:
        codes = [every[index * len(every) // size] for index in range(size)]
        batches[size] = build(PROJECT, codes, scale.country, folder / f"country-{size}", "--force")
    each = {size: 1000 * batch.slot for size, batch in batches.items()}
    mean = statistics.mean(each.values())
    off = max(abs(took - mean) for took in each.values()) / mean
    note = "  ".join(f"{size}: {took:.0f} ms" for size, took in each.items())
    profile = [line for size, batch in batches.items() for line in (f"{size} municipalities", *batch.stages())]
    yield Row(
        f"time per report at {', '.join(map(str, scale.sizes))} municipalities: off their mean",
        100 * off,
        "%",
        "<=",
        EVEN,
        note,
        profile,
    )
    yield from _again(every, scale, folder / f"country-{scale.sizes[-1]}", batches[scale.sizes[-1]])


def _again(every: Sequence[str], scale: Scale, out: Path, first: Batch) -> Iterator[Row]:
    runs = [build(PROJECT, every, scale.country, out) for _ in range(3)]
    again = statistics.median(batch.seconds for batch in runs)
    if any(batch.reports for batch in runs):
        sys.exit("a build with nothing changed has made reports again")
    named = [word for name in scale.country for word in ("--notebook", name)]
    profile = profiled([*every, *named, "--out", str(out), "--jobs", str(JOBS), "--quiet"], PROJECT)
    what = f"second build, nothing changed, {len(every)} municipalities"
    yield Row(what, again, "s", "<=", AGAIN, f"the first: {first.seconds:.1f} s, {len(first.reports)} reports", profile)
    bound = AGAIN_SHARE if scale.country == REAL else None  # it is about the whole of the first build
    yield Row(f"{what}: of the first", 100 * again / first.seconds, "%", "<=", bound, "", profile)


def memory(scale: Scale, folder: Path, batch: Batch, reference: Path, of_reference: Batch) -> Iterator[Row]:
    """What a child holds for itself beyond what the cells add anyway, and all processes together at their highest."""
    beyond = {name: _beyond(PROJECT, name, batch, scale) for name in REAL}
    beyond["reference"] = _beyond(reference, "reference", of_reference, scale)
    worst = max(beyond, key=lambda name: beyond[name][0] - beyond[name][1])
    lines = [
        f"{name:12} {held:5.0f} MB private at the end; the cells: {added:.0f} MB in a warm process, {forked:.0f} MB in a bare fork of it"
        for name, (held, added, forked) in beyond.items()
    ]
    note = "  ".join(f"{name}: {held - added:.0f}" for name, (held, added, _) in beyond.items())
    held, added, _ = beyond[worst]
    yield Row(
        "private memory of a report beyond what its cells add, the most",
        held - added,
        "MB",
        "<=",
        PRIVATE,
        note,
        lines,
    )
    sampled = build(PROJECT, TWENTY[:10], REAL, folder / "sampled", "--force", sample=True)
    parts = [f"{held:8.0f} MB  {what}" for what, held in sorted(sampled.parts, key=lambda part: -part[1])]
    yield Row(
        "peak of all processes together (PSS, sampled), two jobs",
        sampled.peak,
        "MB",
        "<=",
        PEAK,
        f"{len(parts)} processes",
        parts,
    )


def _beyond(root: Path, name: str, batch: Batch, scale: Scale) -> tuple[float, float, float]:
    """Medians in MB: what a notebook's reports hold for themselves, and what its cells add (`cells.added`)."""
    held = statistics.median(report["private_mb"] for report in batch.reports if report["notebook"] == name)
    program, book = str(Path(__file__).with_name("cells.py")), str(root / "notebooks" / f"{name}.ipynb")
    runs = [
        answer([sys.executable, program, str(root), code, book, "--memory"], root) for code in TWENTY[: scale.memory]
    ]
    return held, *(statistics.median(run[how] for run in runs) for how in ("added", "forked"))


def cluster(scale: Scale, folder: Path) -> Iterator[Row]:
    """A local Dask cluster of two workers beside our own processes."""
    own, dask, codes = [], [], TWENTY
    for number in range(scale.rounds):
        own.append(build(PROJECT, codes, REAL, folder / f"own-{number}", "--force"))
        dask.append(build(PROJECT, codes, REAL, folder / f"dask-{number}", "--force", "--scheduler", "local"))
    took = [statistics.median(batch.seconds for batch in side) for side in (dask, own)]
    profile = ["Dask", *dask[-1].stages(), "own processes", *own[-1].stages()]
    note = f"{took[0]:.1f} s / {took[1]:.1f} s for {len(codes) * len(REAL)} reports"
    yield Row(
        "a local Dask cluster with two workers ÷ own processes", took[0] / took[1], "×", "<=", CLUSTER, note, profile
    )


def sections() -> Iterator[str]:
    """Seconds of each section of each notebook in one warm process, medians."""
    books = [str(PROJECT / "notebooks" / f"{name}.ipynb") for name in REAL]
    command = [sys.executable, str(Path(__file__).with_name("cells.py")), str(PROJECT), ",".join(TWENTY[:5]), *books]
    for name, found in answer([*command, "--sections"], PROJECT)["sections"].items():
        shown = "  ".join(f"{section} {took:.3f}" for section, took in found.items())
        yield f"{name:11} {sum(found.values()):.3f} s:  {shown}"
