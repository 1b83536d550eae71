"""Pasted headings of a report against the steps of 附件8 or the sections of 附件9, and sections against their length."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

from handlers.answer import Answer, Finding, Severity
from handlers.ask import Ask, Family
from handlers.findings import MATERIAL_AT_MOST, Check, please_paste, quotes, reply
from handlers.title import count, count_without_marks
from knowledge.model import Document, Kind

FAIL, WARN = Severity.FAIL, Severity.WARN
HEADINGS_AT_MOST = 60
HEADING_LENGTH = 24  # a longer line is text, not a heading

_SPLIT = re.compile(r"[\n\t,，、;；。→>＞|]+|-{2,}|—+|\s{2,}")
_NEXT = re.compile(r"\s+(?=(?:[一二三四五六七八九十]{1,3}|\d{1,2})\s?[、.．)）]|[（(][一二三四五六七八九十\d]{1,3}[）)]|[①-⑳])")  # 一、选题 二、现状调查
_NUMBER = re.compile(r"^\s*(?:第?[一二三四五六七八九十\d]{1,3}\s?[步章节部分]{0,2}\s?[.．、:：)）]?|[（(][一二三四五六七八九十\d]{1,3}[）)]|[①-⑳]|[•·●■◆*-])\s*")
_SAYS_LENGTH = re.compile(r"^\D{0,6}?(\d{2,6})\s?(?:个)?字")
_MARKS = re.compile(r"[^\w]|_")
# Headings in use that share few characters with the step they stand for.
ALIASES = {"选题": "选择课题", "选题理由": "选择课题", "选题背景": "选择课题", "课题背景": "选择课题", "要因确认": "确定主要原因", "确定要因": "确定主要原因",
           "主因确认": "确定主要原因", "下一步计划": "总结和下一步打算", "今后打算": "总结和下一步打算", "总结": "总结和下一步打算", "最佳方案": "提出方案并确定最佳方案",
           "方案选择": "提出方案并确定最佳方案", "巩固": "制定巩固措施", "单位简介": "班组概况", "班组简介": "班组概况", "背景": "实施背景", "过程": "实施过程", "效果": "实施效果",
           "小组简介": "小组概况", "成员简介": "小组成员情况", "成员": "小组成员情况"}


class Plan(msgspec.Struct, frozen=True):
    """One kind of report: its steps in order, and headings that may stand beside them."""

    label: str
    steps: tuple[str, ...]
    beside: tuple[str, ...]
    clause: str
    words: tuple[str, ...]
    kind: Kind


def outline(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """Which steps or sections are missing, extra or out of order, and which section is too long."""
    if not ask.material.strip():
        return please_paste("报告书目录（一行一个标题）或某一部分的正文", Family.OUTLINE)
    material = ask.material[:MATERIAL_AT_MOST * 4]
    lengths = section_lengths(material, notice)
    check = check_lengths(lengths, notice) if lengths else check_outline(material, ask, notice)
    return reply(check, notice, Family.OUTLINE)


def check_outline(material: str, ask: Ask, notice: Document) -> Check:
    """The headings against the plan that was said, else against the one that they are most like."""
    found = headings(material)
    plan = _said_plan(ask, notice) or max(plans(notice), key=lambda one: _likeness(found, one))
    places = [match_step(heading, plan.steps) for heading in found]
    findings = [*missing(places, plan), *extra(found, places, plan), *out_of_order(found, places, plan)]
    return Check(f"报告书目录（{plan.label}）", tuple(findings), "→".join(plan.steps) if findings else "",
                 passed=f"{len(plan.steps)}部分齐全，顺序一致", lead="格式的顺序是（长按复制）：", clause=plan.clause,
                 remark="报告书格式仅供参考，可在此基础上编写。" if findings else "")


def missing(places: list[str], plan: Plan) -> list[Finding]:
    lacking = [step for step in plan.steps if step not in places]
    return [Finding("step_missing", WARN, "、".join(lacking), clause=plan.clause)] if lacking else []


def extra(found: list[str], places: list[str], plan: Plan) -> list[Finding]:
    odd = [heading for heading, place in zip(found, places) if not place and not match_step(heading, plan.beside)]
    return [Finding("step_extra", WARN, quotes(odd), clause=plan.clause)] if odd else []


def out_of_order(found: list[str], places: list[str], plan: Plan) -> list[Finding]:
    """Headings that stand before one that belongs before them."""
    order = [(plan.steps.index(place), heading) for heading, place in zip(found, places) if place]
    late = [second for (first_at, _), (second_at, second) in zip(order, order[1:]) if second_at < first_at]
    return [Finding("step_order", WARN, f"{quotes(late)}要放到前面", clause=plan.clause)] if late else []


def headings(material: str) -> list[str]:
    """The headings of a pasted outline, without numbers and page numbers."""
    lines = [_NUMBER.sub("", piece.strip()) for line in _NEXT.sub("\n", material).split("\n") for piece in _SPLIT.split(_NUMBER.sub("", line))]
    lines = [re.sub(r"[.…·\s]*\d{0,3}$", "", line).strip(" ：:。") for line in lines]
    return [line for line in lines if 1 < len(line) <= HEADING_LENGTH][:HEADINGS_AT_MOST]


def match_step(heading: str, steps: tuple[str, ...]) -> str:
    """The step that a heading stands for: the same characters in any order, mostly; "" for none."""
    bare = _MARKS.sub("", heading)
    if ALIASES.get(bare) in steps:
        return ALIASES[bare]
    score, _, step = max(((_shared(bare, step), -abs(len(step) - len(bare)), step) for step in steps), default=(0, 0, ""))
    return step if score >= 0.75 else ""


def plans(notice: Document) -> list[Plan]:
    """The plans of the notice: each outline of 附件8, and the sections of 附件9."""
    beside = tuple(one.label for one in notice.sections.values() if one.attachment == _group_report(notice))
    found = [Plan(one.label, one.steps, beside, one.clause, one.words, Kind.GROUP) for one in notice.outlines.values()]
    crew = [one for one in notice.sections.values() if one.attachment != _group_report(notice)]
    if crew:
        steps = tuple(one.label for one in crew)
        found.append(Plan("班组", steps, (), crew[-1].clause.rpartition("_")[0], ("班组", "信得过"), Kind.CREW))
    return found


def section_lengths(material: str, notice: Document) -> list[tuple[str, int, int, int, str]]:
    """(section, counted strictly, without punctuation, at most, clause) of each section whose text or length was pasted."""
    limits = {one.label: (one.at_most, one.clause) for one in notice.sections.values() if one.at_most}
    if "reviewer_experience_at_most" in notice.facts:
        fact = notice.facts["reviewer_experience_at_most"]
        limits["相关经历描述"] = (fact.value, fact.clause)
    pattern = re.compile(rf"(?:^|(?<=[\s、，,；;。)）.]))({'|'.join(map(re.escape, limits))})\s?(?:[（(][^）)\n]{{0,20}}[）)])?\s?[:：\n ]?")
    hits = list(pattern.finditer(material))
    ends = [hit.start() for hit in hits[1:]] + [len(material)]
    found = [(hit.group(1), material[hit.end():end]) for hit, end in zip(hits, ends)]
    return [(label, *_lengths(text), *limits[label]) for label, text in found if len(text) >= 40 or _SAYS_LENGTH.match(text.strip())]


def check_lengths(found: list[tuple[str, int, int, int, str]], notice: Document) -> Check:
    """Each section against its length; how to count is the notice's open point."""
    findings = []
    for label, strict, lenient, at_most, clause in found:
        if lenient > at_most:
            findings.append(Finding("section_long", FAIL, f"{label}{strict}字，超过{at_most}字，请减{strict - at_most}字", clause=clause))
        elif strict > at_most:
            says = f"{label}连标点{strict}字，超过{at_most}字；不连标点{lenient}字。通知没有写明怎么数，稳妥起见请压缩"
            findings.append(Finding("section_maybe_long", WARN, says, clause=clause))
    said = "，".join(f"{label}{strict}字（{at_most}字以内）" for label, strict, _, at_most, _ in found)
    return Check("报告书字数" if len(found) > 1 else f"{found[0][0]}字数", tuple(findings), passed=said, clause=found[0][4])


def _lengths(text: str) -> tuple[int, int]:
    told = _SAYS_LENGTH.match(text.strip())
    if told and len(text) < 40:
        return int(told.group(1)), int(told.group(1))
    return count(text), count_without_marks(text)


def _said_plan(ask: Ask, notice: Document) -> Plan | None:
    """The plan whose name the asker says."""
    said = [one for one in plans(notice) if any(word in ask.text for word in one.words if word not in ask.material)]
    if len(said) == 1:
        return said[0]
    of_kind = [one for one in plans(notice) if one.kind is ask.kind]
    return of_kind[0] if len(of_kind) == 1 else None


def _likeness(found: list[str], plan: Plan) -> float:
    matched = {match_step(heading, plan.steps) for heading in found} - {""}
    return len(matched) / len(plan.steps) + len(matched) / max(1, len(found))


def _shared(one: str, other: str) -> float:
    common = len(set(one) & set(other))
    return common / max(1, min(len(set(one)), len(set(other)))) if min(len(one), len(other)) > 1 else 0


def _group_report(notice: Document) -> int:
    return min((one.attachment for one in notice.sections.values()), default=0)
