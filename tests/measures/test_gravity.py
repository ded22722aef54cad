from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from helpers import places
from helpers.errors import DataError
from helpers.measures import commuting, gravity
from helpers.measures.gravity import Form
from helpers.places import Municipality
from helpers.tables import Tables

from .test_areas import BAD, golden

FORMS: list[Form] = ["km", "ln_km"]
POINTS = pd.DataFrame(
    {"east_m": [0, 12000, 5000, 40000, 55000, 30000], "north_m": [0, 3000, 15000, 2000, 9000, 20000]},
    index=list("ABCDEF"),
)


def likelihood_at_its_best(
    features: npt.NDArray[np.float64], observed: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Coefficients that scipy finds for the same Poisson likelihood, on centred columns so that it finds them well."""
    middle, spread = features[:, 1:].mean(axis=0), features[:, 1:].std(axis=0)
    scaled = np.column_stack([np.ones(len(features)), (features[:, 1:] - middle) / spread])

    def minus_likelihood(b: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        eta = scaled @ b
        mu = np.exp(eta)
        return float((mu - observed * eta).sum()), scaled.T @ (mu - observed)

    start = np.zeros(scaled.shape[1])
    start[0] = math.log(observed.mean())
    found = minimize(minus_likelihood, start, jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 2000}).x
    slopes = found[1:] / spread
    return np.concatenate([[found[0] - slopes @ middle], slopes])


def features(flows: pd.DataFrame, form: Form) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The columns and the flows, pair by pair."""
    homes, works = flows.sum(axis=1), flows.sum(axis=0)
    rows, observed = [], []
    for i in flows.index:
        for j in flows.index:
            if i != j:
                km = math.dist(POINTS.loc[i], POINTS.loc[j]) / 1000
                rows.append([1, math.log(homes[i]), math.log(works[j]), math.log(km) if form == "ln_km" else km])
                observed.append(float(flows.loc[i, j]))
    return np.array(rows), np.array(observed)


@pytest.mark.parametrize("form", FORMS)
def test_the_fit_is_what_scipy_finds(form: Form) -> None:
    found = gravity.fit(golden(), POINTS, form)
    assert list(found.coefficients.index) == ["constant", "ln_employed", "ln_jobs", form]
    wanted = likelihood_at_its_best(*features(golden(), form))
    assert found.coefficients["estimate"].tolist() == pytest.approx(list(wanted), rel=1e-5)


@pytest.mark.parametrize("form", FORMS)
def test_standard_errors_are_the_sandwich(form: Form) -> None:
    """White's HC0 written out: (X'MX)⁻¹ X'diag((y − µ)²)X (X'MX)⁻¹."""
    found = gravity.fit(golden(), POINTS, form)
    x, y = features(golden(), form)
    mu = np.exp(x @ found.coefficients["estimate"].to_numpy())
    bread = np.linalg.inv((x * mu[:, None]).T @ x)
    wanted = bread @ ((x * ((y - mu) ** 2)[:, None]).T @ x) @ bread
    assert found.coefficients["error"].tolist() == pytest.approx(list(np.sqrt(wanted.diagonal())), rel=1e-6)


def test_deviance_explained_and_number_of_pairs() -> None:
    found = gravity.fit(golden(), POINTS)
    x, y = features(golden(), "km")
    mu = np.exp(x @ found.coefficients["estimate"].to_numpy())

    def deviance(expected: npt.NDArray[np.float64] | float) -> float:
        ratio = np.where(y > 0, y, 1) / np.where(y > 0, expected, 1)
        return float(2 * (y * np.log(ratio) - (y - expected)).sum())

    assert found.n == 30 == len(found.pairs) and (found.pairs["observed"] == 0).sum() == 3  # zeros are kept
    assert found.explained == pytest.approx(1 - deviance(mu) / deviance(float(y.mean())))
    assert 0 < found.explained < 1 and found.left_out == ()


def test_flows_that_follow_the_model_are_found_again() -> None:
    chance = np.random.default_rng(3)
    x = np.column_stack([np.ones(500), chance.normal(8, 1, 500), chance.normal(8, 1, 500), chance.uniform(5, 100, 500)])
    truth = np.array([-9.0, 0.8, 0.9, -0.03])
    estimate, _, expected = gravity.poisson(x, np.exp(x @ truth))
    assert estimate.tolist() == pytest.approx(truth.tolist(), rel=1e-6)
    assert np.allclose(expected, np.exp(x @ truth))
    drawn, error, _ = gravity.poisson(x, chance.poisson(np.exp(x @ truth)).astype(float))
    assert (np.abs(drawn - truth) < 4 * error).all()


def test_residuals_have_the_sum_of_what_was_observed() -> None:
    found = gravity.residuals(gravity.fit(golden(), POINTS))
    assert found["expected"].sum() == pytest.approx(found["observed"].sum())
    assert found["observed"].sum() == golden().to_numpy().sum() - golden().to_numpy().trace()
    assert np.allclose(found["difference"], found["observed"] - found["expected"])
    assert np.allclose(found["ratio"] * found["expected"], found["observed"])
    assert found.loc[("A", "B"), "km"] == pytest.approx(math.hypot(12, 3)) and found.loc[("A", "B"), "observed"] == 60
    assert ("A", "A") not in found.index


def test_the_pairs_of_a_municipality() -> None:
    pairs = gravity.residuals(gravity.fit(golden(), POINTS))
    found = gravity.of_municipality(pairs, "C")
    assert list(found.columns) == ["direction", "code", "km", "observed", "expected", "difference", "ratio"]
    assert found["difference"].is_monotonic_increasing and len(found) == 10
    for row in found.itertuples():
        pair = ("C", row.code) if row.direction == "out" else (row.code, "C")
        assert pairs.loc[pair, "difference"] == row.difference and pairs.loc[pair, "observed"] == row.observed
    with pytest.raises(DataError, match="Kommune X er ikke med"):
        gravity.of_municipality(pairs, "X")


def drawn(dispersion: float) -> gravity.Fit:
    """Flows of the model's own making, whose variance is so many times that of chance."""
    chance = np.random.default_rng(5)
    flows = pd.DataFrame(chance.uniform(5e4, 6e4, (40, 40)), index=[f"{n}" for n in range(1000, 1040)]).set_axis(
        [f"{n}" for n in range(1000, 1040)], axis=1
    )
    points = pd.DataFrame(chance.uniform(0, 1e5, (40, 2)), index=flows.index, columns=["east_m", "north_m"])
    expected = gravity.fit(flows, points).pairs["expected"] / 500
    observed = dispersion * chance.poisson(expected / dispersion)
    trips = observed.astype(float) if isinstance(observed, pd.Series) else pd.Series(observed, index=expected.index)
    matrix = trips.unstack("work").reindex(index=flows.index, columns=flows.index).fillna(0.0)
    return gravity.fit(matrix + np.diag(np.full(40, 1e4)), points)


@pytest.mark.parametrize("times", [1.0, 9.0])
def test_the_dispersion_is_that_of_the_flows(times: float) -> None:
    assert gravity.dispersion(drawn(times)) == pytest.approx(times, rel=0.12)


def test_what_is_usual_widens_with_the_dispersion() -> None:
    """A ratio is unusual beside other flows of its size, never beside chance alone: five in a hundred are, however much all of them vary."""
    calm, wild = gravity.spread(drawn(1.0)), gravity.spread(drawn(9.0))
    assert (wild["high"] - wild["low"]).mean() > 2 * (calm["high"] - calm["low"]).mean()
    for found in (calm, wild):
        assert 0.02 < (found["unusual"] != 0).mean() < 0.08
        assert (found["low"] <= found["high"]).all() and not found[["low", "high"]].isna().any().any()
        assert ((found["unusual"] == -1) == (found["ratio"] < found["low"])).all()
        assert ((found["unusual"] == 1) == (found["ratio"] > found["high"])).all()


def test_few_pairs_are_held_against_all() -> None:
    found = gravity.spread(gravity.fit(golden(), POINTS))
    assert found["low"].nunique() == found["high"].nunique() == 1
    assert found["low"].iloc[0] == pytest.approx(np.quantile(found["ratio"], 0.025))


@given(st.integers(0, 2**32 - 1), st.sampled_from(FORMS))
@settings(max_examples=30)
def test_likelihood_equations_hold_and_order_changes_nothing(seed: int, form: Form) -> None:
    chance = np.random.default_rng(seed)
    n = int(chance.integers(5, 15))
    codes = [f"{1000 + at}" for at in range(n)]
    values = chance.poisson(chance.lognormal(2, 2, (n, n))) + np.diag(chance.integers(10, 5000, n))
    flows = pd.DataFrame(values, index=codes, columns=codes)
    points = pd.DataFrame(chance.uniform(0, 2e5, (n, 2)), index=codes, columns=["east_m", "north_m"])
    found = gravity.fit(flows, points, form)
    left = found.pairs["observed"] - found.pairs["expected"]
    far = np.log(found.pairs["km"]) if form == "ln_km" else found.pairs["km"]
    size = max(1.0, found.pairs["observed"].sum())
    for column in (1.0, far, np.log(flows.sum(axis=1)).loc[found.pairs.index.get_level_values("home")].to_numpy()):
        assert abs((left * column).sum()) < 1e-4 * size
    order = list(chance.permutation(codes))
    again = gravity.fit(flows.loc[order, order[::-1]], points.loc[order[::-1]], form)
    assert again.coefficients.equals(found.coefficients) and again.pairs.equals(found.pairs)
    assert -1e-9 <= found.explained <= 1


# --- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("flows", "message"), BAD, ids=[message[:20] for _, message in BAD])
def test_bad_matrices(flows: pd.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        gravity.fit(flows, POINTS)


def test_a_zone_without_a_point() -> None:
    with pytest.raises(DataError, match=r"C har ikke noe punkt.*leave_out"):
        gravity.fit(golden(), POINTS.drop("C"))
    found = gravity.fit(golden(), POINTS.drop("C"), missing="leave_out")
    assert found.left_out == ("C",) and found.n == 20 and "C" not in found.pairs.index.get_level_values("home")


def test_employed_residents_are_counted_whether_or_not_all_their_workplaces_have_a_point() -> None:
    """R and W are sums of the whole matrix: a municipality without a point is no pair, but its flows are part of others' size."""
    found = gravity.fit(golden(), POINTS.drop("C"), missing="leave_out")
    x, y = features(golden(), "km")
    kept = [i != "C" and j != "C" for i in "ABCDEF" for j in "ABCDEF" if i != j]
    wanted = likelihood_at_its_best(x[kept], y[kept])
    assert found.coefficients["estimate"].tolist() == pytest.approx(list(wanted), rel=1e-5)


def test_a_zone_where_nobody_lives_or_works() -> None:
    lives = golden()
    lives.loc["B"] = 0
    with pytest.raises(DataError, match="B har ingen sysselsatte bosatte"):
        gravity.fit(lives, POINTS)
    works = golden()
    works["B"] = 0
    with pytest.raises(DataError, match="B har ingen arbeidsplasser"):
        gravity.fit(works, POINTS)
    assert gravity.fit(works, POINTS, missing="leave_out").left_out == ("B",)


def test_a_zone_without_figures() -> None:
    flows = golden().astype(float)
    flows.loc["F"] = flows["F"] = math.nan
    with pytest.raises(DataError, match="fra A til F mangler"):
        gravity.fit(flows, POINTS)
    assert gravity.fit(flows, POINTS, missing="leave_out").left_out == ("F",)


def test_two_zones_with_one_point() -> None:
    points = POINTS.copy()
    points.loc["B"] = points.loc["A"]
    assert gravity.fit(golden(), points).n == 30
    with pytest.raises(DataError, match="A og B har samme punkt"):
        gravity.fit(golden(), points, "ln_km")


def test_too_little_to_tell_coefficients_apart() -> None:
    message = "for få eller for like"
    with pytest.raises(DataError, match=message):
        gravity.fit(golden().iloc[:2, :2], POINTS)
    alike = pd.DataFrame(np.full((6, 6), 7), index=list("ABCDEF"), columns=list("ABCDEF"))
    with pytest.raises(DataError, match=message):
        gravity.fit(alike, POINTS)
    with pytest.raises(DataError, match="Ingen pendler mellom sonene"):
        gravity.fit(golden() * np.eye(6), POINTS)
    with pytest.raises(DataError, match="Ingen pendler mellom sonene"):
        gravity.fit(golden().iloc[:1, :1], POINTS)


# --- Norway ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "slope", "explained"), [("km", -0.014740, 0.786231), ("ln_km", -1.681372, 0.871899)])
def test_norway_2022(tables: Tables, form: Form, slope: float, explained: float) -> None:
    flows = commuting.matrix(tables, 2022)
    with pytest.raises(DataError, match="1507 har ikke noe punkt"):
        gravity.fit(flows, places.points(), form)  # Ålesund as it was until 2023
    found = gravity.fit(flows, places.points(), form, missing="leave_out")
    assert found.left_out == ("1507",) and found.n == 355 * 354
    assert found.coefficients.loc[form, "estimate"] == pytest.approx(slope, abs=1e-6)
    assert found.explained == pytest.approx(explained, abs=1e-6)
    assert found.pairs["expected"].sum() == pytest.approx(found.pairs["observed"].sum())
    less = gravity.of_municipality(gravity.residuals(found), "3101").head(10)
    assert Municipality.find("tønsberg").code in set(less["code"])  # across the fjord
