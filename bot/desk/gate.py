"""What stands between a draft and its publication, as lines in Chinese, each with its place."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.model import Document


@dataclass(frozen=True, slots=True)
class Wrong:
    """One problem: where, and what, in a sentence."""

    place: str
    sentence: str


def problems(document: Document) -> list[Wrong]:
    """Everything that keeps a draft from being published, but for the golden questions."""
    from knowledge.validate import validate

    return [Wrong(one.place, one.sentence) for one in validate(document)]


def newly_wrong(before: Document, after: Document) -> list[Wrong]:
    """What is wrong after a change and was not before."""
    known = set(problems(before))
    return [one for one in problems(after) if one not in known]
