"""A made-up notice for 2026 in which every date, limit, rate, band, contact, form field and attachment number differs."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import msgspec

from knowledge import cases, paths, renumber, twins
from knowledge.model import Case, Document, FactType, Kind, QuotaBand, Window
from knowledge.next_year import confirm, new_notice

ATTACHMENTS = {1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7, 7: 8, 8: 9, 9: 1}
DATES = {
    "issued": dt.date(2026, 4, 9), "done_after": dt.date(2025, 6, 3), "registration_deadline": dt.date(2026, 11, 27),
    "apply_window": Window(opens=dt.date(2026, 4, 21), closes=dt.date(2026, 5, 26)),
    "statistics_period": Window(opens=dt.date(2025, 7, 1), closes=dt.date(2026, 6, 30)),
}
NUMBERS = {
    "contributors_group": 12, "contributors_crew": 17, "title_at_most_crew": 36, "no_accident_years": 4, "reviewers_at_least": 2, "reviewers_at_most": 4,
    "reviewer_experience_at_most": 650, "profile_at_most": 620, "background_at_most": 640, "process_at_most": 6100, "effect_at_most": 660,
}
CONTACTS = {"phone1": "021-55501234", "phone2": "55505678", "mail": "qc2026@example.org", "wechat": "zhiliang-2026", "qq1": "887766551",
            "qq2": "887766552", "system_url": "https://new.example.org/"}
BANDS = (
    QuotaBand(kind=Kind.GROUP, at_least=0, below=20, fixed=2, label="n﹤20", clause="a1_2_group"),
    QuotaBand(kind=Kind.GROUP, at_least=20, below=300, rate=Decimal("7"), label="20≤n＜300", clause="a1_2_group"),
    QuotaBand(kind=Kind.GROUP, at_least=300, rate=Decimal("7.5"), label="n≥300", clause="a1_2_group"),
    QuotaBand(kind=Kind.CREW, at_least=0, below=12, fixed=2, label="m﹤12", clause="a1_2_crew"),
    QuotaBand(kind=Kind.CREW, at_least=12, rate=Decimal("12"), label="m≥12", clause="a1_2_crew"),
)
TEXTS = {"doc_number": "中石化联质发(2026)51号", "conference_number": "第四十五次", "conference": "第四十五次石油和化工行业质量管理小组代表会议",
         "project_types": ("攻坚型", "服务型", "创新型"), "team_endings": ("班", "队", "站", "室"), "theme": "稳中求进•质量先行"}


def drafted(of_2025: Document) -> Document:
    """The draft as staff leave it: every value entered, everything confirmed."""
    draft = new_notice(of_2025, 2026)
    for name, value in (DATES | NUMBERS | CONTACTS | TEXTS).items():
        draft = twins.settle(draft, paths.put(draft, f"facts.{name}.value", value))
    draft = paths.put(draft, "bands", BANDS)
    draft = cases.carry(of_2025, draft)
    draft = renumber.renumber(draft, ATTACHMENTS)
    draft = _other_fields(draft)
    draft = _other_passages(of_2025, draft)
    for section in {path.split(".")[0] for path in draft.unconfirmed}:
        draft = confirm(draft, section)
    return draft


def old_values(old: Document, new: Document) -> set[str]:
    """The words of 2025's values that must not be in any answer for 2026."""
    kept = {one for fact in new.facts.values() for one in cases.literals(fact)}
    gone = {one for name in (*DATES, *NUMBERS, *CONTACTS, "doc_number", "conference_number") for one in cases.literals(old.facts[name])}
    return gone - kept | {"8%×", "8.5%", "9%×", "10%×", "10≤n", "200≤n", "n≥500", "m≥10"}


def _other_fields(draft: Document) -> Document:
    """A field renamed, a field gone, a field new; the numbers in the fields' rules as the facts have them now."""
    fields = {name: msgspec.structs.replace(one, rule=_renewed(one.rule)) for name, one in draft.fields.items() if name != "postcode"}
    fields["advisor"] = msgspec.structs.replace(fields["advisor"], label="小组活动辅导员")
    fields["credit_code"] = msgspec.structs.replace(fields["mobile"], label="统一社会信用代码", words=("信用代码", "税号"), phrasings=(), rule="")
    return msgspec.structs.replace(draft, fields=fields)


def _renewed(rule: str) -> str:
    for old, new in (("10人", "12人"), ("15人", "17人"), ("30字", "36字"), ("500字", "650字")):
        rule = re.sub(rf"(?<!\d){old}", new, rule)
    return rule


def _other_passages(old: Document, draft: Document) -> Document:
    """The clauses as the new notice prints them: here simply without the old values."""
    gone = sorted(old_values(old, draft) | _printed(old), key=len, reverse=True)
    def said(text: str) -> str:
        for one in gone:
            text = re.sub(rf"(?<![\d.]){re.escape(one)}(?!\d)" if one[0].isdigit() else re.escape(one), "〔见新通知〕", text)
        return text
    clauses = {name: msgspec.structs.replace(one, text=said(one.text)) for name, one in draft.clauses.items()}
    bands = tuple(msgspec.structs.replace(one) for one in draft.bands)
    return msgspec.structs.replace(draft, clauses=clauses, bands=bands)


def _printed(old: Document) -> set[str]:
    """Values as the old notice prints them, where that differs from how answers show them."""
    window = [f"{one.year}年{one.month}月{one.day}日-{two.month}月{two.day}日" for fact in old.facts.values() if fact.type is FactType.WINDOW
              for one, two in [(fact.value.opens, fact.value.closes)]]
    return {*window, "8%n", "8.5%n", "9%n", "10%m", "10≤n＜200", "200≤n＜500", "n≥500", "m≥10", "n﹤10", "m﹤10", "10≤n", "010-84885418、84885009"}


QUESTIONS = (Case(turns=("统一社会信用代码填什么",), must=("统一社会信用代码",)),)
