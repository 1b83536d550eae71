"""Whether a pasted 成果名称 may stand in the form: a formula and a length for 班组 (附件3 注2), neither for 小组."""

from __future__ import annotations

import datetime as dt
import re

from handlers.answer import Answer, Choice, Finding, Outcome, Severity
from handlers.ask import Ask, Family
from handlers.findings import MATERIAL_AT_MOST, Check, clause_of, kinds_said, please_paste, quote, reply, sentence
from knowledge.model import Document, Kind

FAIL, WARN = Severity.FAIL, Severity.WARN
# What 小组 or 班组 asks after a title whose kind was unsaid; the title itself is forgotten.
_WHICH_RULE = (Choice("小组", "小组成果名称有字数和命名限制吗", kind=Kind.GROUP), Choice("班组", "班组成果名称怎么起", kind=Kind.CREW))
LEAD = "可以改成（长按复制）："

# Words that people use where the rule has others: which of the rule's verbs and closers comes nearest (where it has them).
NEAR_VERBS = {"应用": "运用", "使用": "运用", "利用": "运用", "采用": "运用", "活用": "运用", "借助": "运用", "引入": "运用", "通过": "运用",
              "基于": "运用", "依托": "运用", "开展": "实施", "执行": "实施", "落实": "实施", "实行": "实施", "推广": "推行", "推进": "推行",
              "推动": "推行", "践行": "推行", "施行": "推行", "导入": "推行"}
PURPOSES = ("提升", "提高", "降低", "减少", "加强", "优化", "缩短", "消除", "改善", "强化", "确保", "保障", "解决", "防止", "控制", "增强")
NEAR_CLOSERS = {"经验总结": "经验", "经验分享": "经验", "经验交流": "经验", "经验做法": "经验", "经验介绍": "经验", "经验材料": "经验", "实践总结": "实践",
                "实践活动": "实践", "实践应用": "实践", "实践经验总结": "实践", "实践案例": "实践", "实践研究": "实践", "实践报告": "实践", "探索研究": "探索",
                "探索总结": "探索", "做法": "实践", "方法": "实践", "研究": "探索", "应用": "实践", "总结": "经验",
                "体会": "经验", "心得": "经验", "尝试": "探索", "案例": "实践", "成果": "实践", "活动": "实践", "工作": "实践", "项目": "实践", "举措": "实践",
                "探讨": "探索", "试点": "探索", "分享": "经验", "介绍": "经验", "思考": "探索", "创新": "探索", "运用": "实践", "报告": "实践"}
EMPTY_MIDDLE = re.compile(r"^(?:的|班组|我们|本班组|小组|一些|相关|有关|若干|几点|先进|好|管理|工作|方面)*$")

OPTIONS_AT_MOST = 4
_OPTION = re.compile(r"(?:^|(?<=[\s:：，,;；]))([A-Da-d①②③④]|方案[一二三四1-4])\s?[.．、:：)）]?\s?(?=[\u3400-\u9fff“])")
_PUNCTUATION = re.compile(r"[^\w\s]|_")
_ABOUT = re.compile(r"^(?:关于|浅谈|浅析|浅论|试论|试谈|谈谈|漫谈)")  # in front of a title, as in an essay's
_TAIL = re.compile(r"[（(][^（）()]{1,12}[）)]$")
_RUNS = re.compile(r"[A-Za-z0-9０-９Ａ-Ｚａ-ｚ]+")
_EDGE = " \t\n\r。.!！?？;；,，、：:~～…"
_MARKUP = re.compile(r"<[^<>]{1,40}>|https?://\S{0,40}|www\.\S{0,40}|\*\*|[{}\\^`|#]|&[a-z]{2,6};|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFFFD]")
_PLACEHOLDER = re.compile(r"[X×]{2,}|[xX]{2,}|[*＊]{2,}|_{2,}|…{2,}|[？?]{2,}|[○〇□]{2,}|^(?:无|没有|待定|暂无|测试|test|同上|略|成果名称|课题名称|名称|题目)$", re.I)
_TEAM = re.compile(r"(?:QC小组|质量管理小组|攻关小组|小组|班组|信得过班组)$", re.I)


def title(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """The verdict on a 成果名称; without one it asks for it."""
    if not ask.material.strip():
        return please_paste("成果名称（请说明是小组还是班组）", Family.TITLE, notice.title_rule.example)
    choices = options(ask.material)
    if len(choices) > 1:
        return _one_by_one(choices, ask.kind, notice)
    check = check_title(ask.material, ask.kind, notice)
    answer = reply(check, notice, Family.TITLE)
    return answer.but(choices=_WHICH_RULE) if "formula_is_crews" in check.codes() else answer


def options(material: str) -> list[tuple[str, str]]:
    """Several titles to choose from: A.推行…的实践 B.…的应用 → (A, 推行…的实践), (B, …的应用)."""
    marks = list(_OPTION.finditer(material[:MATERIAL_AT_MOST]))[:OPTIONS_AT_MOST]
    ends = [mark.start() for mark in marks[1:]] + [len(material)]
    found = [(mark.group(1), re.split(r"[\n，,。?？]", material[mark.end():end].strip(_EDGE))[0]) for mark, end in zip(marks, ends)]
    return found if all(len(text) >= 4 for _, text in found) else []


def _one_by_one(choices: list[tuple[str, str]], kind: Kind | None, notice: Document) -> Answer:
    """A line of verdict for each of several titles; the best of them is the verdict of the whole."""
    checks = [(mark, text, check_title(text, kind, notice)) for mark, text in choices]
    lines = [f"{check.verdict} {mark} {quote(text, 40)}" + "".join(f"\n　• {sentence(one, notice)}" for one in check.findings[:3])
             for mark, text, check in checks]
    best = min((check.verdict for _, _, check in checks), key=list(Severity).index)
    good = [f"{mark}（{text}）" for mark, text, check in checks if check.verdict is best]
    head = f"{best} 合规的是：{'、'.join(good)}" if best is Severity.PASS else f"{best} 这几个都要再改"
    return Answer("\n".join([head, *lines]), Family.TITLE, Outcome.CHECKED, clauses=(notice.label(notice.title_rule.clause),), verdict=best)


def check_title(material: str, kind: Kind | None, notice: Document) -> Check:
    """Every rule for a 成果名称; the formula and the length hold for 班组 alone."""
    text = tidy(material[:MATERIAL_AT_MOST])
    clause = clause_of(notice, "title", kind)
    found = [finding for rule in COMMON_RULES for finding in rule(text, clause)]
    if kind is Kind.GROUP:
        return _group_check(text, found, clause)
    formula = [finding for rule in FORMULA_RULES for finding in rule(_one_line(text), notice)]
    subject = f"成果名称{kinds_said(kind)}"
    if kind is Kind.CREW:
        return Check(subject, tuple(found + formula), suggestion(_one_line(text), notice) if formula else "",
                     passed=f"{_says_count(text)}，没有超过{notice.title_rule.at_most}字，符合命名规则", summary=_says_count(text),
                     remark=_remark(formula, notice), lead=LEAD, clause=notice.title_rule.clause)
    return _unsaid_check(text, found, formula, subject, notice)


def _group_check(text: str, found: list[Finding], clause: str) -> Check:
    return Check("成果名称（小组）", tuple(found), passed="通知对小组成果名称没有命名规则和字数限制，准确、简明即可，提交后不再更改",
                 remark="通知对小组成果名称没有命名规则和字数限制。" if found else "", clause=clause)


def _unsaid_check(text: str, found: list[Finding], formula: list[Finding], subject: str, notice: Document) -> Check:
    """The kind is unsaid: right for both, or right for 小组 only."""
    if not formula:
        return Check(subject, tuple(found), passed=f"{_says_count(text)}，班组的命名规则和字数都符合；小组没有这方面的限制",
                     summary=_says_count(text), clause=notice.title_rule.clause)
    says = Finding("formula_is_crews", WARN, "如果是小组成果：通知没有命名规则和字数限制，可以；如果是班组成果，还要修改：", clause="")
    softened = [Finding(one.code, WARN, one.found, one.corrected, one.clause) for one in formula]
    return Check(subject, tuple([*found, says, *softened]), suggestion(_one_line(text), notice), summary=_says_count(text),
                 remark=_remark(formula, notice), lead=LEAD)


# Rules for any 成果名称: what is plainly wrong.

def nothing_left(text: str, clause: str) -> list[Finding]:
    return [] if _PUNCTUATION.sub("", text).strip() else [Finding("nothing", FAIL, clause=clause)]


def line_breaks(text: str, clause: str) -> list[Finding]:
    return [Finding("line_break", WARN, clause=clause)] if "\n" in text else []


def markup(text: str, clause: str) -> list[Finding]:
    hit = _MARKUP.search(text)
    return [Finding("markup", WARN, quote(hit.group()), clause=clause)] if hit else []


def placeholder(text: str, clause: str) -> list[Finding]:
    hit = _PLACEHOLDER.search(text)
    return [Finding("placeholder", WARN, quote(hit.group()), clause=clause)] if hit else []


def team_name(text: str, clause: str) -> list[Finding]:
    """启航QC小组 is the name of a team, not of what it achieved."""
    return [Finding("is_team_name", WARN, quote(text), clause=clause)] if _TEAM.search(text) and len(text) <= 24 else []


COMMON_RULES = (nothing_left, line_breaks, markup, placeholder, team_name)


# Rules of the formula: length, verb, method, closer.

def length(text: str, notice: Document) -> list[Finding]:
    """At most so many characters; whether punctuation counts is the notice's open point."""
    rule, strict, lenient = notice.title_rule, count(text), count_without_marks(text)
    if strict <= rule.at_most:
        return []
    if lenient > rule.at_most:
        says = f"共{strict}字，超过{rule.at_most}字，请压缩到{rule.at_most}字以内（至少减{strict - rule.at_most}字）"
        return [Finding("too_long", FAIL, says, clause=rule.clause)]
    says = f"标点、字母逐个计是{strict}字，超过{rule.at_most}字；不这样计是{lenient}字。通知没有写明怎么数，稳妥起见请压缩到{rule.at_most}字以内"
    return [Finding("maybe_too_long", WARN, says, clause=rule.clause)]


def verb_in_front(text: str, notice: Document) -> list[Finding]:
    rule = notice.title_rule
    if not text or text.startswith(rule.verbs):
        return []
    wanted = _either(rule.verbs)
    if about := _ABOUT.match(text):
        return [Finding("verb_near", FAIL, f"“{about.group()}”要去掉，名称以{wanted}开头", clause=rule.clause)]
    near = _near_verb(text, notice)
    if near:
        return [Finding("verb_near", FAIL, f"“{near[0]}”要改成{wanted}", clause=rule.clause)]
    return [Finding("verb", FAIL, wanted, clause=rule.clause)]


def closer_behind(text: str, notice: Document) -> list[Finding]:
    """经验, 实践 or 探索 at the end, with or without a word before it (班组实践)."""
    rule = notice.title_rule
    if not text or text.endswith(rule.closers):
        return []
    wanted = _either(rule.closers)
    near = _near_closer(text, notice)
    if near:
        return [Finding("closer_near", FAIL, f"“{near[0]}”要改成{wanted}", clause=rule.clause)]
    return [Finding("closer", FAIL, wanted, clause=rule.clause)]


def method_between(text: str, notice: Document) -> list[Finding]:
    """相关质量管理方法、手段或工艺 stands between verb and closer."""
    rule = notice.title_rule
    return [Finding("middle", FAIL, rule.middle, clause=rule.clause)] if text and EMPTY_MIDDLE.match(middle_of(text, notice)) else []


FORMULA_RULES = (length, verb_in_front, method_between, closer_behind)


def count(text: str) -> int:
    """Characters without blanks: punctuation, letters and digits one each."""
    return sum(not char.isspace() for char in text)


def count_without_marks(text: str) -> int:
    """Without punctuation, and a run of letters or digits (TPM, 5S) as one."""
    return count(_RUNS.sub("一", _PUNCTUATION.sub("", text)))


def middle_of(text: str, notice: Document) -> str:
    """What stands between the verb (or a near one) and the closer (or a near one)."""
    verb = next((one for one in notice.title_rule.verbs if text.startswith(one)), "") or (_near_verb(text, notice) or [""])[0]
    rest = text.removeprefix(verb)
    closer = next((one for one in notice.title_rule.closers if rest.endswith(one)), "") or (_near_closer(rest, notice) or [""])[0]
    return rest.removesuffix(closer).removesuffix("与").removesuffix("和").removesuffix("的")


def suggestion(text: str, notice: Document) -> str:
    """The title with verb and closer put right, where that is mechanical and the length allows it; else empty."""
    given, text = text, _ABOUT.sub("", text)
    rule, middle = notice.title_rule, middle_of(text, notice)
    verb = next((one for one in rule.verbs if text.startswith(one)), "") or (_near_verb(text, notice) or ("", ""))[1]
    closer = next((one for one in rule.closers if text.endswith(one)), "") or (_near_closer(text, notice) or ("", ""))[1]
    if EMPTY_MIDDLE.match(middle) or not (verb or closer) or (not verb and middle.startswith(PURPOSES)):
        return ""
    link = "" if closer and text.endswith(closer) and not text.removesuffix(closer).endswith("的") else "的"
    suggested = f"{verb or rule.verbs[-1]}{middle}{link}{closer or rule.closers[len(rule.closers) // 2]}"
    return suggested if suggested != given and count(suggested) <= rule.at_most else ""


def tidy(material: str) -> str:
    """Without quotation marks around it, end punctuation and blanks at the ends."""
    text = material.strip(_EDGE)
    for opening, closing in ("“”", "\"\"", "「」", "《》", "『』", "【】", "‘’", "''"):
        if len(text) > 1 and text[0] == opening and text[-1] == closing and opening not in text[1:-1]:
            text = text[1:-1].strip(_EDGE)
    return text


def _one_line(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _near_verb(text: str, notice: Document) -> tuple[str, str] | None:
    return next(((near, verb) for near, verb in NEAR_VERBS.items() if text.startswith(near) and verb in notice.title_rule.verbs), None)


def _near_closer(text: str, notice: Document) -> tuple[str, str] | None:
    """What stands in the closer's place, and the closer that comes nearest: 做法, 实践与创新, 实践（第二稿）."""
    closers = notice.title_rule.closers
    if text.endswith(closers):
        return None
    tail = _TAIL.search(text)
    if tail and text[:tail.start()].endswith(closers):
        closer = next(one for one in closers if text[:tail.start()].endswith(one))
        return closer + tail.group(), closer
    near = next(((near, one) for near, one in NEAR_CLOSERS.items() if text.endswith(near) and one in closers), None)
    return near and (_before_and(text.removesuffix(near[0]), near[0], closers) or near)


def _before_and(text: str, last: str, closers: tuple[str, ...]) -> tuple[str, str] | None:
    """实践与创新, 研究与应用: two nouns for one closer, told by the first."""
    link = text[-1:]
    first = next((one for one in (*closers, *NEAR_CLOSERS) if link in ("与", "和", "及") and text[:-1].endswith(one)), "")
    return (first + link + last, NEAR_CLOSERS.get(first, first)) if first and NEAR_CLOSERS.get(first, first) in closers else None


def _either(words: tuple[str, ...]) -> str:
    """“实施”、“运用”或“推行”"""
    return "、".join(f"“{one}”" for one in words[:-1]) + f"或“{words[-1]}”"


def _says_count(text: str) -> str:
    return f"共{count(text)}字" + ("（标点、字母、数字每个计一字）" if count(text) != count_without_marks(text) else "")


def _remark(formula: list[Finding], notice: Document) -> str:
    rule = notice.title_rule
    if not formula:
        return ""
    return f"命名规则：{'/'.join(rule.verbs)}+{rule.middle}+{'/'.join(rule.closers)}，{rule.at_most}字以内。"
