"""Which industries are found in the same places (Hidalgo et al. 2007), and how near a place is to those that it does not have.

Matrices are places × industries. Whether an industry is counted as its own neighbour is a convention: with the diagonal a density is
higher, and for one that the place does not have the diagonal says nothing. It is a parameter here, and is to be printed.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Diagonal = Literal[0, 1]
DIAGONAL: Diagonal = 0  # for what a place does not have


def advantages(jobs: npt.ArrayLike) -> Floats:
    """Location quotients of every place against all together (RCA): (e_ri / e_r) / (E_i / E); NaN for nothing by nothing.

    Parameters
    ----------
    jobs : […, places, industries]; leading axes are draws.

    Examples
    --------
    >>> from helpers.measures import relatedness
    >>> relatedness.advantages([[80, 20], [20, 80]]).tolist()
    [[1.6, 0.4], [0.4, 1.6]]
    """
    own = np.asarray(jobs, dtype=float)
    by_place, by_industry = own.sum(axis=-1, keepdims=True), own.sum(axis=-2, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = own * by_industry.sum(axis=-1, keepdims=True) / (by_place * by_industry)
    result: Floats = np.where(np.isfinite(found), found, np.nan)
    return result


def specialised(quotients: npt.ArrayLike, threshold: float = 1.0) -> Floats:
    """1 where a quotient is at least `threshold`, else 0; a place without jobs, and an industry without, has none.

    Examples
    --------
    >>> from helpers.measures import relatedness
    >>> relatedness.specialised([[1.6, 0.4], [1.0, float("nan")]]).tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    known: Floats = np.nan_to_num(np.asarray(quotients, dtype=float), nan=-np.inf)
    return (known >= threshold).astype(float)


def proximity(held: npt.ArrayLike, diagonal: Diagonal = DIAGONAL, weights: npt.ArrayLike | None = None) -> Floats:
    """φ_ij = C_ij / max(U_i, U_j): the smaller of the shares of places with the one that also have the other.

    Parameters
    ----------
    held : 0 or 1, […, places, industries] (`specialised`). diagonal : what stands between an industry and itself.
    weights : how often each place counts, […, places]; by default once.

    Returns
    -------
    […, industries, industries], 0–1, symmetric; 0 between industries that nobody has.

    Examples
    --------
    >>> from helpers.measures import relatedness
    >>> relatedness.proximity([[1, 1, 0], [1, 1, 0], [1, 0, 1]]).round(2).tolist()
    [[0.0, 0.67, 0.33], [0.67, 0.0, 0.0], [0.33, 0.0, 0.0]]
    """
    ones = np.asarray(held, dtype=float)
    counted = ones if weights is None else ones * np.asarray(weights, dtype=float)[..., None]
    together = np.swapaxes(counted, -1, -2) @ ones
    alone = np.diagonal(together, axis1=-2, axis2=-1)
    most = np.maximum(alone[..., :, None], alone[..., None, :])
    found: Floats = np.divide(together, most, out=np.zeros_like(together), where=most > 0)
    at = np.arange(found.shape[-1])
    found[..., at, at] = diagonal
    return found


def density(held: npt.ArrayLike, near: npt.ArrayLike) -> Floats:
    """ω_ri = Σ_j M_rj φ_ij / Σ_j φ_ij, 0–1: how much of an industry's neighbourhood the place has. NaN for one without neighbours.

    Parameters
    ----------
    held : […, places, industries]. near : `proximity`, whose diagonal decides the convention.

    Examples
    --------
    >>> from helpers.measures import relatedness
    >>> held = [[1, 1, 0], [1, 1, 0], [1, 0, 1]]
    >>> relatedness.density(held, relatedness.proximity(held)).round(2).tolist()
    [[0.67, 1.0, 1.0], [0.67, 1.0, 1.0], [0.33, 1.0, 1.0]]
    """
    close = np.asarray(near, dtype=float)
    total = close.sum(axis=-2)[..., None, :]
    had = np.asarray(held, dtype=float) @ close
    found: Floats = np.divide(had, total, out=np.full(had.shape, np.nan), where=np.broadcast_to(total, had.shape) > 0)
    return found
