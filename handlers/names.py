"""Whether a pasted list of 主要完成人 may stand in the form as it is (附件2 注3, 附件3 注4), and how it should read."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

from handlers.answer import Answer, Choice, Finding, Severity
from handlers.ask import Ask, Family
from handlers.findings import MATERIAL_AT_MOST, Check, clause_of, kinds_said, please_paste, quotes, reply
from handlers.pasting.listing import read_listing
from handlers.pasting.person import Listing
from knowledge.model import Document, Kind

FAIL, WARN, PASS = Severity.FAIL, Severity.WARN, Severity.PASS
COUNT_ALONE = re.compile(r"共(\d{1,5})人")
_SPOKEN = {"\n": "换行", "\t": "制表符", " ": "空格", "#": "序号", "—": "“-”", ".": "“.”", "。": "“。”"}


def names(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """The verdict on a list of 主要完成人; without a list it asks for one."""
    if not ask.material.strip():
        return please_paste("主要完成人名单", Family.NAMES, "张建国,李梅,王志强")
    if told := COUNT_ALONE.fullmatch(ask.material):
        return reply(check_count(int(told.group(1)), ask.kind, notice), notice, Family.NAMES)
    check = check_names(ask.material, ask.kind, notice)
    answer = reply(check, notice, Family.NAMES)
    return _which_kind(answer, check) if check.codes() == {"kind_unsaid"} else answer


def _which_kind(answer: Answer, check: Check) -> Answer:
    """小组 or 班组 is all that is open: a choice, complete without the names, which are forgotten."""
    choices = tuple(Choice(kind.label, f"检查{kind.label}主要完成人：{check.summary}", kind=kind) for kind in Kind)
    numbered = "\n".join(f"{number}. {choice.label}" for number, choice in enumerate(choices, 1))
    return answer.but(text=f"{answer.text}\n{numbered}\n回复数字即可。", choices=choices)


def check_count(count: int, kind: Kind | None, notice: Document) -> Check:
    """The number of names alone, where the list was checked before."""
    return Check(f"主要完成人{kinds_said(kind)}人数", tuple(too_many(count, kind, notice)), passed=f"共{count}人（{_limits(kind, notice)}）",
                 summary=f"共{count}人", clause=clause_of(notice, "contributors", kind))


def check_names(material: str, kind: Kind | None, notice: Document) -> Check:
    """Every rule for 主要完成人 over one list; ``corrected`` is the list with what can be mended mended."""
    listing = read_listing(material[:MATERIAL_AT_MOST])
    clause = clause_of(notice, "contributors", kind)
    found = [finding for rule in RULES for finding in rule(listing, clause)]
    count, limits = len(listing.names), _limits(kind, notice)
    found += too_many(count, kind, notice)
    return Check(
        f"主要完成人{kinds_said(kind)}", tuple(found), _corrected(listing, found),
        passed=f"共{count}人（{limits}），用逗号隔开，姓名中间没有空格" if count > 1 else f"共{count}人（{limits}），姓名中间没有空格",
        summary=f"共{count}人", remark=_remark(listing, found), clause=clause,
    )


def wrong_separators(listing: Listing, clause: str) -> list[Finding]:
    """逗号 stands between two names, ， or , alike; nothing else does."""
    said = [_SPOKEN.get(one, f"“{one}”") for one in dict.fromkeys(listing.wrong_separators)]
    return [Finding("separator", FAIL, "、".join(said[:5]), clause=clause)] if said else []


def glued(listing: Listing, clause: str) -> list[Finding]:
    """Several names without anything between them."""
    return [Finding("no_separator", FAIL, quotes(listing.glued), clause=clause)] if listing.glued else []


def blanks_inside(listing: Listing, clause: str) -> list[Finding]:
    """No blank of any width inside a name; two-character names spread for alignment are the commonest case."""
    return [Finding("blank", FAIL, quotes(listing.blanks), clause=clause)] if listing.blanks else []


def hidden_inside(listing: Listing, clause: str) -> list[Finding]:
    return [Finding("hidden", FAIL, quotes(listing.hidden), clause=clause)] if listing.hidden else []


def blanks_by_commas(listing: Listing, clause: str) -> list[Finding]:
    """A blank beside a comma breaks no rule, but need not be there."""
    return [Finding("blank_by_comma", PASS)] if listing.loose else []


def empty_items(listing: Listing, clause: str) -> list[Finding]:
    return [Finding("empty_item", WARN, quotes(listing.empties), clause=clause)] if listing.empties else []


def other_columns(listing: Listing, clause: str) -> list[Finding]:
    return [Finding("other_columns", FAIL, clause=clause)] if listing.sheet else []


def numbering(listing: Listing, clause: str) -> list[Finding]:
    return [Finding("numbering", FAIL, quotes(listing.numbering), clause=clause)] if listing.numbering else []


def brackets(listing: Listing, clause: str) -> list[Finding]:
    return [Finding("brackets", FAIL, quotes(listing.brackets), clause=clause)] if listing.brackets else []


def duties(listing: Listing, clause: str) -> list[Finding]:
    return [Finding("duty", FAIL, quotes(listing.duties), clause=clause)] if listing.duties else []


def beside_names(listing: Listing, clause: str) -> list[Finding]:
    return [Finding("beside", FAIL, quotes(listing.beside), clause=clause)] if listing.beside else []


def and_others(listing: Listing, clause: str) -> list[Finding]:
    return [Finding("and_others", FAIL, quotes(listing.others), clause=clause)] if listing.others else []


def repeated(listing: Listing, clause: str) -> list[Finding]:
    """The same name twice may be two people: a warning, never a mending of its own."""
    twice = [f"“{name}”出现{times}次" for name, times in Counter(listing.names).items() if times > 1]
    return [Finding("repeated", WARN, "、".join(twice[:4]), clause=clause)] if twice else []


def digits(listing: Listing, clause: str) -> list[Finding]:
    return [Finding("digits", WARN, quotes(listing.digits), clause=clause)] if listing.digits else []


def latin(listing: Listing, clause: str) -> list[Finding]:
    return [Finding("latin", WARN, quotes(listing.latin), clause=clause)] if listing.latin else []


def symbols(listing: Listing, clause: str) -> list[Finding]:
    return [Finding("symbol", WARN, quotes(listing.symbols), clause=clause)] if listing.symbols else []


def odd_names(listing: Listing, clause: str) -> list[Finding]:
    """One character alone is no full name; six and more without a dot hardly are one."""
    short = [name for name in listing.names if len(name) == 1]
    found = [Finding("one_character", WARN, quotes(short), clause=clause)] if short else []
    return found + ([Finding("not_a_name", WARN, quotes(listing.strange), clause=clause)] if listing.strange else [])


def other_dots(listing: Listing, clause: str) -> list[Finding]:
    return [Finding("dot", listing.dots_doubtful and WARN or PASS, quotes(listing.dots))] if listing.dots else []


def no_names(listing: Listing, clause: str) -> list[Finding]:
    return [] if listing.names else [Finding("no_names", WARN, clause=clause)]


def too_many(count: int, kind: Kind | None, notice: Document) -> list[Finding]:
    """At most so many 主要完成人; where the kind is unsaid, what each limit means for this list."""
    kinds = [kind] if kind else list(Kind)
    over = [one for one in kinds if count > _limit(notice, one)]
    if not over:
        return []
    clause = notice.facts[notice.fact_id("contributors", over[0])].clause
    says = "；".join(_says_limit(notice, one, count) for one in kinds)
    if len(over) == len(kinds):
        return [Finding("too_many", FAIL, f"共{count}人，{says}", clause=clause)]
    return [Finding("kind_unsaid", WARN, f"共{count}人，请确认是小组还是班组：{says}", clause=clause)]


RULES = (wrong_separators, other_columns, glued, blanks_inside, hidden_inside, blanks_by_commas, empty_items, numbering, brackets, duties, beside_names,
         and_others, repeated, digits, latin, symbols, odd_names, other_dots, no_names)


def _limit(notice: Document, kind: Kind) -> int:
    return notice.value("contributors", kind)


def _limits(kind: Kind | None, notice: Document) -> str:
    return "，".join(f"{one.label}不超过{_limit(notice, one)}人" for one in ([kind] if kind else Kind))


def _says_limit(notice: Document, kind: Kind, count: int) -> str:
    limit = _limit(notice, kind)
    then = f"请删去{count - limit}人" if count > limit else "没有超"
    return f"{kind.label}主要完成人不超过{limit}人，{then}"


def _corrected(listing: Listing, found: list[Finding]) -> str:
    mendable = {one.code for one in found} - {"too_many", "kind_unsaid", "repeated", "latin", "one_character", "not_a_name", "no_names"}
    return ",".join(listing.names) if mendable and listing.names else ""


def _remark(listing: Listing, found: list[Finding]) -> str:
    once = list(dict.fromkeys(listing.names))
    if len(once) < len(listing.names) <= 40:
        return "如确系写重，去掉重复后是：\n" + ",".join(once)
    if not found:
        return "请再核对姓名与证件一致、排名顺序无误，提交后不再更改。"
    return ""
