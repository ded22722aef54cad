"""Commuting matrices as the measures of labour-market areas read them: checked once, in the order of the codes, summed by area.

A matrix has a row for each zone of residence and a column for each zone of workplace. An assignment is a Series: zone code → area.
A flow that is missing is never 0: it is an error, or, where the caller says so, its zone is left out and named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Literal, NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.errors import DataError

Missing = Literal["refuse", "leave_out"]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]


def checked(flows: pd.DataFrame, missing: Missing = "refuse") -> pd.DataFrame:
    """The matrix with the same zones in rows and columns, in the order of their codes, every flow a number that is 0 or more.

    Parameters
    ----------
    flows : n × n, persons; index residence, columns workplace. The columns may stand in another order than the rows.
    missing : what to do with a zone of which the whole row or the whole column is NaN (2019: 5061 Rindal). ``refuse``: an error.
        ``leave_out``: the zone is taken out of rows and columns, and so out of the sums of those who commute to and from it. One flow that
        is missing between zones that have figures is always an error.

    Returns
    -------
    n × n frame of floats; ``attrs["left_out"]``: the codes that were left out.

    Raises
    ------
    DataError
        where the matrix is empty, not square, has other zones in rows than in columns or a zone twice, has a missing, negative or
        infinite flow (the first pair is named), or nobody in it.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import flowmatrix
    >>> flows = pd.DataFrame([[1, 9], [8, 2]], index=["b", "a"], columns=["a", "b"])
    >>> flowmatrix.checked(flows).to_dict("index")
    {'a': {'a': 8.0, 'b': 2.0}, 'b': {'a': 1.0, 'b': 9.0}}
    >>> flowmatrix.checked(-flows)
    Traceback (most recent call last):
        ...
    helpers.errors.DataError: Pendlingen fra a til a er negativ: -8.
    """
    trips = _numbers(flows)
    gone: tuple[str, ...] = ()
    if missing == "leave_out":
        empty = trips.isna().all(axis=0).to_numpy() | trips.isna().all(axis=1).to_numpy()
        gone = tuple(trips.index[empty])
        trips = trips.loc[~empty, ~empty]
    values = trips.to_numpy()
    if np.isnan(values).any():
        _missing(trips.index, np.isnan(values))
    _refuse(trips, values < 0, "er negativ")
    _refuse(trips, np.isinf(values), "er ikke et endelig tall")
    if not values.sum() > 0:
        raise DataError("Pendlingsmatrisen har ingen sysselsatte.")
    trips.attrs = {"left_out": gone}
    return trips


def _numbers(flows: pd.DataFrame) -> pd.DataFrame:
    """The matrix with text codes, sorted, as floats."""
    rows, columns = flows.shape
    if rows != columns:
        raise DataError(f"Pendlingsmatrisen er ikke kvadratisk: {rows} rader og {columns} kolonner.")
    if not rows:
        raise DataError("Pendlingsmatrisen er tom.")
    homes, works = [str(code) for code in flows.index], [str(code) for code in flows.columns]
    twice = sorted(code for codes in (homes, works) for code, times in Counter(codes).items() if times > 1)
    if twice:
        raise DataError(f"Sonen {twice[0]} står flere ganger i pendlingsmatrisen.")
    other = sorted(set(homes) ^ set(works))
    if other:
        raise DataError(f"Radene og kolonnene i pendlingsmatrisen er ikke de samme sonene: {', '.join(other[:5])}.")
    try:
        values = flows.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise DataError("Pendlingsmatrisen har verdier som ikke er tall.") from error
    order = sorted(homes)
    return pd.DataFrame(values, index=homes, columns=works).loc[order, order]


def _missing(codes: pd.Index[str], absent: Bools) -> NoReturn:
    home, work = np.argwhere(absent)[0]
    what = f"Pendlingen fra {codes[home]} til {codes[work]} mangler i matrisen ({int(absent.sum())} strømmer mangler i alt)."
    whole = [str(codes[int(at)]) for at in np.flatnonzero(absent.all(axis=0) | absent.all(axis=1))]
    if whole:
        what += f' Uten tall: {", ".join(whole[:5])}. De kan holdes utenfor med missing="leave_out".'
    raise DataError(what)


def _refuse(trips: pd.DataFrame, wrong: Bools, why: str) -> None:
    if wrong.any():
        home, work = np.argwhere(wrong)[0]
        value = f"{float(trips.to_numpy()[home, work]):g}"
        raise DataError(f"Pendlingen fra {trips.index[home]} til {trips.columns[work]} {why}: {value}.")


def groups(codes: pd.Index[str], assignment: pd.Series | None) -> tuple[Ints, list[str]]:
    """Which area each zone is in.

    Parameters
    ----------
    codes : the zones of a checked matrix. assignment : zone → area; None: each zone is its own area.

    Returns
    -------
    position of each zone's area in the sorted list of areas, and that list.

    Raises
    ------
    DataError
        where a zone has no area or two, or the assignment has a zone that the matrix has not.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import flowmatrix
    >>> of, labels = flowmatrix.groups(pd.Index(["a", "b", "c"]), pd.Series({"a": "west", "b": "east", "c": "west"}))
    >>> of.tolist(), labels
    ([1, 0, 1], ['east', 'west'])
    """
    if assignment is None:
        return np.arange(len(codes), dtype=np.intp), [str(code) for code in codes]
    given = series(assignment)
    lacking, unknown = sorted(set(codes) - set(given)), sorted(set(given) - set(codes))
    if lacking:
        raise DataError(f"Inndelingen mangler {len(lacking)} av sonene i matrisen: {', '.join(lacking[:5])}.")
    if unknown:
        raise DataError(f"Inndelingen har {len(unknown)} soner som ikke er i matrisen: {', '.join(unknown[:5])}.")
    labels = sorted(set(given.values()))
    place = {label: at for at, label in enumerate(labels)}
    return np.array([place[given[str(code)]] for code in codes], dtype=np.intp), labels


def series(assignment: pd.Series) -> dict[str, str]:
    """An assignment as a dict, checked: every zone once, and in an area.

    Raises
    ------
    DataError
        where a zone stands twice or has no area.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import flowmatrix
    >>> flowmatrix.series(pd.Series({3101: "south"}))
    {'3101': 'south'}
    """
    if not assignment.index.is_unique:
        twice = assignment.index[assignment.index.duplicated()][0]
        raise DataError(f"Sonen {twice} står flere ganger i inndelingen.")
    if assignment.isna().any():
        raise DataError(f"Sonen {assignment.index[assignment.isna()][0]} har ikke noe område i inndelingen.")
    return {str(code): str(area) for code, area in assignment.items()}


def labelled(trips: pd.DataFrame, of: Ints) -> pd.Series:
    """An assignment in which each area is called by its member with most jobs; of equals, the first code.

    Parameters
    ----------
    trips : a checked matrix. of : a number for each zone's area.

    Returns
    -------
    Series code → area, in the order of the matrix. ``attrs``: left_out, as of the matrix.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from helpers.measures import flowmatrix
    >>> trips = flowmatrix.checked(pd.DataFrame([[8, 2], [1, 9]], index=["a", "b"], columns=["a", "b"]))
    >>> flowmatrix.labelled(trips, np.array([0, 0])).to_dict()  # 9 work in a, 11 in b
    {'a': 'b', 'b': 'b'}
    """
    jobs = trips.to_numpy().sum(axis=0)
    labels = np.empty(len(of), dtype=object)
    for area in np.unique(of):
        members = np.flatnonzero(of == area)
        labels[members] = trips.index[members[jobs[members].argmax()]]
    found = pd.Series(labels, index=pd.Index(trips.index, name="code"), name="area", dtype="str")
    found.attrs = {"left_out": trips.attrs.get("left_out", ())}
    return found


def summed(values: Floats, of: Ints, areas: int) -> Floats:
    """The areas × areas matrix of flows between areas; adds up to the same total.

    Parameters
    ----------
    values : n × n. of : the position of each zone's area, as of `groups`. areas : how many there are.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import flowmatrix
    >>> flowmatrix.summed(np.array([[8.0, 2, 0], [1, 9, 0], [3, 0, 7]]), np.array([0, 0, 1]), 2).tolist()
    [[20.0, 0.0], [3.0, 7.0]]
    """
    member = np.zeros((len(of), areas))
    member[np.arange(len(of)), of] = 1
    result: Floats = member.T @ values @ member
    return result


def aggregated(flows: pd.DataFrame, assignment: pd.Series | None, missing: Missing = "refuse") -> pd.DataFrame:
    """Flows between areas: a square frame by area, persons. Errors as `checked` and `groups`.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import flowmatrix
    >>> flows = pd.DataFrame([[8, 2, 0], [1, 9, 0], [3, 0, 7]], index=["a", "b", "c"], columns=["a", "b", "c"])
    >>> flowmatrix.aggregated(flows, pd.Series({"a": "ab", "b": "ab", "c": "c"})).to_dict("index")
    {'ab': {'ab': 20.0, 'c': 0.0}, 'c': {'ab': 3.0, 'c': 7.0}}
    """
    trips = checked(flows, missing)
    of, labels = groups(trips.index, assignment)
    return pd.DataFrame(summed(trips.to_numpy(), of, len(labels)), index=labels, columns=labels)


def merged(flows: pd.DataFrame, zones: Collection[str], name: str) -> pd.DataFrame:
    """The matrix with some zones made into one.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers import commuting
    >>> flows = pd.DataFrame([[8, 2, 0], [1, 9, 0], [3, 0, 7]], index=["a", "b", "c"], columns=["a", "b", "c"])
    >>> commuting.merged(flows, ["a", "b"], "ab").loc["ab"].to_dict()
    {'ab': 20, 'c': 0}
    """
    renamed = dict.fromkeys(zones, name)
    by_home = flows.rename(index=renamed).groupby(level=0).sum()
    return by_home.T.rename(index=renamed).groupby(level=0).sum().T
