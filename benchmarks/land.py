"""Seconds, memory and growth of `measures.land.partition` beside the straightforward chain of `geopandas.overlay`, in one run.

Invented and seeded: 50 000 planned polygons (10–40 corners) against eight layers of 200 000 polygons in all: buffered buildings, pieces of road,
and wiggly zones of 20–60 corners; some layers overlap themselves. The chain takes layer after layer: lost = overlay(rest, layer,
"intersection"), dissolved by area so that self-overlap counts once, and rest = overlay(rest, layer, "difference"). Both keep their pieces.
Each figure is from a process of its own. Seconds begin when the inputs are loaded; memory is the process's high-water mark (VmHWM, from
/proc, so Linux) above what it held then, and «loaded» is what loading the inputs added.
Exit code 1 where a class differs by more than 1e-6 of it, the partition is not five times as fast, needs more than twice the memory of
the inputs or more than the chain, or time grows faster than n·log n over four doublings. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from helpers.measures import land

CRS = "EPSG:25833"
AREAS, ALL = 50_000, 200_000
SPEED, MEMORY, EQUAL = (
    5.0,
    2.0,
    1e-6,
)  # required: times as fast, times the loaded inputs, relative difference of a class
NOISE = 1.25  # growth from the least to the largest may be so many times that of n·log n, on a machine that does other things too
CELL = 500.0  # metres: one planned area in each square of so many
# Share of ALL, half the width in metres, corners. Overlap within a layer comes from chance, and from the width.
LAYERS: dict[str, tuple[float, tuple[float, float], tuple[int, int]]] = {
    "built": (0.45, (12, 30), (4, 4)),
    "roads": (0.20, (60, 200), (0, 0)),
    "water": (0.05, (40, 150), (20, 60)),
    "protected": (0.02, (150, 500), (20, 60)),
    "flood": (0.05, (80, 300), (20, 60)),
    "landslide": (0.05, (80, 300), (20, 60)),
    "farmland": (0.10, (60, 200), (20, 60)),
    "bog": (0.08, (30, 120), (20, 60)),
}
Shapes = Any


def rings(chance: np.random.Generator, middle: Any, reach: tuple[float, float], corners: tuple[int, int]) -> Shapes:
    """Star-shaped polygons about their middles, their radius a slow wave with some noise on it."""
    n = len(middle)
    count = chance.integers(corners[0], corners[1] + 1, n)
    owner = np.repeat(np.arange(n), count)
    at = np.arange(owner.size) - np.repeat(np.cumsum(count) - count, count)
    angle = 2 * np.pi * at / count[owner] + np.repeat(chance.uniform(0, 2 * np.pi, n), count)
    wave = 0.75 + 0.15 * np.sin(chance.integers(2, 5, n)[owner] * angle) + chance.uniform(-0.1, 0.1, owner.size)
    radius = chance.uniform(*reach, n)[owner] * wave
    points = middle[owner] + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return shapely.polygons(shapely.linearrings(points, indices=owner))


def bars(chance: np.random.Generator, middle: Any, length: Any, width: Any) -> Shapes:
    """Rectangles turned any way."""
    angle = chance.uniform(0, np.pi, len(middle))
    along = np.column_stack([np.cos(angle), np.sin(angle)])
    across = np.column_stack([-along[:, 1], along[:, 0]])
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    corners = [middle + a * length[:, None] * along + b * width[:, None] * across for a, b in signs]
    return shapely.polygons(np.stack(corners, axis=1))


def inputs(areas: int) -> dict[str, gpd.GeoDataFrame]:
    """The planned areas (``planned``) and the layers; their density is the same whatever the number of areas."""
    chance = np.random.default_rng(9901)
    side = math.ceil(math.sqrt(areas))
    cells = np.column_stack([np.arange(areas) % side, np.arange(areas) // side]) * CELL
    corner = np.array([200_000.0, 6_600_000.0])
    middle = corner + cells + CELL / 2
    found = {"planned": rings(chance, middle + chance.uniform(-40, 40, (areas, 2)), (60, 155), (10, 40))}
    for name, (share, reach, corners) in LAYERS.items():
        n = round(share * ALL * areas / AREAS)
        spot = corner + chance.uniform(0, side * CELL, (n, 2))
        if name == "built":
            half = chance.uniform(*reach, (2, n))
            found[name] = bars(chance, spot, half[0], half[1])
        elif name == "roads":
            found[name] = bars(chance, spot, chance.uniform(*reach, n), chance.choice([6.0, 15.0], n))
        else:
            found[name] = rings(chance, spot, reach, corners)
    return {name: gpd.GeoDataFrame(geometry=shapes, crs=CRS) for name, shapes in found.items()}


def partition(given: dict[str, gpd.GeoDataFrame], threads: int = 1) -> Callable[[], dict[str, float]]:
    """Ours."""
    layers = {name: given[name].geometry for name in LAYERS}

    def run() -> dict[str, float]:
        found = land.partition(given["planned"], layers, threads=threads)
        return land.classes(found, tuple(LAYERS))["area_m2"].to_dict()

    return run


def chain(given: dict[str, gpd.GeoDataFrame]) -> Callable[[], dict[str, float]]:
    """The straightforward way. It keeps what is lost to each layer, as the partition does: that is what the maps draw."""

    def run() -> dict[str, float]:
        rest, lost = given["planned"].assign(area_id=range(len(given["planned"]))), {}
        for name in LAYERS:
            layer = given[name]
            lost[name] = gpd.overlay(rest, layer, how="intersection", keep_geom_type=True).dissolve("area_id")
            rest = gpd.overlay(rest, layer, how="difference", keep_geom_type=True)
        return {name: float(frame.area.sum()) for name, frame in (lost | {land.NET: rest}).items()}

    return run


METHODS: dict[str, Callable[[dict[str, gpd.GeoDataFrame]], Callable[[], dict[str, float]]]] = {
    "partition": partition,
    "partition, 2 threads": lambda given: partition(given, threads=2),
    "overlay chain": chain,
}


def memory(field: str) -> float:
    """MB of this process: VmRSS is now, VmHWM the most since it was reset."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def load(folder: Path) -> dict[str, gpd.GeoDataFrame]:
    return {name: gpd.read_parquet(folder / f"{name}.parquet") for name in ("planned", *LAYERS)}


def measure(method: str, folder: Path, small: Path) -> dict[str, Any]:
    """Seconds, MB and the classes of one method in this process."""
    warnings.simplefilter("ignore")  # overlay tells of the lines that it drops
    METHODS[method](load(small))()  # every module is loaded
    before = memory("VmRSS")
    given = load(folder)
    loaded, run = memory("VmRSS"), METHODS[method](given)
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    start = time.perf_counter()
    found = run()
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "extra": memory("VmHWM") - loaded, "loaded": loaded - before, "classes": found}


def apart(method: str, folder: Path, small: Path) -> dict[str, Any]:
    """`measure` in a process of its own."""
    command = [sys.executable, __file__, "--method", method, "--folder", str(folder), "--warm", str(small)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{method} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def written(root: Path, areas: int) -> Path:
    folder = root / str(areas)
    folder.mkdir(exist_ok=True)
    for name, frame in inputs(areas).items():
        frame.to_parquet(folder / f"{name}.parquet")
    return folder


def touched(given: dict[str, gpd.GeoDataFrame]) -> list[int]:
    """How many planned areas 0, 1, 2 … layers touch."""
    count = np.zeros(len(given["planned"]), dtype=int)
    for name in LAYERS:
        count[np.unique(given[name].sindex.query(given["planned"].geometry, predicate="intersects")[0])] += 1
    return np.bincount(count).tolist()


def report(root: Path, areas: int, repeats: int, judged: bool) -> list[str]:
    """Print the tables; what is not met, in words (only the classes where not `judged`)."""
    small, folder = written(root, 200), written(root, areas)
    given = load(folder)
    counts = touched(given)
    print(f"{areas} areas, {sum(len(given[name]) for name in LAYERS)} polygons; touched by 0, 1, 2 … layers: {counts}")
    del given
    runs: dict[str, list[dict[str, Any]]] = {method: [] for method in METHODS}
    for _ in range(repeats):  # the methods take turns, so that what else the machine does falls on all of them
        for method in METHODS:
            runs[method].append(apart(method, folder, small))
    print(f"{'':22}{'seconds':>9}{'times':>8}{'extra MB':>10}{'loaded MB':>11}   median of")
    middle = {
        method: {what: statistics.median(run[what] for run in each) for what in ("seconds", "extra", "loaded")}
        for method, each in runs.items()
    }
    theirs = middle["overlay chain"]
    for method, row in middle.items():
        times = theirs["seconds"] / row["seconds"]
        print(
            f"{method:22}{row['seconds']:>9.2f}{times:>8.1f}{row['extra']:>10.0f}{row['loaded']:>11.0f}   {len(runs[method])}"
        )
    ours, short = middle["partition"], []
    if judged and theirs["seconds"] / ours["seconds"] < SPEED:
        short.append(f"{theirs['seconds'] / ours['seconds']:.1f} times as fast, required {SPEED:.0f}")
    if judged and ours["extra"] > min(MEMORY * ours["loaded"], theirs["extra"]):
        short.append(f"{ours['extra']:.0f} MB extra; at most {MEMORY * ours['loaded']:.0f} and {theirs['extra']:.0f}")
    for method, each in runs.items():
        for name, expected in runs["overlay chain"][0]["classes"].items():
            apartness = abs(each[0]["classes"][name] / expected - 1)
            if not apartness <= EQUAL:
                short.append(f"{method}: {name} differs by {apartness:.1e} of it")
    slow = growth(root, areas, small, ours["seconds"], repeats)
    return short + (slow if judged else [])


def growth(root: Path, areas: int, small: Path, largest: float, repeats: int) -> list[str]:
    """Seconds over four doublings up to `areas`, beside n·log n."""
    sizes = [areas >> k for k in (4, 3, 2, 1)]
    seconds = {}
    for size in sizes:
        folder = written(root, size)
        seconds[size] = statistics.median(apart("partition", folder, small)["seconds"] for _ in range(repeats))
    seconds[areas] = largest
    print(f"{'areas':>8}{'seconds':>9}{'per n·log n, the least 1':>27}")
    unit = seconds[sizes[0]] / (sizes[0] * math.log(sizes[0]))
    for size, each in seconds.items():
        print(f"{size:>8}{each:>9.2f}{each / (size * math.log(size)) / unit:>27.2f}")
    last = largest / (areas * math.log(areas)) / unit
    return [f"time grows {last:.2f} times as fast as n·log n, at most {NOISE}"] if last > NOISE else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--small",
        action="store_true",
        help="a twentieth of the size, under a minute; judges only that the classes are equal",
    )
    parser.add_argument("--method", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--warm", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.method:
        print(json.dumps(measure(given.method, given.folder, given.warm)))
        return
    with tempfile.TemporaryDirectory() as root:
        short = report(Path(root), AREAS // 20 if given.small else AREAS, 1 if given.small else 3, not given.small)
    if short:
        sys.exit("\n".join(short))


if __name__ == "__main__":
    main()
