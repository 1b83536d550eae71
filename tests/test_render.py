"""Pages: at most so many bytes, cut at a line, never inside a number or a name; nothing lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import render
from handlers.answer import Choice

MORE = render.MORE


def pages(text: str, limit: int = render.PAGE) -> list[str]:
    shown, rest = render.page(text, limit)
    return [shown] + (pages(rest, limit) if rest else [])


def joined(text: str, limit: int = render.PAGE) -> str:
    return "".join(page.removesuffix(MORE) for page in pages(text, limit))


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_what_fits_is_one_page():
    assert render.page("5月15日截止。") == ("5月15日截止。", "")


def test_exactly_the_limit_fits_and_a_byte_more_does_not():
    assert render.page("a" * render.PAGE)[1] == ""
    assert render.page("a" * (render.PAGE + 1))[1] != ""


def test_a_page_ends_at_a_line():
    text = "\n".join(f"{number}. 附件{number}的要求" for number in range(300))
    assert all(re.fullmatch(r"(\d+\. 附件\d+的要求\n?)+", page.removesuffix(MORE)) for page in pages(text))


def test_one_long_line_ends_at_a_sentence():
    text = "".join(f"第{number}项须盖公章。" for number in range(300))
    assert all(page.removesuffix(MORE).endswith("。") for page in pages(text))


def test_a_list_of_names_is_cut_between_names():
    names = ["欧阳" + chr(0x4E00 + number) for number in range(900)]
    for page in pages(",".join(names)):
        assert set(page.removesuffix(MORE).strip(",").split(",")) <= set(names)


def test_a_number_is_never_cut():
    text = "甲乙" * 295 + "010-84885418" + "甲" * 590 + "5月15日" + "乙" * 600
    assert sum("010-84885418" in page for page in pages(text)) == 1


@pytest.mark.parametrize("text", ["9" * 5000, "a" * 5000, "申" * 5000, "😀" * 1000, ("1234567890" * 30 + "申") * 40])
def test_what_has_no_break_is_cut_all_the_same(text):
    assert joined(text) == text and all(len(page.encode()) <= render.PAGE for page in pages(text))


def test_choices_can_be_tapped_and_still_be_typed():
    choices = (Choice("小组", "小组名额 怎么算？"), Choice("班组<b>", 'a&b#c%d"e'))
    shown = render.tappable("哪一种？\n1. 小组\n2. 班组<b>\n回复数字即可。", choices)
    assert '\n1. <a href="weixin://bizmsgmenu?msgmenucontent=小组名额怎么算？&msgmenuid=1">小组</a>\n' in shown and "msgmenucontent=abcde&" in shown
    assert render.tappable("甲" * 580 + "\n1. 小组\n2. 班组<b>", choices).count("<a") == 0


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=2000), st.integers(60, 300))
def test_nothing_is_lost_and_nothing_is_too_long(text, limit):
    shown = pages(text, limit)
    assert all(len(page.encode()) <= limit for page in shown)
    assert bare(joined(text, limit)) == bare(render._UNFIT.sub("", text.replace("\r\n", "\n")))
    assert all(page.endswith(MORE) for page in shown[:-1])
