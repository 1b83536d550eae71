"""What differs between two wordings of a notice, and what submitters would see of it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from knowledge import derived, paths
from knowledge.codes import coded
from knowledge.model import Document, Entry, Kind
from knowledge.paths import label, leaves, record_of, shown
from knowledge.template import TemplateError, names, render

CHECKS = {  # what is worked out from values rather than from a template → the places that it reads
    "名额计算": ("bands.", "facts.quota_total_control", "rulings.zero_registered"),
    "检查主要完成人": ("facts.contributors_", "facts.blank_rule", "facts.separator_rule", "facts.order_rule"),
    "检查成果名称": ("title_rule", "facts.title_at_most_crew"),
    "检查班组、小组名称": ("facts.team_endings", "facts.team_name_", "facts.parent_body_rule"),
    "检查企业名称": ("facts.company_name_rule", "facts.parent_body_rule"),
    "检查申报表": ("fields.", "facts.project_types", "facts.benefit_unit", "facts.locked_"),
    "检查报告书的步骤和字数": ("outlines.", "sections.", "facts.reviewer_experience_at_most"),
    "普及率、成果率计算": ("statistics.", "facts.statistics_period"),
    "每条“通知未规定”的联系方式": ("facts.phone1", "facts.phone2", "facts.mail", "facts.department"),
}
TEMPLATES = {"title": "菜单", "answer": "答复", "group": "答复（小组）", "crew": "答复（班组）", "more": "补充", "yes": "是非问的开头"}


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs. ``before`` and ``after`` in words, "" where there is nothing; ``what``: 改 增 删."""

    path: str
    before: str
    after: str
    label: str
    what: str = "改"

    def __str__(self) -> str:
        if self.what == "改":
            return f"{self.label}：{_short(self.before)} → {_short(self.after)}"
        return f"{'新增' if self.what == '增' else '删除'}{self.label}"


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that submitters see otherwise. ``what``: 答复, 答复（小组）, 菜单, 转发, 检查或计算 …; ``entry`` is its id, if it has one."""

    what: str
    title: str
    before: str
    after: str
    entry: str = ""


def changes(old: Document, new: Document) -> list[Change]:
    """Every place that differs, in the order of the notice; a record that is new or gone counts once."""
    before, after = dict(leaves(old)), dict(leaves(new))
    gone, come = _records(before) - _records(after), _records(after) - _records(before)
    found = [Change(path, _text(old, path), "", label(old, path), "删") for path in dict.fromkeys(map(record_of, before)) if path in gone]
    for path in dict.fromkeys([*before, *after]):
        record = record_of(path)
        if record in come:
            found.append(Change(record, "", _text(new, record), label(new, record), "增"))
            come.remove(record)
            gone.add(record)
        elif record not in gone and before.get(path) != after.get(path):
            found.append(Change(path, _text(old, path), _text(new, path), label(new, path)))
    return found


def affected(old: Document, new: Document) -> list[Effect]:
    """Every answer, menu line, forwarded text, check and sum that comes out otherwise, before and after."""
    was, now = complete(old), complete(new)
    effects: list[Effect] = []
    for name in dict.fromkeys([*was.entries, *now.entries]):
        effects += _of_entry(name, was, now)
    return effects + _of_checks(old, new)


def complete(document: Document) -> Document:
    """The document with the entries that its own tables make; a written entry of the same id stays. Each has its code."""
    return msgspec.structs.replace(document, entries=coded(derived.entries(document) | document.entries))


def named_by(entry: Entry, document: Document) -> frozenset[str]:
    """The ids of the facts that an entry shows or compares with."""
    heads = {head for field in TEMPLATES for head in (name.partition(".")[0] for name in names(getattr(entry, field)))}
    compared = {entry.window, *(f"{one}{end}" for one in (entry.against, entry.members) for end in ("", "_group", "_crew"))}
    return frozenset((heads | compared) & document.facts.keys())


def rendered(template: str, document: Document) -> str:
    """A template filled; one that names what is not there is shown as it stands."""
    try:
        return render(template, document)
    except TemplateError as error:
        return f"（写不出来：没有 {error}）{template}"


def _of_entry(name: str, was: Document, now: Document) -> list[Effect]:
    before, after = was.entries.get(name), now.entries.get(name)
    title = rendered((after or before).title, now if after else was)
    effects = []
    for field, what in TEMPLATES.items():
        old, new = (rendered(getattr(one, field), document) if one else "" for one, document in ((before, was), (after, now)))
        if old != new:
            effects.append(Effect(what, title, old, new, name))
    effects += _compared(name, title, was, now)
    if any(one.what.startswith("答复") for one in effects) and (after or before).forwardable:
        effects.append(Effect("转发", title, _whole(before, was), _whole(after, now), name))
    return effects


def _compared(name: str, title: str, was: Document, now: Document) -> list[Effect]:
    """Where the day or number of a question is held against a fact that an entry's own words may not name."""
    entry, effects = now.entries.get(name), []
    if entry is None or name not in was.entries:
        return []
    for fact in (entry.window, *(f"{entry.against}{end}" for end in ("", *(f"_{kind}" for kind in Kind)))):
        old, new = was.facts.get(fact), now.facts.get(fact)
        if old and new and old.value != new.value:
            effects.append(Effect("日期比较" if fact == entry.window else "是否符合", f"{title}（对照“{new.label}”）", shown(old.value, old), shown(new.value, new), name))
    return effects


def _of_checks(old: Document, new: Document) -> list[Effect]:
    differing = [one for one in changes(old, new) if not one.path.endswith((".words", ".quote"))]
    return [Effect("检查或计算", check, one.before, one.after) for check, reads in CHECKS.items() for one in differing if one.path.startswith(reads)]


def _whole(entry: Entry | None, document: Document) -> str:
    return "\n".join(rendered(text, document) for text in (entry.answer, entry.group, entry.crew, entry.more) if text) if entry else ""


def _records(table: dict) -> set[str]:
    return {record_of(path) for path in table}


def _text(document: Document, path: str) -> str:
    value = paths.get(document, path)
    if isinstance(value, msgspec.Struct) and path == record_of(path):
        return paths.name(document, path)
    record = paths.get(document, record_of(path))
    return shown(value, record if path.startswith("facts.") else None)


def _short(text: str, most: int = 60) -> str:
    text = text.replace("\n", " ")
    return f"{text[:most]}…" if len(text) > most else text or "（空）"
