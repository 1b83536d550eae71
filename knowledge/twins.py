"""Values that a notice needs in two places: they have to agree, and changing one changes the other with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge import paths
from knowledge.model import Document, FactType
from knowledge.refusals import Problem, band_label

PAIRS = (
    ("facts.notice_year.value", "notice.year"), ("facts.notice_title.value", "notice.title"), ("facts.issued.value", "notice.issued"),
    ("facts.title_at_most_crew.value", "title_rule.at_most"), ("facts.title_example.value", "title_rule.example"),
    ("facts.project_types.value", "fields.project_type.allowed"), ("facts.reviewer_kinds.value", "fields.reviewer_kinds.allowed"),
    ("facts.profile_at_most.value", "sections.profile_crew.at_most"), ("facts.background_at_most.value", "sections.background_crew.at_most"),
    ("facts.process_at_most.value", "sections.process_crew.at_most"), ("facts.effect_at_most.value", "sections.effect_crew.at_most"),
)


def settle(old: Document, new: Document) -> Document:
    """``new`` with the other place of each changed value changed too; where both were changed, both stand as they are."""
    for one, other in PAIRS:
        if paths.find(new, one) == paths.find(new, other) or _missing(new, one) or _missing(new, other):
            continue
        if paths.find(old, other) == paths.find(new, other):
            new = paths.put(new, other, paths.find(new, one))
        elif paths.find(old, one) == paths.find(new, one):
            new = paths.put(new, one, paths.find(new, other))
    for place, band in enumerate(new.bands):
        was = old.bands[place] if place < len(old.bands) else None
        if was is None or (was.label == band.label and band_label(was) != band_label(band)):
            new = paths.put(new, f"bands.{place}.label", band_label(band))
    return new


def problems(document: Document) -> Iterator[Problem]:
    """Pairs that don't agree, and numbers in a field's rule that are no fact's of the same attachment."""
    for one, other in PAIRS:
        if not _missing(document, one) and not _missing(document, other) and paths.find(document, one) != paths.find(document, other):
            yield Problem(one, f"{paths.label(document, one)}（{paths.shown(paths.find(document, one))}）与{paths.label(document, other)}"
                               f"（{paths.shown(paths.find(document, other))}）不一致。")
    ahead = document.facts.get("registration_for")
    if ahead and ahead.value != document.notice.year + 1:
        yield Problem("facts.registration_for.value", f"“{ahead.label}”应是{document.notice.year + 1}年，现在是{ahead.value}年。")
    if document.facts.get("title_rule") and document.facts["title_rule"].value != title_pattern(document):
        yield Problem("facts.title_rule.value", f"“{document.facts['title_rule'].label}”与成果名称规则不一致，应写成“{title_pattern(document)}”。")
    yield from _rules(document)


def title_pattern(document: Document) -> str:
    """The rule for a title as the notice prints it: 实施、运用或推行+…+经验、实践或探索."""
    rule = document.title_rule
    return "+".join((_either(rule.verbs), rule.middle, _either(rule.closers)))


def _either(words: tuple[str, ...]) -> str:
    return "或".join(part for part in ("、".join(words[:-1]), *words[-1:]) if part)


def _rules(document: Document) -> Iterator[Problem]:
    for name, one in document.fields.items():
        form = one.clause.split("_")[0]
        known = {str(fact.value) for fact in document.facts.values() if fact.type is FactType.NUMBER and fact.clause.split("_")[0] == form}
        for number in re.findall(r"\d+", one.rule):
            if number not in known:
                yield Problem(f"fields.{name}.rule", f"栏目“{one.label}”的规则里写着{number}，与这张表的数值不一致（现有{'、'.join(sorted(known)) or '无'}）。")


def _missing(document: Document, path: str) -> bool:
    return paths.find(document, paths.record_of(path)) is None
