"""The workbook's address on NAV's page: which link is taken, and what is said where none can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.sources import navpage

PAGE = "https://www.nav.no/no/nav-og-samfunn/statistikk/arbeidssokere-og-stillinger-statistikk/helt-ledige"
UUID = "0e1d2c3b-4a59-4867-9574-8392a1b0c0de"
HL = f"/_/attachment/inline/{UUID}:a1b2c3/HL060_Helt_ledige_kommune_2022-10.xlsx"


def link(href, text="Last ned"):
    return f'<p><a class="x" href="{href}"><span>{text}</span></a></p>'


def find(*links, page=PAGE, report="HL060", head=""):
    html = f'<!doctype html><html><head><meta charset="utf-8">{head}</head><body>{"".join(links)}</body></html>'
    return navpage.find_workbook(html.encode("utf-8"), page, report)


def attachment(name, number=0, way="inline"):
    return f"/_/attachment/{way}/{number:08d}-4a59-4867-9574-8392a1b0c0de:{number:x}f/{name}"


def message(*links, **how):
    with pytest.raises(DataError) as caught:
        find(*links, **how)
    text = str(caught.value)
    assert "\n" not in text and how.get("page", PAGE) in text and text.endswith(".")
    return text


@pytest.mark.parametrize(
    ("href", "text"),
    [
        (HL, "Last ned"),
        (HL.replace("inline", "download"), "Last ned"),
        (f"https://www.nav.no{HL}", "Last ned"),
        (f"https://WWW.NAV.NO{HL}", "Last ned"),
        (f"//www.nav.no{HL}", "Last ned"),
        (f"../..{HL}".replace("../..", "/no/side"), "Last ned"),
        (HL.replace("HL060", "hl060"), "Last ned"),
        (HL.replace("HL060_Helt", "Helt"), "HL060 Helt ledige (xlsx)"),
        (HL.replace(".xlsx", ".XLSX"), "Last ned"),
    ],
)
def test_the_link_of_the_report_is_found(href, text):
    found = find(link("/nb/hl060.xlsx"), link(HL.replace("HL060", "HL010"), "Annet"), link(href, text))
    assert found.startswith("https://") and found.partition("/_/")[2] == href.partition("/_/")[2]


def test_relative_addresses_entities_and_special_characters():
    name = "HL060 Helt ledige &amp; kommune %C3%B8st 2022.xlsx"
    assert find(link(f"  {attachment('X')[:-1]}{name}?download=true&amp;v=1#top ")) == (
        "https://www.nav.no/_/attachment/inline/00000000-4a59-4867-9574-8392a1b0c0de:0f/"
        "HL060%20Helt%20ledige%20&%20kommune%20%C3%B8st%202022.xlsx?download=true&v=1"
    )
    encoded = HL.replace(":", "%3A").replace("HL060", "HL%30%36%30")
    assert find(link(encoded)) == f"https://www.nav.no{encoded}"
    assert find(link(f"_/attachment/inline/{UUID}:a/HL060_åpen.xlsx")) == (
        f"{PAGE.rpartition('/')[0]}/_/attachment/inline/{UUID}:a/HL060_%C3%A5pen.xlsx"
    )
    assert find(link(HL[1:]), head='<base href="/annen/side">') == f"https://www.nav.no/annen{HL}"
    assert find(link(HL), head='<base href="http://[x">') == f"https://www.nav.no{HL}"


def test_other_links_are_no_workbooks():
    others = [
        HL.replace(".xlsx", ".pdf"), HL + "/side", HL.replace("attachment", "image"), HL.replace(":a1b2c3", ""), "http://[",
        "mailto:HL060.xlsx", "javascript:void('/_/attachment/inline/a:b/HL060.xlsx')", f"ftp://www.nav.no{HL}", f"file://{HL}", "",
    ]  # fmt: skip
    assert "arbeidsbøkene der er: ingen" in message(*map(link, others), "<a>HL060.xlsx</a>")
    assert find(*map(link, others), link(HL)) == f"https://www.nav.no{HL}"


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("HL060_2022-09", "HL060_2022-10"),
        ("HL060_2022-12", "HL060_2023-01"),
        ("HL060-202209", "HL060-202210"),
        ("HL060_2022M09", "HL060_2022M10"),
        ("HL060 september 2022", "HL060 Oktober 2022"),
        ("HL060 oktober 2022", "HL060 januar 2023"),
        ("HL060_sep_2022", "HL060_okt_2022"),
        ("HL060_09.2022", "HL060_10.2022"),
        ("HL060 Januar - september 2022", "HL060 Januar - oktober 2022"),
        ("HL060 2022 september", "HL060 2022 oktober"),
    ],
)
def test_the_newest_month_wins_in_any_order_in_name_and_in_text(older, newer):
    names = [attachment(f"{older}.xlsx", 1), attachment(f"{newer}.xlsx", 2)]
    texts = [link(attachment("fil.xlsx", 1), older), link(attachment("fil.xlsx", 2), newer)]
    for links in ([*map(link, names)], [*map(link, names[::-1])], texts, texts[::-1]):
        assert "00000002-" in find(*links)


def test_the_name_counts_before_the_text():
    first = link(attachment("HL060_2022-10.xlsx", 1), "HL060, rettet januar 2023")
    assert "00000002-" in find(first, link(attachment("HL060_2022-12.xlsx", 2), "HL060"))


def test_two_links_to_one_file_are_one():
    twice = [HL, f"https://www.nav.no{HL}", HL.replace("inline", "download")]
    assert find(*map(link, twice)) == f"https://www.nav.no{HL}"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("HL060_a.xlsx", "HL060_b.xlsx"),
        ("HL060_2022-10.xlsx", "HL060_b.xlsx"),
        ("HL060_2022-10.xlsx", "HL060_okt_2022.xlsx"),
        ("HL060_samai2022.xlsx", "HL060_okt2022.xlsx"),
        ("HL060_2022_maiskolbe.xlsx", "HL060_2022-10.xlsx"),
        ("HL060_marked_2022.xlsx", "HL060_desken2023.xlsx"),
    ],
)
def test_workbooks_that_cannot_be_told_apart_are_listed(first, second):
    text = message(link(attachment(first, 1)), link(attachment(second, 2)))
    assert "flere arbeidsbøker for HL060" in text and f"{first}, {second}" in text


def test_a_page_without_the_workbook_names_those_it_links():
    text = message(
        link(attachment("HL010_land.xlsx")), link(attachment("HL0601.xlsx")), link(attachment("XHL060.xlsx"), "HL06")
    )
    assert (
        "lenker ikke lenger til en arbeidsbok for HL060; arbeidsbøkene der er: HL010_land.xlsx, HL0601.xlsx, XHL060.xlsx."
        in text
    )
    many = message(*(link(attachment(f"A{n}.xlsx", n)) for n in range(20)))
    assert "A7.xlsx" in many and "A8.xlsx" not in many


@pytest.mark.parametrize(
    "host", ["https://nav.example", "//cdn.nav.no", "https://www.nav.no.example", "https://www.nav.no@nav.example", "http://www.nav.no:8080"]
)  # fmt: skip
def test_another_host_is_refused_even_beside_a_good_link(host):
    for links in ([link(host + HL)], [link(HL), link(host + HL)]):
        text = message(*links)
        assert "på et annet nettsted, " in text and host.split("//")[1] in text


def test_a_server_on_this_machine_is_a_host_too():
    page = "http://127.0.0.1:8123/no/helt-ledige"
    assert find(link(HL), page=page) == f"http://127.0.0.1:8123{HL}"
    assert "annet nettsted" in message(link(f"http://127.0.0.1:9999{HL}"), page=page)


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_give_an_address_or_a_message(noise, with_link):
    html = noise + (link(HL).encode() if with_link else b"")
    try:
        assert navpage.find_workbook(html, PAGE, "HL060") == f"https://www.nav.no{HL}"
    except DataError as error:
        assert PAGE in str(error)


@pytest.mark.parametrize(
    "html", [b"", b"<![foo[", b"<![ foo>", b"<![if", b"<!DOCTYPE [<!", b"\xff\xfe<a href=x>", b"PK\x03\x04"]
)
def test_what_is_no_page_has_a_message(html):
    with pytest.raises(DataError, match="helt-ledige"):
        navpage.find_workbook(html, PAGE, "HL060")
