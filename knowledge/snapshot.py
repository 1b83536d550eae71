"""The published notices, ready to be asked: documents with their indexes, swapped whole when a new one is published."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import msgspec

from knowledge import compiled, schema
from knowledge.changes import Change
from knowledge.differences import complete
from knowledge.index import Index, words_only
from knowledge.model import Document
from knowledge.next_year import changes_entry

PACKAGED = Path(__file__).parent / "notices"
KEPT_READY = 3  # indexes that are kept: of what is in force, and of the draft last tried
_ready: OrderedDict[bytes, Index] = OrderedDict()
_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is in force: notices with the newest first, an index for each, and the version that answers carry.

    ``degraded`` says in words why this may not be the latest that was published; "" where all is well.
    """

    version: int
    digest: str
    documents: tuple[Document, ...]
    indexes: tuple[Index, ...]
    changes: tuple[Change, ...] | None = None  # since the first version; None where that is not known
    degraded: str = ""
    answered: dict = field(default_factory=dict, compare=False, repr=False)  # room for answers worked out from it; gone with it

    def newest(self) -> tuple[Document, Index]:
        """The notice of the latest year."""
        return self.documents[0], self.indexes[0]

    def for_day(self, day: dt.date) -> tuple[Document, Index]:
        """The notice that answers on that day: the newest issued by then, else the oldest there is."""
        for document, index in zip(self.documents, self.indexes):
            if document.notice.issued <= day:
                return document, index
        return self.documents[-1], self.indexes[-1]

    def for_year(self, year: int) -> tuple[Document, Index] | None:
        """The notice of that year, if it is published."""
        return next(((one, index) for one, index in zip(self.documents, self.indexes) if one.notice.year == year), None)


def build(documents: list[Document], version: int = 1, changes: tuple[Change, ...] | None = None, folder: Path | None = None) -> Snapshot:
    """A snapshot of these notices, one a year; all the work that a message must not do is done here.

    Where the words by which questions are understood are those of a moment ago, so is the index (the gate's, for one).
    Indexes built before are taken from ``folder``, and new ones left there.
    """
    oldest_first = sorted(documents, key=lambda one: one.notice.year)
    pairs = [_made_ready(one, before, folder) for one, before in zip(oldest_first, (None, *oldest_first))][::-1]
    ready = tuple(document for document, _ in pairs)
    digest = hashlib.sha256(msgspec.json.encode(ready)).hexdigest()[:16]
    return Snapshot(version, digest, ready, tuple(index for _, index in pairs), changes)


def _made_ready(document: Document, before: Document | None, folder: Path | None) -> tuple[Document, Index]:
    """The document complete, with its index. ``before`` is the notice of an earlier year, with which it is compared."""
    whole = complete(document)
    whole = msgspec.structs.replace(whole, entries={"what_changed": changes_entry(before, document)} | whole.entries)
    key = hashlib.sha256(msgspec.json.encode(words_only(whole))).digest()
    with _making:
        if folder:
            _ready[key] = compiled.index_for(key, folder, lambda: _ready.get(key) or Index(whole))
        elif key not in _ready:
            _ready[key] = Index(whole)
        _ready.move_to_end(key)
        while len(_ready) > KEPT_READY:
            _ready.popitem(last=False)
        return whole, _ready[key]


@lru_cache(maxsize=1)
def packaged_documents() -> tuple[Document, ...]:
    """The notices that come with the program, oldest first."""
    return tuple(schema.load(path) for path in sorted(PACKAGED.glob("[0-9][0-9][0-9][0-9].toml")))


def packaged_texts() -> list[bytes]:
    """The files of the notices that come with the program, and the words shared by all."""
    return [path.read_bytes() for folder in (PACKAGED, PACKAGED.parent) for path in sorted(folder.glob("*.toml"))]


@lru_cache(maxsize=1)
def packaged() -> Snapshot:
    """The snapshot of the notices that come with the program."""
    return build(list(packaged_documents()))


def current(data_dir: Path) -> Snapshot:
    """What is in force for this data folder; a publication shows within two seconds, and never holds up a reply."""
    from knowledge import live  # it stands on this module

    return live.current(data_dir)


def _after_fork() -> None:
    """A child must not wait for a lock that one of its parent's threads held."""
    global _making
    _making = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)
