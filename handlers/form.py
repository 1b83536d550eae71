"""Several fields of an application form pasted at once: each checked, one verdict, the locked fields read back on one card."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from handlers.answer import Answer, Finding, Outcome, Severity
from handlers.ask import Ask, Family
from handlers.company import check_company
from handlers.findings import MATERIAL_AT_MOST, Check, clause_of, head, kinds_said, please_paste, quote, reply, sentence
from handlers.names import check_names
from handlers.pasting.fields import Field, read_rows
from handlers.pasting.listing import read_listing
from handlers.team import check_team, kind_of
from handlers.title import check_title
from knowledge.model import Document, Kind

FAIL, WARN, PASS = Severity.FAIL, Severity.WARN, Severity.PASS
ROWS_AT_MOST = 10
OF_GROUPS = ("project_type", "benefit")  # fields that the form of a 班组 does not have
FINDINGS_AT_MOST = 1_000  # bytes of the fields that need a change
CARD_AT_MOST = 700  # bytes of the card of locked fields

# Words of an older classification, still in people's mouths: all of them are what is now solved as a problem.
OLD_TYPES = ("现场型", "攻关型", "管理型", "服务型", "问题型", "改善型", "解决型")
_NUMBER = re.compile(r"^\d{1,15}(?:\.\d{1,6})?$")
_AMOUNT = re.compile(r"^(?:约|大约|共|合计|年)?\s?(\d{1,12}(?:\.\d{1,6})?)\s?(亿元?|万元?|千元|元|w)?(?:左右|/年|每年)?$", re.I)
_SCALES = {"亿": Decimal(10_000), "万": Decimal(1), "w": Decimal(1), "千": Decimal("0.1"), "元": Decimal("0.0001")}


def form(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """One verdict over all pasted fields, then each field that needs a change, then the locked fields as they should read."""
    rows = read_rows(ask.material[:MATERIAL_AT_MOST], notice) if ask.material.strip() else []
    if not rows:
        return please_paste("申报表内容，一行一项", Family.FORM, "企业名称：…")
    if len(rows) == 1 and len(rows[0]) == 1:
        return reply(check_field(rows[0][0], rows[0], ask.kind, notice), notice, Family.FORM)
    checks = [(number, one) for number, row in enumerate(rows[:ROWS_AT_MOST], 1) for one in check_row(row, ask.kind, notice)]
    return _one_verdict(checks, rows, ask.kind, notice)


def check_row(row: list[Field], kind: Kind | None, notice: Document) -> list[Check]:
    """Every field of one form or one row of a summary sheet."""
    return [check_field(field, row, kind, notice) for field in row]


def check_field(field: Field, row: list[Field], kind: Kind | None, notice: Document) -> Check:
    kind = kind or field.kind or kind_of_row(row)
    if not field.value:
        return not_filled_in(field, kind, notice)
    checker = _CHECKERS.get(field.stem)
    return checker(field.value, kind, notice, row) if checker else Check(field.label, passed=quote(field.value))


def not_filled_in(field: Field, kind: Kind | None, notice: Document) -> Check:
    """A label with nothing behind it; what the certificate is made from cannot stay empty."""
    spec = notice.fields.get(f"{field.stem}_{kind or Kind.GROUP}") or notice.fields.get(field.stem)
    locked = bool(spec and spec.locked)
    finding = Finding("not_filled_in", FAIL if locked else WARN, clause=spec.clause if locked else "")
    return Check(field.label, (finding,), clause=spec.clause if locked else "")


def kind_of_row(row: list[Field]) -> Kind | None:
    """小组 or 班组, as the labels, the fields or the team's name say."""
    said = {field.kind for field in row if field.kind} | {Kind.GROUP for field in row if field.stem in OF_GROUPS}
    if len(said) == 1:
        return said.pop()
    team = next((field.value for field in row if field.stem == "team_name"), "")
    return kind_of(team) if team and not said else None


def project_type(value: str, kind: Kind | None, notice: Document, row: list[Field]) -> Check:
    """One of the two values of the notice; older words are explained."""
    field = notice.fields["project_type"]
    value = bare = re.sub(r"[\s“”\"'「」。.]", "", value)
    allowed = "、".join(f"“{one}”" for one in field.allowed)
    if bare in field.allowed:
        return Check("课题类型", passed=quote(bare), clause=field.clause)
    named = [one for one in field.allowed if one in bare]
    old = "" if named else next((one for one in OLD_TYPES if one.rstrip("型") in bare), "")
    meant = named or [one for one in field.allowed if bare and bare.rstrip("型") in one or _is_part_of(bare, one, notice)]
    why = "是以前的分法，" if old else "：只能选其中一种，" if len(named) > 1 else "："
    finding = Finding("project_type", FAIL, f"{quote(value)}{why}请从{allowed}中选择填写", clause=field.clause)
    return Check("课题类型", (finding,), meant[0] if len(meant) == 1 else field.allowed[0] if old else "", clause=field.clause)


def _is_part_of(said: str, project_type: str, notice: Document) -> bool:
    """指令性目标 is one kind of 问题解决型, as the report's plans are called."""
    return any(project_type in one.label and any(word in said for word in one.words) for one in notice.outlines.values())


def benefit(value: str, kind: Kind | None, notice: Document, row: list[Field]) -> Check:
    """A number in the unit of the form."""
    field = notice.fields["benefit"]
    bare = re.sub(r"[\s,，人民币¥￥]", "", value)
    if _NUMBER.match(bare):
        return Check("经济效益", passed=f"{bare}{field.unit}", clause=field.clause)
    amount = _AMOUNT.match(bare)
    if not amount:
        return Check("经济效益", (Finding("not_a_number", WARN, field.unit, clause=field.clause),), clause=field.clause)
    scale = _SCALES[(amount.group(2) or "万")[0].lower()]
    shown = f"{(Decimal(amount.group(1)) * scale).normalize():f}"
    return Check("经济效益", (Finding("unit", WARN, f"{field.unit}，只填数字即可", clause=field.clause),), shown, clause=field.clause)


def postcode(value: str, kind: Kind | None, notice: Document, row: list[Field]) -> Check:
    fits = re.fullmatch(r"\d{6}", value.strip())
    return Check("邮编", () if fits else (Finding("postcode", WARN, f"现在是{quote(value, 10)}"),), passed="六位数字" if fits else "")


def mobile(value: str, kind: Kind | None, notice: Document, row: list[Field]) -> Check:
    digits = re.sub(r"[\s-]|^\+?86", "", value)
    fits = re.fullmatch(r"1\d{10}", digits)
    return Check("手机", () if fits else (Finding("mobile", WARN, f"现在是{sum(map(str.isdigit, digits))}位"),), passed="十一位数字" if fits else "")


def size(value: str, kind: Kind | None, notice: Document, row: list[Field]) -> Check:
    """小组人数 or 班组人数 against the list: never fewer than those named as 主要完成人."""
    label = f"{kind.label if kind else ''}人数"
    number = re.search(r"\d{1,5}", value)
    listed = next((len(read_listing(field.value).names) for field in row if field.stem == "contributors"), 0)
    if not number:
        return Check(label, (Finding("size", WARN, f"请填数字，现在是{quote(value, 10)}"),))
    if listed > int(number.group()):
        return Check(label, (Finding("size", WARN, f"填的是{number.group()}人，主要完成人却有{listed}人，请核对"),))
    return Check(label, passed=f"{number.group()}人，通知对人数没有限制")


_CHECKERS = {
    "contributors": lambda value, kind, notice, row: check_names(value, kind, notice),
    "title": lambda value, kind, notice, row: check_title(value, kind, notice),
    "team_name": lambda value, kind, notice, row: check_team(value, kind, notice),
    "company_name": lambda value, kind, notice, row: check_company(value, kind, notice),
    "project_type": project_type, "benefit": benefit, "postcode": postcode, "mobile": mobile, "size": size,
}


def _one_verdict(checks: list[tuple[int, Check]], rows: list[list[Field]], kind: Kind | None, notice: Document) -> Answer:
    worst = max((one for _, one in checks), key=lambda one: list((PASS, WARN, FAIL)).index(one.verdict))
    kind = kind or (kind_of_row(rows[0]) if len(rows) == 1 else None)
    bad = [(number, one) for number, one in checks if one.findings]
    good = list(dict.fromkeys(one.subject for _, one in checks if not one.findings))
    whole = Check(f"申报表{kinds_said(kind)}", worst.findings, passed=f"{len(checks)}栏都检查过了", summary=f"共{len(checks)}栏，{len(bad)}栏要看")
    text = [head(whole, notice)]
    for number, one in bad:
        line = _line(one, number if len(rows) > 1 else 0, notice)
        if len("\n".join([*text, line]).encode()) > FINDINGS_AT_MOST:
            text.append("其余各栏请改好这几处后再发我检查。")
            break
        text.append(line)
    text += [f"✅ {'、'.join(good)}"] if good and bad else []
    text += _card(checks, rows[0], kind, notice) if len(rows) == 1 else []
    clauses = tuple(dict.fromkeys(notice.label(one.clause) for _, one in checks if one.clause))
    return Answer("\n".join(text), Family.FORM, Outcome.CHECKED, clauses=clauses, verdict=whole.verdict)


def _line(check: Check, row: int, notice: Document) -> str:
    """One field that needs a change; in a sheet of several rows with its row and how it should read."""
    says = "；".join(sentence(finding, notice) for finding in check.findings[:3])
    mended = f"\n　→ {check.corrected}" if row and check.corrected else ""
    return f"{check.verdict} {f'第{row}行 ' if row else ''}{check.subject}：{says}{mended}"


def _card(checks: list[tuple[int, Check]], row: list[Field], kind: Kind | None, notice: Document) -> list[str]:
    """The locked fields as they should read, to be looked at once more before submission."""
    lines = []
    for field, (_, check) in zip(row, checks):
        spec = notice.fields.get(f"{field.stem}_{kind or Kind.GROUP}")
        if spec and spec.locked and field.value:
            lines.append(f"{field.label}：{check.corrected or ' '.join(field.value.split(chr(10)))}")
    if not lines or len("\n".join(lines).encode()) > CARD_AT_MOST:
        return []
    return [f"以下内容提交后不再更改，请再核对（{notice.label(_locked_clause(notice, kind))}）：", *lines]


def _locked_clause(notice: Document, kind: Kind | None) -> str:
    fact = notice.facts.get(f"locked_{kind or Kind.GROUP}")
    return fact.clause if fact else clause_of(notice, "contributors", kind)
