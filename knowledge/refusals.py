"""What a value may not be, said beside the field in which it stands: dates, limits, bands, contacts, lists.

Every rule yields Problems: the place, and one Chinese sentence that says what is wrong and how it should be.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.model import Document, Fact, FactType, Kind, QuotaBand, Window
from knowledge.paths import shown
from knowledge.template import percent, show_day

RATE_AT_MOST = 20  # percent; a higher one is a slip (8.5 typed as 85)
FIXED_AT_MOST = 100
MOST = {"人": 100, "名": 100, "字": 20_000, "年": 20}  # of a unit; more is a slip
MOST_OF_ANY = 10_000
YEARS = range(2000, 2101)
YEARS_BACK, YEARS_AHEAD = 3, 2  # how far a day may lie from the notice's year
TEXT_AT_MOST = 2_000  # characters
CONTACTS = (  # what a contact's label or id holds → its shape, and how that is said
    (r"网址|网站|url|website", r"https?://[\w.-]+\.[a-z]{2,}(:\d+)?(/[^\s]*)?", "网址应以 http:// 或 https:// 开头，中间没有空格"),
    (r"e-?mail|邮箱|邮件|mail", r"[\w.+-]+@[\w-]+(\.[\w-]+)+", "邮箱应写成 名字@域名，例如 abc@126.com"),
    (r"电话|手机|传真|phone", r"(0\d{2,3}-)?\d{7,8}(-\d{1,6})?|1\d{10}|[48]00-?\d{3}-?\d{4}", "电话应写成 区号-号码，例如 010-12345678"),
    (r"qq", r"[1-9]\d{4,11}", "QQ号应是5至12位数字"),
    (r"微信|公众号|wechat", r"[a-z][\w-]{5,19}", "微信号应是6至20位字母、数字、下划线或减号，以字母开头"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What stops a publication: where (a path; "" for the whole) and why, in one sentence for staff."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


# -- facts

def facts(document: Document) -> Iterator[Problem]:
    """Every fact's value."""
    for name, fact in document.facts.items():
        yield from value(fact, f"facts.{name}.value", document.notice.year)
    yield from _at_least_and_at_most(document)


def value(fact: Fact, place: str, year: int) -> Iterator[Problem]:
    """One fact's value: its type, its sense."""
    if not _of_its_type(fact):
        yield Problem(place, f"“{fact.label}”的数值类型不对，请重新填写。")
    elif isinstance(fact.value, Window):
        yield from _window(fact, fact.value, place, year)
    elif isinstance(fact.value, dt.date):
        yield from _day(fact, fact.value, place, year)
    elif isinstance(fact.value, int):
        yield from _number(fact, fact.value, place)
    elif isinstance(fact.value, tuple):
        yield from _list(fact, fact.value, place)
    else:
        yield from _text(fact, fact.value, place)


def _of_its_type(fact: Fact) -> bool:
    if fact.type is FactType.NUMBER:
        return type(fact.value) is int
    if fact.type is FactType.DATE:
        return type(fact.value) is dt.date
    if fact.type is FactType.LIST:
        return isinstance(fact.value, tuple) and all(isinstance(one, str) for one in fact.value)
    return isinstance(fact.value, Window if fact.type in (FactType.WINDOW, FactType.MONTHS) else str)


def _window(fact: Fact, window: Window, place: str, year: int) -> Iterator[Problem]:
    if window.closes < window.opens:
        yield Problem(f"{place}.closes", f"“{fact.label}”的截止（{show_day(window.closes)}）早于开始（{show_day(window.opens)}）。")
    yield from _day(fact, window.opens, f"{place}.opens", year)
    yield from _day(fact, window.closes, f"{place}.closes", year)


def _day(fact: Fact, day: dt.date, place: str, year: int) -> Iterator[Problem]:
    if not year - YEARS_BACK <= day.year <= year + YEARS_AHEAD:
        yield Problem(place, f"“{fact.label}”写成了{show_day(day)}，离{year}年太远，请核对年份。")


def _number(fact: Fact, number: int, place: str) -> Iterator[Problem]:
    most = MOST.get(fact.unit, MOST_OF_ANY)
    if number <= 0:
        yield Problem(place, f"“{fact.label}”应大于0，现在是{number}{fact.unit}。")
    elif number > most and not (fact.unit == "年" and number in YEARS):
        yield Problem(place, f"“{fact.label}”写成了{number}{fact.unit}，超过了合理的上限{most}{fact.unit}，请核对。")
    if not fact.unit.strip():
        yield Problem(place.removesuffix("value") + "unit", f"“{fact.label}”没有单位。")


def _list(fact: Fact, items: tuple[str, ...], place: str) -> Iterator[Problem]:
    if not items:
        yield Problem(place, f"“{fact.label}”一项也没有。")
    if any(not one.strip() for one in items):
        yield Problem(place, f"“{fact.label}”里有空的一项。")
    if len(set(items)) < len(items):
        yield Problem(place, f"“{fact.label}”里有重复的一项。")


def _text(fact: Fact, text: str, place: str) -> Iterator[Problem]:
    if not text.strip():
        yield Problem(place, f"“{fact.label}”没有填写。")
    elif len(text) > TEXT_AT_MOST:
        yield Problem(place, f"“{fact.label}”有{len(text)}字，太长了（最多{TEXT_AT_MOST}字）。")
    elif fact.type is FactType.CONTACT and (said := _contact_shape(fact, place, text)):
        yield Problem(place, f"“{fact.label}”写成了“{text}”：{said}。")


def _contact_shape(fact: Fact, place: str, text: str) -> str:
    """What is wrong with the shape of a contact; "" where nothing is."""
    for named, shape, said in CONTACTS:
        if re.search(named, f"{fact.label} {place}".lower()):
            return "" if re.fullmatch(shape, text, re.IGNORECASE | re.ASCII) else said
    return ""


def _at_least_and_at_most(document: Document) -> Iterator[Problem]:
    for name, fact in document.facts.items():
        most = document.facts.get(name.replace("_at_least", "_at_most")) if "_at_least" in name else None
        if most and type(fact.value) is int and type(most.value) is int and fact.value > most.value:
            yield Problem(f"facts.{name}.value", f"“{fact.label}”（{shown(fact.value, fact)}）大于“{most.label}”（{shown(most.value, most)}）。")


# -- 名额档

def bands(document: Document) -> Iterator[Problem]:
    """Each kind's bands: from 0 without gap or overlap to no end, each with a sensible rate or a fixed number."""
    for kind in Kind:
        own = sorted(((band, place) for place, band in enumerate(document.bands) if band.kind is kind), key=lambda pair: pair[0].at_least)
        if not own:
            yield Problem("bands", f"{kind.label}没有名额档。")
            continue
        for band, place in own:
            yield from _band(band, f"bands.{place}")
        yield from _joined(own, kind)


def _band(band: QuotaBand, place: str) -> Iterator[Problem]:
    said = f"{band.kind.label}名额档“{band.label}”"
    if band.at_least < 0 or band.below is not None and band.below <= band.at_least:
        yield Problem(f"{place}.below", f"{said}的上限（不含）应大于下限{band.at_least}，现在是{band.below}。")
    if (band.rate is None) == (band.fixed is None):
        yield Problem(f"{place}.rate", f"{said}应在比例和固定名额中填一个，只填一个。")
    elif band.fixed is not None and not 0 < band.fixed <= FIXED_AT_MOST:
        yield Problem(f"{place}.fixed", f"{said}的固定名额应在1至{FIXED_AT_MOST}之间，现在是{band.fixed}。")
    elif band.rate is not None and not 0 < band.rate <= RATE_AT_MOST:
        yield Problem(f"{place}.rate", f"{said}的比例应大于0且不超过{RATE_AT_MOST}%，现在是{percent(band.rate)}；请看小数点是否漏了。")
    if [int(number) for number in re.findall(r"\d+", band.label)] != [limit for limit in (band.at_least, band.below) if limit]:
        yield Problem(f"{place}.label", f"{said}的名称与上下限不一致，应写成“{band_label(band)}”。")


def band_label(band: QuotaBand) -> str:
    """A band's limits as the notice prints them: n﹤10, 10≤n＜200, n≥500."""
    letter = "n" if band.kind is Kind.GROUP else "m"
    if band.below is None:
        return f"{letter}≥{band.at_least}"
    return f"{band.at_least}≤{letter}＜{band.below}" if band.at_least else f"{letter}﹤{band.below}"


def _joined(own: list[tuple[QuotaBand, int]], kind: Kind) -> Iterator[Problem]:
    first, place = own[0]
    if first.at_least != 0:
        yield Problem(f"bands.{place}.at_least", f"{kind.label}名额档应从0开始，现在从{first.at_least}开始。")
    for (band, _), (after, place) in zip(own, own[1:]):
        if band.below is None or band.below > after.at_least:
            until = "没有上限" if band.below is None else f"到{band.below}"
            yield Problem(f"bands.{place}.at_least", f"{kind.label}名额档重叠：“{band.label}”{until}，“{after.label}”却从{after.at_least}开始。")
        elif band.below < after.at_least:
            yield Problem(f"bands.{place}.at_least", f"{kind.label}名额档之间有空缺：{band.below}到{after.at_least}之间没有名额。")
    last, place = own[-1]
    if last.below is not None:
        yield Problem(f"bands.{place}.below", f"{kind.label}名额档到{last.below}为止，再多就没有名额了；最后一档不要填上限。")


# -- limits that stand elsewhere

def limits(document: Document) -> Iterator[Problem]:
    """The lengths of sections and titles."""
    places = {f"sections.{name}.at_most": one.at_most for name, one in document.sections.items()} | {"title_rule.at_most": document.title_rule.at_most}
    for place, most in places.items():
        if most is not None and not 0 < most <= MOST["字"]:
            yield Problem(place, f"字数上限应在1至{MOST['字']}之间，现在是{most}。")
    rule = document.title_rule
    for field, said in (("verbs", "开头词"), ("closers", "结尾词")):
        if not getattr(rule, field) or any(not one.strip() for one in getattr(rule, field)):
            yield Problem(f"title_rule.{field}", f"成果名称规则的{said}没有填写，或有空的一项。")
    for name, one in document.outlines.items():
        if not one.steps or any(not step.strip() for step in one.steps):
            yield Problem(f"outlines.{name}.steps", f"课题步骤“{one.label}”没有步骤，或有空的一步。")
