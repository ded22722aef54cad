"""What `notebooks/explore.ipynb` shows: choose a municipality from a list, see its figures, tables, map and measures, and make its report.

Each step is a widget that follows the choice, and tells the one line of code that does the same.

>>> from helpers import explore
>>> choice = explore.choose("halden")
>>> explore.figures(choice).code
'key_figures(Tables.load(), Municipality.find("3101"))'
>>> explore.grid(choice).code
'Municipality.find("3101").table("ssb_11618", labels=True)'
"""

from helpers.explore.choice import Choice as choose
from helpers.explore.drawing import Atlas as map
from helpers.explore.geo import mapped
from helpers.explore.keytable import Figures as figures
from helpers.explore.measuring import Measure as measure
from helpers.explore.reporting import Report as report
from helpers.explore.reporting import build
from helpers.explore.tablegrid import Grid as grid

__all__ = ["build", "choose", "figures", "grid", "map", "mapped", "measure", "report"]
