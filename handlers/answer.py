"""Answer: what is said, in the order in which it matters; the edge alone cuts it into pages."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from handlers.ask import Ask, Family
from knowledge.model import Kind


class Outcome(StrEnum):
    """How a question ended, as the journal counts it."""

    ANSWERED = "answered"
    CHECKED = "checked"
    MENU = "menu"
    NOT_STATED = "not_stated"
    NOT_UNDERSTOOD = "not_understood"
    CHAT = "chat"


class Severity(StrEnum):
    """✅ nothing to change · ⚠️ check again · ❌ a rule of the notice is broken."""

    PASS = "✅"
    WARN = "⚠️"
    FAIL = "❌"


class Finding(msgspec.Struct, frozen=True):
    """One thing found in pasted material. ``code`` names the rule (a sentence table turns it into words)."""

    code: str
    severity: Severity
    found: str = ""  # the place or text concerned, to be echoed
    corrected: str = ""  # the whole corrected text, where the rule can be mended
    clause: str = ""  # clause id


class Choice(msgspec.Struct, frozen=True):
    """One line of a numbered menu. ``says`` is what choosing it asks, complete in itself."""

    label: str
    says: str
    entry: str = ""
    kind: Kind | None = None


class Answer(msgspec.Struct, frozen=True):
    """A reply: ``text`` (fact first, extras after, clause last), and what the journal and the follow-up need."""

    text: str
    family: Family
    outcome: Outcome = Outcome.ANSWERED
    entry: str = ""
    choices: tuple[Choice, ...] = ()  # already numbered in `text`
    clauses: tuple[str, ...] = ()  # labels
    ask: Ask | None = None
    expects: str = ""  # a check that waits for material ("names"), or a number ("quota")
    verdict: Severity | None = None
    hand_off: bool = False  # the asker wants a person

    def but(self, **changes: object) -> Answer:
        return msgspec.structs.replace(self, **changes)


def menu(head: str, choices: list[Choice], family: Family = Family.CLARIFY, tail: str = "回复数字即可。") -> Answer:
    """A clarifying question: at most a handful of numbered lines, answered by number or in words."""
    lines = [f"{number}. {choice.label}" for number, choice in enumerate(choices, 1)]
    return Answer("\n".join([head, *lines, tail]), family, Outcome.MENU, choices=tuple(choices))
