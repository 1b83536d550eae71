"""The notice as data: nothing invented, nothing forgotten, every value where the notice has it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.model import Fact, FactType, Kind
from knowledge.schema import loads
from knowledge.text import squeeze

NOTICES = Path(__file__).parent.parent / "knowledge" / "notices"
NOTICE = loads((NOTICES / "2025.toml").read_text(encoding="utf-8"), "2025.toml")
TEXT = squeeze((NOTICES / "2025.txt").read_text(encoding="utf-8"))
BOOKMARK = re.compile(r"\[bookmark:\w+\]")

# Numbers in the notice's text that are no value of it, and why.
NONE = {
    "2025年": "the year of the notice (notice.year)",
    "2026年成果": "the year that registration_for names, said again",
    "进一步": "adverb", "一并": "adverb", "下一步": "part of a step's name", "百分数": "name of a unit",
    "QQ群1": "name of the group, the number behind it is a fact", "QQ群2": "name of the group",
    "1□": "number of a row in a form", "2□": "number of a row in a form",
    "小三号字": "font size, printed for both kinds, a fact (cover_*_font) for one",
}
ADDRESS = re.compile(r"http://[\w./]+|[\w.]+@[\w.]+\.com|\d{3}-\d{8}|(?<!\d)\d{8,9}(?!\d)|cpcif-[a-z]+", re.ASCII)
LEADING_NUMBER = re.compile(r"(?:注：)?(?:\d+[、.．]|[一二三四五六七八九]、|（[一二三四五12]）)")
NUMERAL = re.compile(r"[0-9]+|[一二三四五六七八九十百]+")
CHINESE = {3: "三"}
WORDS = (FactType.TEXT, FactType.LIST)


def whole_text(clause: str) -> str:
    """A clause with all that stands below it, without blanks."""
    return squeeze("".join(one.text for key, one in NOTICE.clauses.items() if key == clause or key.startswith(f"{clause}_")))


def day(date: dt.date) -> str:
    return f"{date.year}年{date.month}月{date.day}日"


def printed(fact: Fact) -> list[str]:
    """The value of a fact as the notice prints it."""
    value = fact.value
    if fact.type is FactType.DATE:
        return [day(value)]
    if fact.type is FactType.WINDOW:
        return [f"{day(value.opens)}-{value.closes.month}月{value.closes.day}日"]
    if fact.type is FactType.MONTHS:
        return [f"{value.opens.year}年{value.opens.month}月至{value.closes.year}年{value.closes.month}月"]
    if fact.type is FactType.NUMBER:
        return [str(value)] if str(value) in fact.quote else [CHINESE[value]]
    return [squeeze(one) for one in (value if fact.type is FactType.LIST else [value])]


def each(records: dict) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("key", list(records))


@each(NOTICE.clauses)
def test_a_clause_stands_verbatim_in_the_notice(key):
    assert squeeze(NOTICE.clauses[key].text) in TEXT


def test_the_clauses_are_the_whole_notice():
    rest = TEXT
    for clause in NOTICE.clauses.values():
        assert squeeze(clause.text) in rest, clause.label
        rest = rest.replace(squeeze(clause.text), "", 1)
    assert BOOKMARK.sub("", rest) == "附件6"


def test_every_clause_has_a_label_of_its_own():
    labels = [clause.label for clause in NOTICE.clauses.values()]
    assert len(labels) == len(set(labels))


@each(NOTICE.facts)
def test_a_fact_is_quoted_from_its_clause(key):
    fact = NOTICE.facts[key]
    assert squeeze(fact.quote) and squeeze(fact.quote) in whole_text(fact.clause)
    assert squeeze(fact.quote) in TEXT


@each(NOTICE.facts)
def test_a_facts_value_stands_in_its_quote(key):
    fact = NOTICE.facts[key]
    for value in printed(fact):
        assert re.search(rf"(?<!\d){re.escape(value)}(?!\d)" if fact.type not in WORDS else re.escape(value), squeeze(fact.quote)), value


@each(NOTICE.facts)
def test_a_fact_has_words_and_a_number_has_a_unit(key):
    fact = NOTICE.facts[key]
    assert fact.words and fact.label
    assert bool(fact.unit) == (fact.type is FactType.NUMBER)


def cover(covered: set[int], passage: str, value: str) -> None:
    """Mark ``value`` as known wherever it stands in ``passage``, wherever that stands in the notice."""
    for start in (hit.start() for hit in re.finditer(re.escape(passage), TEXT)):
        for inner in re.finditer(re.escape(value), passage):
            covered.update(range(start + inner.start(), start + inner.end()))


def known_places() -> set[int]:
    """Where in the notice a value stands that is in the data, the number of a clause or attachment, or in NONE."""
    covered: set[int] = set()
    for fact in NOTICE.facts.values():
        for value in printed(fact):
            cover(covered, value if fact.type is FactType.CONTACT else squeeze(fact.quote), value)
    for band in NOTICE.bands:
        share = str(band.fixed) if band.fixed else f"{band.rate}%{'n' if band.kind is Kind.GROUP else 'm'}"
        cover(covered, whole_text(band.clause), squeeze(band.label) + share)
    for line in (line for clause in NOTICE.clauses.values() for line in clause.text.splitlines()):
        if number := LEADING_NUMBER.match(squeeze(line)):
            cover(covered, squeeze(line), number[0])
    for literal in [*NONE, *(f"附件{one.number}" for one in NOTICE.attachments)]:
        cover(covered, literal, literal)
    return covered


def test_every_number_of_the_notice_is_data_or_listed_as_none():
    covered = known_places()
    unknown = [TEXT[max(0, hit.start() - 8):hit.end() + 8] for hit in NUMERAL.finditer(BOOKMARK.sub(lambda m: "・" * len(m[0]), TEXT))
               if not covered.issuperset(range(hit.start(), hit.end()))]
    assert unknown == []


@pytest.mark.parametrize("literal", NONE)
def test_none_lists_nothing_that_is_not_there(literal):
    assert literal in TEXT


@pytest.mark.parametrize("address", ADDRESS.findall(BOOKMARK.sub("", TEXT)))
def test_every_address_and_phone_is_a_contact(address):
    contacts = [fact.value for fact in NOTICE.facts.values() if fact.type is FactType.CONTACT]
    assert address in contacts


def test_every_date_of_the_notice_is_a_fact():
    values = [fact.value for fact in NOTICE.facts.values() if fact.type is FactType.DATE]
    windows = [fact.value for fact in NOTICE.facts.values() if fact.type is FactType.WINDOW]
    known = {day(value) for value in [*values, *(window.opens for window in windows)]}
    assert set(re.findall(r"\d{4}年\d+月\d+日", TEXT)) == known


@pytest.mark.parametrize("fact, value", [
    ("issued", dt.date(2025, 4, 11)), ("done_after", dt.date(2024, 5, 1)), ("registration_deadline", dt.date(2025, 12, 31)),
    ("contributors_group", 10), ("contributors_crew", 15), ("title_at_most_crew", 30), ("no_accident_years", 3),
    ("reviewers_at_least", 1), ("reviewers_at_most", 2), ("reviewer_experience_at_most", 500),
    ("phone1", "010-84885418"), ("qq1", "153678847"), ("qq2", "594736453"), ("mail", "qccpcif@126.com"),
    ("team_endings", ("班", "组", "工段", "室")), ("project_types", ("问题解决型", "创新型")),
])
def test_the_values_that_matter_most(fact, value):
    assert NOTICE.facts[fact].value == value


def test_the_application_window():
    window = NOTICE.facts["apply_window"].value
    assert (window.opens, window.closes) == (dt.date(2025, 4, 15), dt.date(2025, 5, 15))


def test_the_statistics_period_is_whole_months():
    period = NOTICE.facts["statistics_period"].value
    assert period.opens.day == 1 and (period.closes + dt.timedelta(days=1)).day == 1


@pytest.mark.parametrize("fact, count", [("requirements_group", 4), ("requirements_crew", 6), ("reviewer_requirements", 4)])
def test_each_requirement_is_a_numbered_item(fact, count):
    record = NOTICE.facts[fact]
    items = [NOTICE.clauses[f"{record.clause}_{number}"].text for number in range(1, count + 1)]
    assert list(record.value) == [re.sub(r"^\d、", "", item) for item in items]
    assert f"{record.clause}_{count + 1}" not in NOTICE.clauses


@pytest.mark.parametrize("kind, rates", [
    (Kind.GROUP, [(0, 10, 1, None), (10, 200, None, "8"), (200, 500, None, "8.5"), (500, None, None, "9")]),
    (Kind.CREW, [(0, 10, 1, None), (10, None, None, "10")]),
])
def test_the_quota_bands_are_those_of_the_notice_without_gap_or_overlap(kind, rates):
    bands = NOTICE.bands_for(kind)
    assert [(b.at_least, b.below, b.fixed, b.rate) for b in bands] == [(a, b, f, r and Decimal(r)) for a, b, f, r in rates]
    assert [band.below for band in bands[:-1]] == [band.at_least for band in bands[1:]]
    assert bands[0].at_least == 0 and bands[-1].below is None


@pytest.mark.parametrize("band", NOTICE.bands, ids=lambda band: band.label)
def test_a_bands_label_says_its_limits(band):
    limits = [limit for limit in (band.at_least, band.below) if limit]
    assert [int(number) for number in re.findall(r"\d+", band.label)] == limits
    assert (band.fixed is None) != (band.rate is None)


def test_nine_attachments_with_the_titles_of_the_notices_list():
    assert [one.number for one in NOTICE.attachments] == list(range(1, 10))
    printed_list = "附件：" + "".join(f"{one.number}、{one.title}" for one in NOTICE.attachments)
    assert squeeze(printed_list) == squeeze(NOTICE.clauses["attachments"].text)


@pytest.mark.parametrize("number, clauses", [
    (2, ["a2_form"]), (3, ["a3_form"]), (4, ["a4_head", "a4_columns"]), (5, ["a5_head", "a5_columns"]),
    (6, ["a6_foot"]), (7, ["a7_head", "a7_columns"]), (8, ["a8_3_2", "a8_3_3"]),
])
def test_every_field_of_a_form_is_data(number, clauses):
    rest = squeeze("".join(NOTICE.clauses[clause].text for clause in clauses))
    labels = {squeeze(one.label) for one in NOTICE.fields.values() if number in one.attachments}
    for label in [*sorted(labels, key=len, reverse=True), "□小组成果", "□班组成果"]:
        rest = rest.replace(label, "|")
    assert re.sub(r"[|：:\-12]|（(盖章|不超过..人|可多选|二|三|万元.*?|个|人次|[%％])）|小组概况|小组成员情况", "", rest) == ""


@each(NOTICE.fields)
def test_a_field_is_labelled_as_printed(key):
    field = NOTICE.fields[key]
    assert squeeze(field.label) in TEXT and field.words and field.attachments


@each(NOTICE.fields)
def test_a_number_in_a_fields_rule_is_a_fact_of_the_same_attachment(key):
    field = NOTICE.fields[key]
    numbers = {str(fact.value) for fact in NOTICE.facts.values()
               if fact.type is FactType.NUMBER and fact.clause.split("_")[0] == field.clause.split("_")[0]}
    assert set(re.findall(r"\d+", field.rule)) <= numbers


@pytest.mark.parametrize("kind, number", [(Kind.GROUP, 2), (Kind.CREW, 3)])
def test_the_locked_fields_are_those_of_note_5(kind, number):
    labels = [re.sub("（.*", "", one.label) for one in NOTICE.fields.values() if number in one.attachments and one.locked]
    assert sorted(labels) == sorted(NOTICE.facts[f"locked_{kind}"].value)


@pytest.mark.parametrize("field, fact", [("project_type", "project_types"), ("reviewer_kinds", "reviewer_kinds")])
def test_a_choice_is_the_same_in_field_and_fact(field, fact):
    assert NOTICE.fields[field].allowed == NOTICE.facts[fact].value


def test_the_statistics_are_the_rows_of_attachment_6_in_order():
    rows = "".join(row.label + row.unit for row in NOTICE.statistics.values())
    table = squeeze(NOTICE.clauses["a6_rows"].text).removeprefix("统计项目单位数量备注")
    assert table.replace("□发表评审□现场评审□与QC小组合并开□单独举办", "") == rows


@pytest.mark.parametrize("rate", ["participation_rate", "achievement_rate"])
def test_a_rate_is_computed_as_printed(rate):
    row = NOTICE.statistics[rate]
    assert row.label.endswith(f"={row.numerator}/{row.denominator}×100%") and row.label.endswith(NOTICE.facts[rate].value)


@pytest.mark.parametrize("section, fact", [
    ("profile_crew", "profile_at_most"), ("background_crew", "background_at_most"),
    ("process_crew", "process_at_most"), ("effect_crew", "effect_at_most"),
])
def test_a_sections_limit_is_the_fact(section, fact):
    record = NOTICE.sections[section]
    assert record.at_most == NOTICE.facts[fact].value
    assert f"{record.label}（{record.at_most}字以内）" in NOTICE.clauses[record.clause].text


@pytest.mark.parametrize("kind, number", [(Kind.GROUP, 8), (Kind.CREW, 9)])
def test_the_sections_of_a_report_in_order(kind, number):
    labels = tuple(one.label for one in NOTICE.sections.values() if one.attachment == number)
    assert labels == NOTICE.facts[f"report_sections_{kind}"].value


@each(NOTICE.outlines)
def test_the_steps_of_a_project_stand_as_printed(key):
    outline = NOTICE.outlines[key]
    assert "、".join(outline.steps[:-1]) + "，" + outline.steps[-1] in NOTICE.clauses[outline.clause].text


def test_the_title_rule_is_that_of_note_2():
    rule, facts = NOTICE.title_rule, NOTICE.facts
    pattern = f"{'、'.join(rule.verbs[:-1])}或{rule.verbs[-1]}+{rule.middle}+{'、'.join(rule.closers[:-1])}或{rule.closers[-1]}"
    assert (pattern, rule.at_most, rule.example) == tuple(facts[key].value for key in ("title_rule", "title_at_most_crew", "title_example"))


def test_the_header_says_what_the_facts_say():
    header = NOTICE.notice
    facts = ("year", "notice_year"), ("title", "notice_title"), ("issued", "issued")
    assert [getattr(header, one) for one, _ in facts] == [NOTICE.facts[fact].value for _, fact in facts]


def test_the_open_points_stand_beside_a_clause_and_hold_no_value():
    assert len(NOTICE.rulings) >= 14
    for ruling in NOTICE.rulings.values():
        assert ruling.clause in NOTICE.clauses and not re.search(r"\d", ruling.point)
        assert bool(ruling.text) == bool(ruling.decided)


@pytest.mark.parametrize("section", ["facts", "fields", "statistics", "sections", "outlines", "rulings"])
def test_what_differs_for_the_kinds_stands_for_both(section):
    keys = getattr(NOTICE, section).keys()
    alone = {key for key in keys if key.endswith("_group") and key.removesuffix("_group") + "_crew" not in keys}
    assert alone <= {"report_must_hold_group", "members_group", "body_group", "title_group"}
