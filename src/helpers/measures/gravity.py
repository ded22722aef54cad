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
    frame by (home, work): km, observed, expected, unused (expected − observed, persons), ratio (observed/expected). Observed and expected have
    the same sum.
    """
    pairs = fitted.pairs
    return pairs.assign(unused=pairs["expected"] - pairs["observed"], ratio=pairs["observed"] / pairs["expected"])


def who_commutes_less(fitted: Fit, code: str, top: int = 10) -> pd.DataFrame:
    """The pairs of one municipality with most unused potential, both ways: fewer commute than size and distance lead one to expect.

    Returns
    -------
    frame with at most `top` rows, most unused first: direction (``out``: they would live in the municipality; ``in``: work there), code (the
    other one), km, observed, expected, unused (persons, above 0), ratio.

    Raises
    ------
    DataError
        where the municipality is in no pair.
    """
    pairs = residuals(fitted).reset_index()
    found = [
        pairs[pairs[own] == code].rename(columns={other: "code"}).assign(direction=way)
        for way, own, other in (("out", "home", "work"), ("in", "work", "home"))
    ]
    both = pd.concat(found, ignore_index=True)
    if both.empty:
        raise DataError(f"Kommune {code} er ikke med i modellen.")
    both = both[both["unused"] > 0].sort_values(["unused", "direction", "code"], ascending=[False, False, True])
    wanted = ["direction", "code", "km", "observed", "expected", "unused", "ratio"]
    return both[wanted].head(top).reset_index(drop=True)
