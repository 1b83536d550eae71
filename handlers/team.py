"""Whether a pasted 班组名称 or 小组名称 may stand in the form: no parent body, and a formal unit's ending for 班组 (附件3 注3)."""

from __future__ import annotations

import datetime as dt
import re
from itertools import combinations

from handlers.answer import Answer, Finding, Severity
from handlers.ask import Ask, Family
from handlers.findings import Check, clause_of, please_paste, quote, reply
from handlers.title import tidy
from handlers.units import parent_body
from knowledge.model import Document, Kind

FAIL, WARN = Severity.FAIL, Severity.WARN
NAME_AT_MOST = 200  # characters of a name that are read

_GROUP_NAME = re.compile(r"(?:QC|质量管理|攻关|改善|创新|课题)\s?小组$|QC$", re.I)
_BARE_GROUP = re.compile(r"^(?:QC|质量管理|质量|攻关|改善)?\s?(?:QC)?小组$", re.I)
_ON_SHIFT = ("值班组", "当班组", "轮班组", "倒班组", "跟班组", "领班组")  # 组 of those on shift: no mixture of 班 and 组
_TAIL = re.compile(r"[（(][^（）()]{0,20}[）)]$")
_IN_BRACKETS = re.compile(r"^[（(]([^（）()]+)[）)]$")


def team(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """The verdict on the name of a 班组 or 小组; without one it asks for it."""
    if not ask.material.strip():
        return please_paste(f"{ask.kind.label if ask.kind else '小组或班组'}名称", Family.TEAM)
    return reply(check_team(ask.material, ask.kind, notice), notice, Family.TEAM)


def check_team(material: str, kind: Kind | None, notice: Document) -> Check:
    """Every rule for a team's name. An unsaid kind is told from the name itself: …小组 or not."""
    text = "".join(tidy(material[:NAME_AT_MOST]).split())
    kind = kind or kind_of(text)
    clause = clause_of(notice, "team_name", kind)
    rules = CREW_RULES if kind is Kind.CREW else GROUP_RULES
    found = [finding for rule in rules for finding in rule(text, notice, clause)]
    return Check(f"{kind.label}名称", tuple(found), _corrected(text, found, kind),
                 passed=_passed(text, kind, notice), lead="可以写成（请与正式名称核对）：", clause=clause)


def kind_of(name: str) -> Kind:
    """小组 where the name says so, else 班组."""
    return Kind.GROUP if _bare(name).lower().endswith(("小组", "qc")) else Kind.CREW


def nothing(text: str, notice: Document, clause: str) -> list[Finding]:
    return [] if any(map(str.isalnum, text)) else [Finding("nothing", FAIL, clause=clause)]


def parent_in_front(text: str, notice: Document, clause: str) -> list[Finding]:
    """A company, plant, department or workshop in front of the name."""
    body = parent_body(text)
    return [Finding("parent_body", FAIL, f"请去掉{quote(body)}", clause=clause)] if body else []


def maybe_parent_in_front(text: str, notice: Document, clause: str) -> list[Finding]:
    """工段, 队 or a company's short name in front: a parent body in some companies."""
    body = "" if parent_body(text) else parent_body(text, weak=True)
    return [Finding("maybe_parent_body", WARN, quote(body), clause=clause)] if body else []


def own_name(text: str, notice: Document, clause: str) -> list[Finding]:
    """A 小组 has a name of its own besides the word 小组."""
    body = parent_body(text)
    rest = text.removeprefix(body)
    return [Finding("name_missing", FAIL, f"去掉上级部门后只剩{quote(rest)}" if body else f"只写了{quote(rest)}", clause=clause)] if _BARE_GROUP.match(rest) else []


def class_and_group_apart(text: str, notice: Document, clause: str) -> list[Finding]:
    """班 and 组 are to be told apart: a name does not end with both."""
    bare, signs = _bare(text), [one for one in notice.value("team_endings") if len(one) == 1]
    ends = [first + second for first, second in combinations(signs, 2) if bare.endswith(first + second)]
    if not ends or bare.endswith(_ON_SHIFT):
        return []
    stem = bare.removesuffix(ends[0])
    said = "或".join(quote(stem + one) for one in ends[0])
    return [Finding("class_and_group", FAIL, said, clause=clause)]


def formal_ending(text: str, notice: Document, clause: str) -> list[Finding]:
    """The ending of a formal unit; 等 in the notice leaves others open."""
    endings, bare = notice.value("team_endings"), _bare(text)
    if not bare or bare.endswith(tuple(endings)):
        return []
    said = "、".join(f"“**{one}”" for one in endings)
    return [Finding("ending", WARN, f"{quote(bare)}不是以{said}结尾；通知写的是以这些“等为名”，请核对是否正式组织单元名称", clause=clause)]


def not_a_group_name(text: str, notice: Document, clause: str) -> list[Finding]:
    return [Finding("is_group_name", WARN, quote(text), clause=clause)] if _GROUP_NAME.search(_bare(text)) else []


CREW_RULES = (nothing, parent_in_front, maybe_parent_in_front, class_and_group_apart, formal_ending, not_a_group_name)
GROUP_RULES = (nothing, parent_in_front, maybe_parent_in_front, own_name)


def _bare(text: str) -> str:
    """Without a remark in brackets at the end, unless all that is the team's own stands in them: 作业部（三班）."""
    own = text.removeprefix(parent_body(text))
    return _IN_BRACKETS.sub(r"\1", own) if _IN_BRACKETS.match(own) else _TAIL.sub("", text)


def _corrected(text: str, found: list[Finding], kind: Kind) -> str:
    codes = {one.code for one in found}
    if "parent_body" not in codes or "name_missing" in codes:
        return ""
    rest = _IN_BRACKETS.sub(r"\1", text.removeprefix(parent_body(text)))
    return "" if kind is Kind.CREW and "class_and_group" in codes else rest


def _passed(text: str, kind: Kind, notice: Document) -> str:
    if kind is Kind.GROUP:
        return f"{quote(text)}没有挂上级部门。请与备案的名称一致，提交后不再更改"
    ending = next((one for one in sorted(notice.value("team_endings"), key=len, reverse=True) if _bare(text).endswith(one)), "")
    return f"{quote(text)}以“{ending}”为名，没有挂上级部门。请确认是正式组织单元名称"
