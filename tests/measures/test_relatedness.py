"""Quotients, proximity, density, complexity and specialisation: golden values, identities, and what econcomplex says."""

from __future__ import annotations

import math
import pickle

import econcomplex
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from helpers.errors import TableMissing
from helpers.measures import specialisation as special
from helpers.measures.complexity import CLASSES, TooCoarse, complexity
from helpers.measures.relatedness import advantages, density, proximity, specialised
from helpers.places import Municipality
from helpers.tables import Tables

Floats = npt.NDArray[np.float64]
X = np.array([[40, 10, 0, 50], [10, 60, 20, 10], [30, 30, 30, 10], [5, 0, 80, 15], [15, 25, 20, 140]], dtype=float)


def matrices(least: int = 2) -> st.SearchStrategy[Floats]:
    shape = st.tuples(st.integers(least, 8), st.integers(least, 8))
    return shape.flatmap(lambda each: hnp.arrays(np.float64, each, elements=st.integers(0, 200).map(float)))


def whole(jobs: Floats) -> bool:
    return bool((jobs.sum(axis=0) > 0).all() and (jobs.sum(axis=1) > 0).all())


def test_quotients_golden() -> None:
    found = advantages(X)
    assert found[0] == pytest.approx([2.4, 0.48, 0, 4 / 3]) and found[3] == pytest.approx([0.3, 0, 3.2, 0.4])
    assert specialised(found)[0].tolist() == [1, 0, 0, 1]


def test_density_golden_by_both_conventions() -> None:
    held = specialised(advantages(X))
    without = density(held, proximity(held))
    assert without[0] == pytest.approx([1 / 3, 0.5, 0.5, 1]) and without[2] == pytest.approx([2 / 3, 1, 1, 1])
    assert density(held, proximity(held, diagonal=1))[0, 0] == pytest.approx(0.6)


@given(matrices())
def test_quotients_are_those_of_econcomplex(jobs: Floats) -> None:
    assume(whole(jobs))
    assert np.allclose(advantages(jobs), econcomplex.rca(jobs))


@given(matrices())
def test_density_is_that_of_econcomplex(jobs: Floats) -> None:
    """Its density is in percent, without the diagonal; an industry without neighbours has none here and 0 there."""
    assume(whole(jobs))
    held = specialised(advantages(jobs))
    ours, theirs = 100 * density(held, proximity(held)), np.asarray(econcomplex.density(jobs))
    alone = np.isnan(ours)
    assert np.allclose(ours[~alone], theirs[~alone])


@given(matrices(), st.sampled_from([0, 1]))
def test_proximity_and_density_keep_their_bounds(jobs: Floats, diagonal: int) -> None:
    held = specialised(advantages(jobs))
    near = proximity(held, diagonal)  # type: ignore[arg-type]
    found = density(held, near)
    assert np.allclose(near, near.T) and ((near >= 0) & (near <= 1)).all() and (np.diagonal(near) == diagonal).all()
    assert ((found[~np.isnan(found)] >= 0) & (found[~np.isnan(found)] <= 1 + 1e-12)).all()


def test_weights_are_places_counted_more_than_once() -> None:
    held = specialised(advantages(X))
    twice = proximity(np.vstack([held, held[1:2]]))
    assert np.allclose(proximity(held, weights=[1, 2, 1, 1, 1]), twice)
    both = proximity(np.stack([held, held]), weights=np.array([[1, 1, 1, 1, 1], [1, 2, 1, 1, 1]]))
    assert np.allclose(both[0], proximity(held)) and np.allclose(both[1], twice)


def test_nothing_by_nothing_is_no_specialisation() -> None:
    found = advantages([[0, 0], [3, 0]])
    assert math.isnan(found[0, 0]) and specialised(found).tolist() == [[0, 0], [1, 0]]


# --- complexity -------------------------------------------------------------------------------------------------------


def test_complexity_golden() -> None:
    found = complexity(specialised(advantages(X)), least_classes=2, least_places=2)
    assert found.eci == pytest.approx([-0.861358, 0.916361, 0.540685, 0.916361, -1.512048], abs=1e-6)
    assert found.gap == pytest.approx(0.788675 - 0.5, abs=1e-6)


@given(matrices(4))
def test_complexity_is_that_of_econcomplex(jobs: Floats) -> None:
    assume(whole(jobs))
    held = specialised(advantages(jobs))
    assume((held.sum(axis=0) > 0).all() and (held.sum(axis=1) > 0).all())
    found = complexity(held, 2, 2)
    diversity = held.sum(axis=1)
    assume(found.gap > 1e-3 and diversity.std() > 0 and abs(np.corrcoef(found.eci, diversity)[0, 1]) > 1e-3)
    singular = np.linalg.svd(held / np.sqrt(np.outer(diversity, held.sum(axis=0))), compute_uv=False)
    assume(1 - singular[1] > 1e-3)
    eci, pci = econcomplex.eci_pci(jobs, trim=False)
    # it standardises with the sample's deviation or the population's: the order and the proportions are the same
    assert abs(np.corrcoef(found.eci, np.asarray(eci))[0, 1]) == pytest.approx(1, abs=1e-6)
    assert abs(np.corrcoef(found.pci, np.asarray(pci))[0, 1]) == pytest.approx(1, abs=1e-6)
    assert np.corrcoef(found.eci, diversity)[0, 1] > 0


def test_those_without_anything_have_no_index() -> None:
    held = np.vstack([specialised(advantages(X)), np.zeros(4)])
    found = complexity(held, 2, 2)
    assert math.isnan(found.eci[-1]) and found.eci[:-1] == pytest.approx(complexity(held[:-1], 2, 2).eci)


def test_coarse_classes_are_refused_and_it_says_what_is_needed() -> None:
    with pytest.raises(TooCoarse, match="16 næringer og 357 steder, og det trengs minst 60 og 30") as caught:
        complexity(np.ones((357, 16)))
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.classes, again.least_classes, str(again)) == (16, CLASSES, str(caught.value))
    with pytest.raises(TooCoarse):
        complexity(np.ones((29, 88)))


# --- specialisation ---------------------------------------------------------------------------------------------------

GOLDEN = {  # Hachman, Krugman, Krugman against the rest, Herfindahl, exp(entropy)
    0: (0.597134, 0.716667, 0.860, 0.4200, 2.568568),
    1: (0.506415, 0.783333, 0.940, 0.4200, 2.971004),
    2: (0.736016, 0.55, 0.66, 0.28, 3.720411),
    3: (0.379507, 1.1, 1.32, 0.665, 1.845720),
    4: (0.687088, 0.65, 0.975, 0.52125, 2.545001),
}


@pytest.mark.parametrize("at", GOLDEN)
def test_specialisation_golden(at: int) -> None:
    own, every = X[at], X.sum(axis=0)
    found = (
        special.hachman(own, every), special.krugman(own, every), special.krugman(own, every - own),
        special.herfindahl(own), special.varieties(own),
    )  # fmt: skip
    assert found == pytest.approx(GOLDEN[at], abs=1e-6)
    assert special.hoover(own, every) == pytest.approx(special.krugman(own, every) / 2)


@given(matrices())
def test_specialisation_is_that_of_econcomplex(jobs: Floats) -> None:
    assume(whole(jobs))
    every = jobs.sum(axis=0)
    theirs = {
        "krugman": econcomplex.krugman_index(jobs), "hoover": econcomplex.specialization_coefficient(jobs),
        "hachman": econcomplex.hachman_index(jobs), "herfindahl": econcomplex.hhi(jobs, normalize=False),
        "entropy": econcomplex.shannon_entropy(jobs, base=math.e),
    }  # fmt: skip
    for at, own in enumerate(jobs):
        ours = {
            "krugman": special.krugman(own, every), "hoover": special.hoover(own, every), "hachman": special.hachman(own, every),
            "herfindahl": special.herfindahl(own), "entropy": special.entropy(own),
        }  # fmt: skip
        assert ours == pytest.approx({name: float(np.asarray(each)[at]) for name, each in theirs.items()}, abs=1e-9)


@given(matrices())
def test_specialisation_keeps_its_bounds(jobs: Floats) -> None:
    assume(whole(jobs))
    own, every = jobs[0], jobs.sum(axis=0)
    n = len(every)
    assert 0 <= special.krugman(own, every) <= 2 and 0 < special.hachman(own, every) <= 1 + 1e-12
    assert 1 / n - 1e-12 <= special.herfindahl(own) <= 1 + 1e-12 and 1 - 1e-9 <= special.varieties(own) <= n + 1e-9
    assert special.krugman(every, every) == 0 and special.hachman(every, every) == pytest.approx(1)


def test_an_industry_the_reference_lacks_has_no_hachman() -> None:
    assert math.isnan(special.hachman([1, 1], [0, 2])) and special.krugman([1, 0], [0, 2]) == 2
    assert math.isnan(special.herfindahl([0, 0]))


def test_skien_and_its_rounding(tables: Tables) -> None:
    found = special.specialisation(tables, Municipality.find("4003"), 2022)
    assert list(found.index) == list(special.MEASURES) and (found.attrs["classes"], found.attrs["year"]) == (16, 2022)
    assert ((found["lower"] <= found["value"]) & (found["value"] <= found["upper"])).all()
    frame = tables["ssb_07984"].query("Tid == 2022 and NACE2007 != '00'")
    jobs = frame.pivot(index="NACE2007", columns="Region", values="value")
    own, rest = jobs["4003"], jobs.drop(columns="4003").sum(axis=1)
    assert found["value"]["krugman"] == pytest.approx((own / own.sum() - rest / rest.sum()).abs().sum())
    wide = special.specialisation(tables, Municipality.find("4032"), 2022)
    assert (wide["upper"] - wide["lower"])["krugman"] > 5 * (found["upper"] - found["lower"])["krugman"]
    with pytest.raises(TableMissing, match="Halden"):
        special.specialisation(tables, Municipality.find("3101"))
    alone = {"ssb_07984": pd.DataFrame(tables["ssb_07984"].query("Region == '4003'"))}
    with pytest.raises(TableMissing, match="andre kommuner"):
        special.specialisation(alone, Municipality.find("4003"))
