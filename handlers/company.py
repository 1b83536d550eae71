"""Whether a pasted 企业名称 reads like the name on the seal (附件2 注2, 附件3 注3): the seal decides, the bot only asks."""

from __future__ import annotations

import datetime as dt
import re

from handlers.answer import Answer, Finding, Severity
from handlers.ask import Ask, Family
from handlers.findings import Check, clause_of, please_paste, quote, reply
from handlers.title import tidy
from handlers.units import SEALED_ENDINGS, department_behind, only_department, two_companies
from knowledge.model import Document, Kind
from knowledge.text import normalise

FAIL, WARN = Severity.FAIL, Severity.WARN
NAME_AT_MOST = 200  # characters of a name that are read
# A short name with one of these is an abbreviation all the same: 东海集团, 胜利油田.
WEAK_ENDINGS = {"集团": 7, "公司": 5, "油田": 6, "中心": 4, "院": 3, "局": 3, "厂": 5}

# Groups by the name they are called by: with 石化公司 behind it, not the name on a seal.
KNOWN_SHORT = ("中国石油", "中国石化", "中石油", "中石化", "中海油")

_TAIL = re.compile(r"(?:[（(][^（）()]{0,20}[）)])+$")
_REMARK = re.compile(r"[（(][^（）()]{0,8}(?:公章|一致|盖章|全称|同章)[^（）()]{0,8}[）)]$")  # （与公章一致）
_SPREAD = re.compile(r"(?<=[\u3400-\u9fff])[ \u3000\t]+(?=[\u3400-\u9fff])")
_SEAL = re.compile(r"章(?:上面?|里面?)?(?:刻|写|印|盖)?(?:的|着)?(?:名称|名字|全称|单位)?(?:就|明明|其实)?(?:是|为|叫)?[:“\"「]?([^\s,，。;；:“”\"「」是]{3,40}?(?:公司|集团|厂|院|所|局|中心))(?=的?(?:[\s,，。;；!?！？”\"」)）]|$))")
_ABOVE = re.compile(r"(?:上[头面级]|上级(?:单位|部门|公司|集团)|总部|母公司)(?:还)?(?:有|是|叫|为)个?([\u3400-\u9fff]{2,20}?)(?:有限公司|公司)?(?=的?(?:[\s,，。;；]|$))")
_LIST = re.compile(r"[,，、;；\n/]")


def company(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """The verdict on an 企业名称; without one it asks for it."""
    if not ask.material.strip():
        return please_paste("企业名称", Family.COMPANY)
    return reply(check_company(ask.material, ask.kind, notice, ask.text), notice, Family.COMPANY)


def check_company(material: str, kind: Kind | None, notice: Document, said: str = "") -> Check:
    """Every rule for an 企业名称. What the seal says is known only where it is ``said``: each reply says that it decides."""
    text = tidy(_REMARK.sub("", tidy(material[:NAME_AT_MOST])))
    clause = clause_of(notice, "company_name", kind)
    seal = seal_said(said)
    rules = [] if seal and seal == normalise(text).text else RULES
    found = [finding for rule in rules for finding in rule(text, clause)] + said_otherwise(text, seal, said, clause)
    if "not_the_seal" in {one.code for one in found}:
        return Check("企业名称", tuple(found), seal, lead="公章如是这样，请写：", clause=clause)
    return Check("企业名称", tuple(found), _corrected(text, found), passed=f"{quote(text, 40)}像是全称。企业名称以公章为准，请与公章逐字核对",
                 remark="企业名称以公章为准，请与公章逐字核对。" if found else "", lead="如公章是这样，请写：", clause=clause)


def seal_said(said: str) -> str:
    """The name that the asker reads on the seal: 公章是东海石化有限公司; "" where it is not told."""
    hit = _SEAL.search(said) if "章" in said else None
    return hit.group(1) if hit else ""


def said_otherwise(text: str, seal: str, said: str, clause: str) -> list[Finding]:
    """Not what the asker says of the seal, or begun with the body above that the asker names."""
    name = normalise(text).text
    if seal:
        return [] if seal == name else [Finding("not_the_seal", FAIL, quote(seal, 40), clause=clause)]
    above = _ABOVE.search(said)
    return [Finding("above_in_front", WARN, quote(above.group(1)), clause=clause)] if above and name.startswith(above.group(1)) and name != above.group(1) else []


def nothing(text: str, clause: str) -> list[Finding]:
    return [] if any(map(str.isalnum, text)) else [Finding("nothing", FAIL, clause=clause)]


def one_name_only(text: str, clause: str) -> list[Finding]:
    return [Finding("several_companies", WARN, quote(text), clause=clause)] if _LIST.search(text) else []


def blanks_inside(text: str, clause: str) -> list[Finding]:
    """上海 石油 化工: spread for alignment; a blank beside a bracket or a letter is none."""
    return [Finding("blank_in_company", WARN, quote(text), clause=clause)] if _SPREAD.search(text) else []


def chinese_name(text: str, clause: str) -> list[Finding]:
    """A seal has the Chinese name; an English one alone cannot be it."""
    has_han = any("\u3400" <= char <= "\u9fff" for char in text)
    return [Finding("not_chinese", WARN, quote(text), clause=clause)] if text and not has_han else []


def abbreviated(text: str, clause: str) -> list[Finding]:
    """A name without any ending of a sealed name: 东海石化."""
    bare = _bare(text)
    if not bare or department_behind(text) or not any("\u3400" <= char <= "\u9fff" for char in text):
        return []
    ending = next((one for one in SEALED_ENDINGS if bare.endswith(one)), "")
    short = len(bare) < WEAK_ENDINGS.get(ending, 0) or bare.endswith(("石化公司", "化工公司", "炼化公司", "油田公司")) and (len(bare) < 8 or bare.startswith(KNOWN_SHORT))
    weak = ending == "集团" and len(bare) < 9
    return [Finding("abbreviation", WARN, quote(text), clause=clause)] if not ending or short or weak or only_department(bare) else []


def department_after(text: str, clause: str) -> list[Finding]:
    """A department behind the company: the seal of the company has none."""
    found = department_behind(text)
    return [Finding("department", FAIL, f"请去掉{quote(found[1])}", clause=clause)] if found else []


def two_in_a_row(text: str, clause: str) -> list[Finding]:
    """A parent company in front of the company. A branch behind its own company is one sealed name."""
    found = two_companies(text)
    return [Finding("two_companies", FAIL, f"请核对能否去掉{quote(found[0])}", clause=clause)] if found else []


RULES = (nothing, one_name_only, blanks_inside, chinese_name, abbreviated, department_after, two_in_a_row)


def _bare(text: str) -> str:
    return _TAIL.sub("", text)


def _corrected(text: str, found: list[Finding]) -> str:
    codes = {one.code for one in found}
    if "several_companies" in codes:
        return ""
    text = _SPREAD.sub("", text)
    behind, row = department_behind(text), two_companies(text)
    if behind and row:
        return two_companies(behind[0])[1] if two_companies(behind[0]) else behind[0]
    return behind[0] if behind else row[1] if row else text if "blank_in_company" in codes else ""
