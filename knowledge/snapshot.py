"""The published notices, ready to be asked: documents with their indexes, swapped whole when a new one is published."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from knowledge import derived, schema
from knowledge.changes import Change
from knowledge.codes import coded
from knowledge.index import Index
from knowledge.model import Document

PACKAGED = Path(__file__).parent / "notices"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is in force: notices with the newest first, an index for each, and the version that answers carry."""

    version: int
    digest: str
    documents: tuple[Document, ...]
    indexes: tuple[Index, ...]
    changes: tuple[Change, ...] | None = None  # since the first version; None where that is not known

    def newest(self) -> tuple[Document, Index]:
        return self.documents[0], self.indexes[0]


def build(documents: list[Document], version: int = 1, changes: tuple[Change, ...] | None = None) -> Snapshot:
    """A snapshot of these notices; all the work that a message must not do is done here."""
    ordered = sorted((_complete(one) for one in documents), key=lambda one: -one.notice.year)
    digest = hashlib.sha256(msgspec.json.encode(ordered)).hexdigest()[:16]
    return Snapshot(version, digest, tuple(ordered), tuple(Index(one) for one in ordered), changes)


def _complete(document: Document) -> Document:
    """The document with the entries that its own tables make; a written entry of the same id stays. Each has its code."""
    return msgspec.structs.replace(document, entries=coded(derived.entries(document) | document.entries))


@lru_cache(maxsize=1)
def packaged() -> Snapshot:
    """The notices that come with the program."""
    return build([schema.load(path) for path in sorted(PACKAGED.glob("[0-9][0-9][0-9][0-9].toml"))])


def current(data_dir: Path) -> Snapshot:
    """What is in force for this data folder."""
    return packaged()
