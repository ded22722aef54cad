"""The table of colours in docs/visual stays true: contrast, colour blindness, grey; and one set of tokens everywhere."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from helpers.charts import style
from helpers.charts.part import _style_css

SCHEMES = {"light": style.LIGHT, "dark": style.DARK, "print": style.PRINT}
# Machado, Oliveira and Fernandes 2009, severity 1.0, applied to linear RGB.
BLINDNESS = {
    "prot": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deut": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "trit": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
SIGHTS = ("normal", "prot", "deut", "trit")
DISTANCES = {
    ("light", "muni", "out"): (95, 78, 91, 86),
    ("dark", "muni", "out"): (94, 79, 84, 96),
    ("light", "muni", "county"): (24, 20, 25, 20),
    ("dark", "muni", "county"): (23, 17, 21, 31),
    ("light", "muni", "country"): (33, 28, 35, 29),
    ("dark", "muni", "country"): (31, 29, 29, 37),
    ("light", "county", "country"): (22, 22, 22, 22),
    ("dark", "county", "country"): (22, 22, 22, 22),
    ("light", "out", "country"): (69, 58, 62, 64),
    ("dark", "out", "country"): (69, 58, 62, 64),
}
LIGHTNESS = {
    "light": {"muni": 35, "out": 57, "county": 36, "country": 58},
    "dark": {"muni": 80, "out": 57, "county": 79, "country": 58},
}
RATIOS = {  # against the page / against the surface
    "light": {"ink": (16.6, 15.1), "muted": (6.8, 6.2), "muni": (7.8, 7.1), "out": (3.5, 3.2), "out-text": (6.2, 5.6),
              "county": (7.6, 6.9), "country": (3.4, 3.1)},
    "dark": {"ink": (14.9, 13.4), "muted": (8.4, 7.5), "muni": (10.6, 9.5), "out": (5.1, 4.6), "out-text": (8.7, 7.9),
             "county": (10.3, 9.2), "country": (5.2, 4.7)},
}  # fmt: skip


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )
    xyz = to_xyz @ np.clip(rgb, 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, sight: str) -> float:
    seen = np.array(BLINDNESS[sight]) if sight in BLINDNESS else np.eye(3)
    return float(np.linalg.norm(lab(seen @ linear(one)) - lab(seen @ linear(other))))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["bg", "surface"])
def test_text_and_marks_have_contrast(scheme: str, ground: str) -> None:
    colours = SCHEMES[scheme]
    for token in ("ink", "muted", "muni", "out-text"):
        assert contrast(colours[token], colours[ground]) >= 4.5, token
    for token in ("muni", "out", "county", "country"):
        assert contrast(colours[token], colours[ground]) >= 3.0, token
    assert contrast(colours["hatch"], colours["bg"]) >= 3.0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrasts_are_those_of_the_table(scheme: str) -> None:
    colours = SCHEMES[scheme]
    for token, (page, surface) in RATIOS[scheme].items():
        assert contrast(colours[token], colours["bg"]) == pytest.approx(page, abs=0.06), token
        assert contrast(colours[token], colours["surface"]) == pytest.approx(surface, abs=0.06), token


def test_text_on_the_badge_has_contrast() -> None:
    assert contrast(style.LIGHT["muni"], style.LIGHT["muni-soft"]) == pytest.approx(6.1, abs=0.06)
    assert contrast(style.DARK["muni"], style.DARK["muni-soft"]) == pytest.approx(7.2, abs=0.06)


@pytest.mark.parametrize(("scheme", "one", "other"), DISTANCES)
def test_colours_are_told_apart_by_every_eye(scheme: str, one: str, other: str) -> None:
    colours = SCHEMES[scheme]
    found = [distance(colours[one], colours[other], sight) for sight in SIGHTS]
    assert found == pytest.approx(DISTANCES[scheme, one, other], abs=1.0)
    assert min(found) > 15


@pytest.mark.parametrize("scheme", LIGHTNESS)
def test_lightness_is_that_of_the_table(scheme: str) -> None:
    found = {token: lab(linear(SCHEMES[scheme][token]))[0] for token in LIGHTNESS[scheme]}
    assert found == pytest.approx(LIGHTNESS[scheme], abs=0.6)


def test_what_is_alike_in_grey_differs_in_stroke() -> None:
    muni, county, country = (style.SERIES[kind] for kind in ("muni", "county", "country"))
    assert (muni[1], county[1], country[1]) == (2.6, 1.5, 1.5)
    assert muni[4] and not county[4] and not country[4]  # bold label
    assert country[2] == (4.0, 3.0) and county[2] == ()


def test_the_stylesheet_has_the_same_colours() -> None:
    blocks = re.findall(r":root\s*\{(.*?)\}", _style_css(), re.DOTALL)
    found = [dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block)) for block in blocks]
    assert found == [dict(style.LIGHT), dict(style.DARK), dict(style.PRINT)]


def test_every_colour_of_a_chart_has_one_meaning() -> None:
    assert len(style.TOKEN_OF_HEX) == len(style.LIGHT) == len(style.DARK)


@pytest.mark.parametrize(
    ("name", "value"),
    [("svg.fonttype", "none"), ("svg.hashsalt", "kommunerapport"), ("font.family", "DejaVu Sans"), ("font.size", 9.75),
     ("lines.linewidth", 1.95), ("axes.edgecolor", "#4f555b"), ("grid.color", "#e6e5e1"), ("xtick.major.pad", 5),
     ("hatch.linewidth", 1.1), ("patch.linewidth", 0), ("axes.spines.left", False), ("legend.frameon", False)],
)  # fmt: skip
def test_settings_are_those_of_the_visual_language(name: str, value: object) -> None:
    assert style.RC[name] == value


def test_matplotlib_knows_every_setting() -> None:
    import matplotlib as mpl

    with mpl.rc_context(dict(style.RC)):
        assert mpl.rcParams["font.size"] == 9.75


def test_text_is_measured_in_px() -> None:
    assert style.text_width("") == 0
    assert style.text_width("Halden", bold=True) > style.text_width("Halden") > 30
    assert math.isclose(style.text_width("mm"), 2 * style.text_width("m"), rel_tol=0.05)


def test_long_text_is_broken_and_a_long_word_cut() -> None:
    lines = style.wrapped("Guovdageaidnu – Kautokeino 98,0", 110)
    assert "".join(lines).replace(" ", "") == "Guovdageaidnu–Kautokeino98,0"
    assert all(style.text_width(line) <= 110 for line in lines)
    (cut,) = style.wrapped("Kommunesammenslåingskomiteen", 60)
    assert cut.endswith("…") and style.text_width(cut) <= 60
