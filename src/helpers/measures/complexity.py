"""Economic complexity (ECI, PCI; Hidalgo and Hausmann 2009), and the refusal to reckon it where the classes are too coarse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from helpers.errors import DataError

Floats = npt.NDArray[np.float64]
CLASSES = 60  # SN2007 has 88 divisions (two digits); the 16 groups of table 07984 are far from that
PLACES = 30  # fewer make eigenvectors that a single place turns round


@dataclass(frozen=True)
class Complexity:
    """Indices of places and of industries.

    Parameters
    ----------
    eci, pci : z-scores (population standard deviation), the sign such that ECI rises with the number of industries held; NaN for those without any.
    gap : second eigenvalue less the third, 0–1: near 0, the order is arbitrary.
    """

    eci: Floats
    pci: Floats
    gap: float


class TooCoarse(DataError):
    """The classes are too coarse, or the places too few, for an index of complexity."""

    def __init__(self, classes: int, places: int, least_classes: int, least_places: int) -> None:
        self.classes, self.places, self.least_classes, self.least_places = classes, places, least_classes, least_places
        super().__init__(
            f"Kompleksitet regnes ikke ut: {classes} næringer og {places} steder, og det trengs minst "
            f"{least_classes} og {least_places}."
        )

    def __reduce__(self) -> tuple[type[TooCoarse], tuple[int, int, int, int]]:
        return (type(self), (self.classes, self.places, self.least_classes, self.least_places))


def check(places: int, classes: int, least_classes: int = CLASSES, least_places: int = PLACES) -> None:
    """Refuse what is too coarse.

    Raises
    ------
    TooCoarse
        with what there is and what is needed.

    Examples
    --------
    >>> from helpers.measures import complexity
    >>> complexity.check(places=17, classes=17)  # the municipalities and the industries of table 07984 that come with the project
    Traceback (most recent call last):
        ...
    helpers.measures.complexity.TooCoarse: Kompleksitet regnes ikke ut: 17 næringer og 17 steder, og det trengs minst 60 og 30.
    """
    if classes < least_classes or places < least_places:
        raise TooCoarse(classes, places, least_classes, least_places)


def complexity(held: npt.ArrayLike, least_classes: int = CLASSES, least_places: int = PLACES) -> Complexity:
    """Second eigenvectors of D⁻¹MU⁻¹Mᵀ and of U⁻¹MᵀD⁻¹M.

    Parameters
    ----------
    held : M, 0 or 1, places × industries (`relatedness.specialised`). Rows and columns of zeros are left out.

    Raises
    ------
    TooCoarse
        where there are fewer industries or places than the least; pass lower limits only to check the arithmetic.

    Examples
    --------
    >>> from helpers.measures import complexity
    >>> found = complexity.complexity([[1, 1, 1], [1, 1, 0], [1, 0, 0]], least_classes=3, least_places=3)
    >>> (found.eci.round(2) + 0).tolist(), (found.pci.round(2) + 0).tolist()
    ([1.22, 0.0, -1.22], [-1.22, 0.0, 1.22])
    """
    every = np.asarray(held, dtype=float)
    check(len(every), every.shape[1], least_classes, least_places)
    rows, columns = every.sum(axis=1) > 0, every.sum(axis=0) > 0
    ones = every[np.ix_(rows, columns)]
    diversity, ubiquity = ones.sum(axis=1), ones.sum(axis=0)
    eci, pci = np.full(len(rows), np.nan), np.full(len(columns), np.nan)
    if min(ones.shape) < 2:
        return Complexity(eci, pci, float("nan"))
    # D^-1/2 M U^-1/2 has the roots of the same eigenvalues, and is numerically kinder than the two products
    left, singular, right = np.linalg.svd(ones / np.sqrt(np.outer(diversity, ubiquity)), full_matrices=False)
    values = np.append(np.square(singular), 0.0)
    places, industries = left[:, 1] / np.sqrt(diversity), right[1] / np.sqrt(ubiquity)
    sign = -1.0 if float((places - places.mean()) @ (diversity - diversity.mean())) < 0 else 1.0
    eci[rows], pci[columns] = _standardised(sign * places), _standardised(sign * industries)
    return Complexity(eci, pci, float(values[1] - values[2]))


def _standardised(values: Floats) -> Floats:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.full_like(values, np.nan)
