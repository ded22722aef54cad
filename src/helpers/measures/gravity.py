"""How much commuting size and distance lead one to expect, and where there is less of it: labour markets that are not used.

Poisson pseudo-maximum-likelihood (Santos Silva & Tenreyro 2006): E[T_ij] = exp(a + b·ln R_i + c·ln W_j + d·distance_ij). Zeros are observations;
those who work where they live are not. Distance is in a straight line between one point in each municipality in whole kilometres: a fjord
or a mountain is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.measures.flowmatrix import Bools, Floats, Missing, checked

Form = Literal["km", "ln_km"]
WITHIN = 95  # of 100 pairs
WINDOW = 501  # pairs of which about as much is expected
STEPS = 100
PRECISION = 1e-12  # relative change of the deviance at which the fit stands still


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Parameters
    ----------
    coefficients : frame by constant, ln_employed, ln_jobs and km or ln_km: estimate, error (robust standard error, White's HC0).
    pairs : frame by (home, work): km, observed, expected (persons).
    n : pairs that are fitted. deviance, null_deviance : of the model and of the mean alone.
    left_out : codes without a row, a point, residents or jobs, where the caller let them be left out.
    """

    coefficients: pd.DataFrame
    pairs: pd.DataFrame
    n: int
    deviance: float
    null_deviance: float
    left_out: tuple[str, ...]

    @property
    def explained(self) -> float:
        """Share of 1 of the deviance that the model explains; NaN where all flows are equal."""
        return 1 - self.deviance / self.null_deviance if self.null_deviance > 0 else float("nan")


def fit(flows: pd.DataFrame, points: pd.DataFrame, form: Form = "km", missing: Missing = "refuse") -> Fit:
    """Fit flows between different zones on employed residents, jobs and distance.

    Parameters
    ----------
    flows : n × n, persons, index residence, columns workplace; R and W are its sums, of those who work where they live too.
    points : frame by code with east_m and north_m (metres), as `places.points` gives. form : distance as km or as its logarithm.
    missing : ``refuse``: a zone without figures, point, residents or jobs is an error. ``leave_out``: it is in no pair.

    Raises
    ------
    DataError
        as `flowmatrix.checked`; where a zone has no point, no residents or no jobs; where two have one point and `form` is ``ln_km``; where
        the zones are too few or too alike for the coefficients to be told apart.

    Examples
    --------
    >>> from helpers import Municipality, Tables, commuting, places
    >>> from helpers.measures import gravity
    >>> near = list(Municipality.find("halden").county.regions)
    >>> fitted = gravity.fit(commuting.matrix(Tables.load(), 2022).loc[near, near], places.points(), "ln_km")
    >>> fitted.n, fitted.coefficients["estimate"].round(2).to_dict(), round(fitted.explained, 2)
    (132, {'constant': -4.63, 'ln_employed': 0.79, 'ln_jobs': 0.91, 'ln_km': -1.61}, 0.92)
    """
    trips = checked(flows, missing)
    homes, works = trips.to_numpy().sum(axis=1), trips.to_numpy().sum(axis=0)
    at = _points(trips.index, points)
    needs = {
        "har ikke noe punkt": np.isfinite(at).all(axis=1),
        "har ingen sysselsatte bosatte": homes > 0,
        "har ingen arbeidsplasser": works > 0,
    }
    usable = _usable(trips.index, needs, missing)
    home, work = np.nonzero(np.outer(usable, usable) & ~np.eye(len(trips), dtype=bool))
    km = np.hypot(*(at[home] - at[work]).T) / 1000
    if form == "ln_km" and (km == 0).any():
        first, second = (trips.index[int(each[km == 0][0])] for each in (home, work))
        raise DataError(f"{first} og {second} har samme punkt: avstanden er 0 og har ingen logaritme.")
    columns = [np.ones(len(km)), np.log(homes[home]), np.log(works[work]), np.log(km) if form == "ln_km" else km]
    observed = trips.to_numpy()[home, work]
    estimate, error, expected = poisson(np.column_stack(columns), observed)
    coefficients = {"estimate": estimate, "error": error}
    return Fit(
        coefficients=pd.DataFrame(coefficients, index=["constant", "ln_employed", "ln_jobs", form]),
        pairs=pd.DataFrame(
            {"km": km, "observed": observed, "expected": expected},
            index=pd.MultiIndex.from_arrays([trips.index[home], trips.index[work]], names=["home", "work"]),
        ),
        n=len(observed),
        deviance=_deviance(observed, expected),
        null_deviance=_deviance(observed, np.full(len(observed), observed.mean())),
        left_out=(*trips.attrs["left_out"], *(str(code) for code in trips.index[~usable])),
    )


def _points(codes: pd.Index, points: pd.DataFrame) -> Floats:
    """East and north of each zone in metres, NaN where it has no point."""
    held = points[["east_m", "north_m"]].set_axis([str(code) for code in points.index])
    return held[~held.index.duplicated()].reindex(codes).to_numpy(dtype=float)


def _usable(codes: pd.Index, needs: dict[str, Bools], missing: Missing) -> Bools:
    """Which zones have what is needed."""
    if missing == "refuse":
        for what, held in needs.items():
            if not held.all():
                lacking = ", ".join(codes[~held][:5])
                raise DataError(f'{lacking} {what}. Slike kan holdes utenfor med missing="leave_out".')
    result: Bools = np.all(list(needs.values()), axis=0)
    return result


def poisson(features: Floats, observed: Floats) -> tuple[Floats, Floats, Floats]:
    """Coefficients, robust standard errors (HC0) and expected values of E[y] = exp(X·b), by iteratively reweighted least squares.

    Parameters
    ----------
    features : n × k with a column of ones. observed : n, 0 or more.

    Raises
    ------
    DataError
        where the columns cannot be told apart, nothing is observed, or the fit does not come to rest.

    Returns
    -------
    estimate, error (k each), expected (n).

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import gravity
    >>> features = np.array([[1, 0], [1, 0], [1, 1], [1, 1]], dtype=float)  # a constant, and whether it is the second kind
    >>> estimate, error, expected = gravity.poisson(features, np.array([1.0, 3, 4, 12]))
    >>> np.exp(estimate).round(3).tolist(), expected.round(3).tolist()  # means of 2 and of 8, which is 4 times as much
    ([2.0, 4.0], [2.0, 2.0, 8.0, 8.0])
    """
    if not observed.size or not observed.sum() > 0:
        raise DataError("Ingen pendler mellom sonene: modellen kan ikke tilpasses.")
    scale = np.abs(features).max(axis=0)
    scaled = features / np.where(scale > 0, scale, 1)
    if len(scaled) <= scaled.shape[1] or np.linalg.matrix_rank(scaled) < scaled.shape[1]:
        raise DataError("Sonene er for få eller for like til at virkningen av størrelse og avstand kan skilles.")
    expected = (observed + observed.mean()) / 2
    estimate, deviance = np.zeros(scaled.shape[1]), np.inf
    for _ in range(STEPS):
        target = np.log(expected) + observed / expected - 1
        root = np.sqrt(expected)
        wanted = np.linalg.lstsq(scaled * root[:, None], target * root, rcond=None)[0]
        before, (estimate, expected, deviance) = deviance, _step(scaled, observed, estimate, wanted, deviance)
        if abs(before - deviance) <= PRECISION * (abs(deviance) + 1e-3):
            break
    else:
        raise DataError(f"Modellen falt ikke til ro på {STEPS} steg.")
    bread = np.linalg.pinv(scaled.T @ (scaled * expected[:, None]))
    filling = scaled * (observed - expected)[:, None]
    spread = bread @ (filling.T @ filling) @ bread
    return estimate / scale, np.sqrt(spread.diagonal()) / scale, expected


def _step(
    features: Floats, observed: Floats, old: Floats, new: Floats, deviance: float
) -> tuple[Floats, Floats, float]:
    """The new coefficients, or a shorter step towards them where the deviance would grow."""
    for halving in range(30):
        tried = old + (new - old) / 2**halving
        expected = np.exp(np.clip(features @ tried, -600, 600))
        found = _deviance(observed, expected)
        if found <= deviance * (1 + 1e-9) or not np.isfinite(deviance):
            return tried, expected, found
    return old, np.exp(features @ old), deviance


def _deviance(observed: Floats, expected: Floats) -> float:
    ratio = np.divide(observed, expected, out=np.ones(len(observed)), where=observed > 0)
    return float(2 * (observed * np.log(ratio) - (observed - expected)).sum())


def residuals(fitted: Fit) -> pd.DataFrame:
    """Each pair against what was expected.

    Returns
    -------
    frame by (home, work): km, observed, expected, difference (observed − expected, persons), ratio (observed/expected). Observed and expected have
    the same sum.

    Examples
    --------
    >>> from helpers import Municipality, Tables, commuting, places
    >>> from helpers.measures import gravity
    >>> near = list(Municipality.find("halden").county.regions)
    >>> fitted = gravity.fit(commuting.matrix(Tables.load(), 2022).loc[near, near], places.points(), "ln_km")
    >>> gravity.residuals(fitted).loc[("3101", "3105")].round(1).to_dict()
    {'km': 28.6, 'observed': 1454.0, 'expected': 817.0, 'difference': 637.0, 'ratio': 1.8}
    """
    pairs = fitted.pairs
    return pairs.assign(difference=pairs["observed"] - pairs["expected"], ratio=pairs["observed"] / pairs["expected"])


def dispersion(fitted: Fit) -> float:
    """Pearson's X² over its degrees of freedom: 1 where the flows vary about the model as by chance (Poisson), more where they vary more.

    Examples
    --------
    >>> from helpers import Municipality, Tables, commuting, places
    >>> from helpers.measures import gravity
    >>> near = list(Municipality.find("halden").county.regions)
    >>> fitted = gravity.fit(commuting.matrix(Tables.load(), 2022).loc[near, near], places.points(), "ln_km")
    >>> round(gravity.dispersion(fitted), 1)
    77.9
    """
    pairs = fitted.pairs
    squared = float(((pairs["observed"] - pairs["expected"]) ** 2 / pairs["expected"]).sum())
    return squared / (fitted.n - len(fitted.coefficients))


def spread(fitted: Fit, window: int = WINDOW) -> pd.DataFrame:
    """The residuals, and which of them are unusual among pairs of which about as much is expected.

    Flows vary far more than a Poisson variable, and not alike in small and large ones; so the yardstick is what the pairs next to each in the order of
    their expected flow have: 95 of 100 of them are between `low` and `high`. The pairs at both ends share the last whole window.

    Parameters
    ----------
    window : how many pairs, odd, the pair itself in the middle; all where there are fewer.

    Returns
    -------
    frame as `residuals`, with low, high (of the ratio) and unusual: −1 below low, 1 above high, else 0.

    Examples
    --------
    >>> from helpers import Municipality, Tables, commuting, places
    >>> from helpers.measures import gravity
    >>> near = list(Municipality.find("halden").county.regions)
    >>> fitted = gravity.fit(commuting.matrix(Tables.load(), 2022).loc[near, near], places.points(), "ln_km")
    >>> found = gravity.spread(fitted)
    >>> len(found), found.loc[[("3101", "3124")], ["ratio", "low", "high", "unusual"]].round(2).values.tolist()
    (132, [[1.79, 0.0, 3.83, 0.0]])
    """
    pairs = residuals(fitted)
    order = np.lexsort((pairs["ratio"].to_numpy(), pairs["expected"].to_numpy()))
    beside = pairs["ratio"].iloc[order].rolling(min(window, len(pairs)), center=True)
    for name, quantile in (("low", (100 - WITHIN) / 200), ("high", (100 + WITHIN) / 200)):
        pairs[name] = beside.quantile(quantile).bfill().ffill()
    found = (pairs["ratio"] > pairs["high"]).astype(int) - (pairs["ratio"] < pairs["low"]).astype(int)
    return pairs.assign(unusual=found)


def of_municipality(pairs: pd.DataFrame, code: str) -> pd.DataFrame:
    """The pairs of one municipality, both ways, from the one farthest below what is expected, in persons, to the one farthest above.

    Parameters
    ----------
    pairs : of `residuals` or `spread`.

    Returns
    -------
    frame: direction (``out``: they live in the municipality; ``in``: they work there), code (the other one), and the columns of `pairs`.

    Raises
    ------
    DataError
        where the municipality is in no pair.

    Examples
    --------
    >>> from helpers import Municipality, Tables, commuting, places
    >>> from helpers.measures import gravity
    >>> near = list(Municipality.find("halden").county.regions)
    >>> fitted = gravity.fit(commuting.matrix(Tables.load(), 2022).loc[near, near], places.points(), "ln_km")
    >>> found = gravity.of_municipality(gravity.residuals(fitted), "3101")
    >>> found[["direction", "code", "observed", "difference"]].round().head(2).values.tolist()
    [['in', '3110', 29.0, -57.0], ['out', '3110', 4.0, -45.0]]
    """
    found = []
    for way, own in (("out", "home"), ("in", "work")):
        here = pairs[_at(pairs.index, own, code)].droplevel(own).rename_axis("code").reset_index()
        found.append(here.assign(direction=way))
    both: pd.DataFrame = pd.concat(found, ignore_index=True)
    if both.empty:
        raise DataError(f"Kommune {code} er ikke med i modellen.")
    both = both.sort_values(["difference", "direction", "code"], kind="stable", ignore_index=True)
    return both[["direction", "code", *pairs.columns]]


def _at(index: pd.Index, level: str, code: str) -> Bools:
    """Where a level of the index is the code, by its numbers: a comparison of all the words takes as long as the rest of a section."""
    assert isinstance(index, pd.MultiIndex)
    number = index.names.index(level)
    found: Bools = index.codes[number] == (index.levels[number].get_loc(code) if code in index.levels[number] else -2)
    return found
