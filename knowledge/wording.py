"""What an entry may not be: templates that don't render, digits from nowhere, cues that name nothing, phrasings claimed twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from knowledge.cases import literals
from knowledge.concepts import all_concepts
from knowledge.differences import TEMPLATES, named_by
from knowledge.index import read_cue
from knowledge.model import Compare, Document, Entry, FactType
from knowledge.refusals import Problem
from knowledge.template import PLACEHOLDER, TemplateError, names, render, resolve
from knowledge.text import squeeze
from knowledge.wordings import spoken

FAMILIES = frozenset("fact time stats quota names title team company form outline multi outside clarify chat forward more".split())
LINE_AT_MOST = 1_700  # bytes of a line: pages (bot/render.py) are parted between lines
REPLY_AT_MOST = 6_000  # bytes of a whole answer: more pages nobody asks for
ANSWERS = ("answer", "group", "crew")
NUMBERING = re.compile(r"(?m)^\s*\d{1,2}[.、)）]")
EXAMPLE = re.compile(r"“[^”]*”")
FROM_VALUES = frozenset({"next_year", "past_year", "day_named", "people_named"})  # concepts that numbers make


def entries(document: Document, whole: Document) -> Iterator[Problem]:
    """Every written entry. ``whole`` is the document with the entries that its tables make."""
    known = frozenset(all_concepts(whole)) | FROM_VALUES
    for name, entry in document.entries.items():
        place = f"entries.{name}"
        title = f"条目“{entry.title or name}”"
        yield from _shape(entry, place, title)
        yield from _templates(entry, place, title, whole)
        yield from _cues(entry, place, title, known)
        yield from _comparison(entry, place, title, document)
        yield from _members(entry, place, title, document)
    yield from _claimed_twice(document)
    yield from _codes(document)


def _shape(entry: Entry, place: str, title: str) -> Iterator[Problem]:
    if not entry.title.strip():
        yield Problem(f"{place}.title", f"{title}没有标题。")
    if not any(getattr(entry, field).strip() for field in ANSWERS):
        yield Problem(f"{place}.answer", f"{title}没有答复。")
    if entry.stated and entry.family != "chat" and not entry.clause:
        yield Problem(f"{place}.clause", f"{title}没有注明条款。")
    if entry.family not in FAMILIES:
        yield Problem(f"{place}.family", f"{title}的类别“{entry.family}”不存在。")
    if not (entry.cues or entry.words or entry.phrasings):
        yield Problem(f"{place}.phrasings", f"{title}没有问法，也没有识别规则，谁也问不到它。")
    if any(not one.strip() for one in (*entry.phrasings, *entry.words, *entry.hints)):
        yield Problem(f"{place}.phrasings", f"{title}的问法或说法里有空的一项。")


def _templates(entry: Entry, place: str, title: str, whole: Document) -> Iterator[Problem]:
    sound = True
    for field in TEMPLATES:
        template, where = getattr(entry, field), f"{place}.{field}"
        for unknown in _unknown(template, whole):
            sound = False
            yield Problem(where, f"{title}里的 {{{unknown}}} 不存在，请从事实中选取。")
        bare_text = PLACEHOLDER.sub("", template)
        if "{" in bare_text or "}" in bare_text:
            sound = False
            yield Problem(where, f"{title}里的花括号没有配对，或括号里的名字写错了。")
        for digits in _typed_digits(bare_text, entry) if sound else ():
            yield Problem(where, f"{title}里直接写了数字“{digits}”，它不来自任何事实；请改为插入事实。")
    if sound:
        yield from _lengths(entry, place, title, whole)


def _unknown(template: str, whole: Document) -> Iterator[str]:
    for name in dict.fromkeys(names(template)):
        try:
            if resolve(name, whole) == "None":
                yield name
        except TemplateError:
            yield name


def _typed_digits(text: str, entry: Entry) -> list[str]:
    """Digits of a template that no fact gave; the numbers of a list, and examples in a greeting, are none."""
    text = NUMBERING.sub("", text)
    if entry.family == "chat":
        text = EXAMPLE.sub("", text)
    return re.findall(r"\d+", text)


def _lengths(entry: Entry, place: str, title: str, whole: Document) -> Iterator[Problem]:
    texts = {field: render(getattr(entry, field), whole) for field in (*ANSWERS, "more") if getattr(entry, field)}
    for field, text in texts.items():
        longest = max(len(line.encode()) for line in text.split("\n"))
        if longest > LINE_AT_MOST:
            yield Problem(f"{place}.{field}", f"{title}有一行{longest}字节，超过{LINE_AT_MOST}字节，微信一条放不下；请分成几行。")
    total = sum(len(text.encode()) for text in texts.values())
    if total > REPLY_AT_MOST:
        yield Problem(f"{place}.answer", f"{title}的答复共{total}字节，超过{REPLY_AT_MOST}字节，要翻好几页；请精简。")


def _cues(entry: Entry, place: str, title: str, known: frozenset[str]) -> Iterator[Problem]:
    for cue in entry.cues:
        read = read_cue("", cue)
        if not read.needed:
            yield Problem(f"{place}.cues", f"{title}的识别规则“{cue}”里没有必须出现的概念。")
        for unknown in sorted(name for name in read.names if name not in known and not name.startswith("hint_")):
            yield Problem(f"{place}.cues", f"{title}的识别规则里的概念“{unknown}”不存在。")


def _comparison(entry: Entry, place: str, title: str, document: Document) -> Iterator[Problem]:
    window = document.facts.get(entry.window)
    if window and window.type not in (FactType.WINDOW, FactType.DATE):
        yield Problem(f"{place}.window", f"{title}对照的“{window.label}”不是日期或起止时间。")
    if bool(entry.compare) != bool(entry.against):
        yield Problem(f"{place}.against", f"{title}的比较方式和比较的数值应同时填写。")
    wanted = FactType.DATE if entry.compare is Compare.FROM_ON else FactType.NUMBER
    for end in ("", "_group", "_crew"):
        fact = document.facts.get(f"{entry.against}{end}")
        if entry.compare and fact and fact.type is not wanted:
            yield Problem(f"{place}.against", f"{title}比较的“{fact.label}”应是{'日期' if wanted is FactType.DATE else '数字'}。")


def _members(entry: Entry, place: str, title: str, document: Document) -> Iterator[Problem]:
    """The list in which an asker may look for an item: a list fact (or its stem), an outline, or the form."""
    head, _, name = entry.members.partition(".")
    facts = [document.facts[one] for end in ("", "_group", "_crew") if (one := f"{head}{end}") in document.facts]
    there = name in document.outlines if head == "outline" else head == "form" or facts and all(one.type is FactType.LIST for one in facts)
    if head and not there:
        yield Problem(f"{place}.members", f"{title}用来查找项目的列表 {entry.members} 不存在。")


def _claimed_twice(document: Document) -> Iterator[Problem]:
    """One wording, two entries: nobody could say which answers."""
    owners: dict[str, list[str]] = defaultdict(list)
    for name, entry in document.entries.items():
        for said in dict.fromkeys(map(spoken, (entry.title, *entry.phrasings))):
            owners[said].append(name)
    for said, claimed in owners.items():
        for name in claimed[1:]:
            yield Problem(f"entries.{name}.phrasings", f"问法“{said}”同时属于条目“{document.entries[claimed[0]].title}”和“{document.entries[name].title}”，请只留一处。")


def _codes(document: Document) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for name, entry in document.entries.items():
        if entry.code and entry.code in owners:
            yield Problem(f"entries.{name}.code", f"编号{entry.code}用了两次：条目“{document.entries[owners[entry.code]].title}”和“{entry.title}”。")
        owners.setdefault(entry.code, name)


# -- 回归题

def cases(document: Document, whole: Document) -> Iterator[Problem]:
    """Every golden question asks something, names what is there, and every entry and every fact has one."""
    for name, case in document.cases.items():
        place = f"cases.{name}"
        if not case.turns or any(not turn.strip() for turn in case.turns):
            yield Problem(f"{place}.turns", f"回归题{name}没有写问题。")
        if case.entry and case.entry not in whole.entries:
            yield Problem(f"{place}.entry", f"回归题“{' → '.join(case.turns)}”的应答条目 {case.entry} 不存在。")
        if not (case.entry or case.must or case.must_not or case.verdict):
            yield Problem(f"{place}.must", f"回归题“{' → '.join(case.turns)}”没有写怎样才算答对。")
    asked = {case.entry for case in document.cases.values()}
    for name, entry in document.entries.items():
        if name not in asked:
            yield Problem(f"entries.{name}", f"条目“{entry.title}”还没有回归题，请至少写一个。")
    for name in uncovered_facts(document, whole):
        yield Problem(f"facts.{name}", f"“{document.facts[name].label}”还没有回归题，请至少写一个答复中应出现它的问题。")


def uncovered_facts(document: Document, whole: Document) -> list[str]:
    """The facts that no golden question would miss: none expects their value, nor an entry that names them."""
    asked = {case.entry for case in document.cases.values()} & whole.entries.keys()
    covered = frozenset().union(*(named_by(whole.entries[name], whole) for name in asked))
    said = squeeze("\n".join(words for case in document.cases.values() for words in case.must))
    return [name for name, fact in document.facts.items() if name not in covered and not any(squeeze(one) in said for one in literals(fact))]
