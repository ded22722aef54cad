"""Whether everything in data/raw is what it says it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from helpers import datapackage, rawstore
from helpers.errors import DataError
from helpers.rawstore import ENDINGS, FETCHED, SIDECAR, SNAPSHOT


def checked(raw: Path) -> Iterator[tuple[Path, str]]:
    """Every body of the snapshot and of all that was fetched, history too, with what is wrong with it (empty: nothing).

    A body without a sidecar, and a sidecar without a body, are named too.
    """
    folders = [raw / SNAPSHOT, *(each for held in rawstore.generations(raw).values() for each in held)]
    for folder in [*folders, raw / FETCHED]:
        bodies = rawstore.bodies_in(folder)
        good = []
        for path in bodies:
            try:
                good.append(rawstore.read_body(path))
            except DataError as error:
                yield path, str(error)
            else:
                yield path, ""
        try:
            rawstore.whole(good if len(good) == len(bodies) else [])
        except DataError as error:
            yield folder, str(error)
        for path in sorted(folder.glob("*")):
            alone = path.name.endswith(ENDINGS) and not path.name.endswith(SIDECAR) and not path.name.startswith(".")
            if alone and path not in bodies and path.name != datapackage.NAME:
                yield path, f"{path.name} mangler opplysningsfilen."
