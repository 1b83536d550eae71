"""What the FAQ page and its files show: the published answers by topic, once for each version."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from handlers.facts import clause_line
from handlers.sharing.block import block, fitting, heading, mark, whom
from knowledge.model import Document, Entry
from knowledge.snapshot import Snapshot
from knowledge.template import render

FILE = Path(__file__).with_name("topics.toml")


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One heading: its anchor, its words, and the topics of entries under it."""

    id: str
    title: str
    of: tuple[str, ...]


class Topics(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    topic: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One answer as the page shows it. ``block`` is the same as what the account sends to be forwarded."""

    name: str
    code: str
    title: str
    facts: str
    clause: str
    stated: bool
    block: str
    mark: str
    asks: bool  # whether the block ends with whom to ask


@dataclass(frozen=True, slots=True)
class Section:
    """One topic with its answers."""

    id: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Faq:
    """All published answers of the notice in force."""

    version: int
    digest: str
    heading: str
    notice: str
    whom: str
    account: str
    stated: tuple[Section, ...]
    open: tuple[Section, ...]  # what the notice does not say

    @property
    def items(self) -> dict[str, Item]:
        """Code → answer."""
        return {item.code: item for section in (*self.stated, *self.open) for item in section.items}


_last: tuple[object, Faq | None] = (None, None)


def faq_of(snapshot: Snapshot) -> Faq:
    """The answers of a snapshot, worked out once while it is in force."""
    global _last
    if _last[0] is not snapshot or _last[1] is None:
        _last = (snapshot, _read(snapshot))
    return _last[1]


def _read(snapshot: Snapshot) -> Faq:
    notice, _ = snapshot.newest()
    items = [(entry, _item(name, entry, notice, snapshot.version)) for name, entry in notice.entries.items() if entry.forwardable and entry.code]
    return Faq(snapshot.version, snapshot.digest, heading(notice), render("{notice.title}（{doc_number}）", notice), whom(notice, []), render("{wechat}", notice),
               _sections([pair for pair in items if pair[0].stated]), _sections([pair for pair in items if not pair[0].stated]))


def _item(name: str, entry: Entry, notice: Document, version: int) -> Item:
    facts = fitting(entry, notice, version)
    return Item(name, entry.code, render(entry.title, notice), "\n".join(facts), clause_line(entry, notice), entry.stated,
                block(entry, notice, version), mark(entry, version), bool(whom(notice, facts)))


def _sections(items: list[tuple[Entry, Item]]) -> tuple[Section, ...]:
    topics = msgspec.toml.decode(FILE.read_bytes(), type=Topics).topic
    home = {name: topic for topic in topics for name in topic.of}
    rows = {topic: tuple(item for entry, item in items if home.get(entry.topic, topics[-1]) is topic) for topic in topics}
    return tuple(Section(topic.id, topic.title, found) for topic, found in rows.items() if found)
