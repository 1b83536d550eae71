"""A bundle: everything that is in force, as one piece of bytes that never changes, known by its hash.

The machine with the desk packs it; machines that follow keep the last good one as a file (DATA_DIR/followed.json) and
answer from that instead of a store of their own. What carries it from one to the other is not this module's affair.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from knowledge import files, schema, store
from knowledge.changes import Change
from knowledge.store import Store, StoreError

FILE = "followed.json"


class Published(msgspec.Struct, frozen=True):
    """One version in force."""

    number: int
    year: int
    digest: str
    text: str  # the notice as TOML


class Bundle(msgspec.Struct, frozen=True):
    """The versions in force, one a year, and every answer that became other words, oldest first."""

    versions: tuple[Published, ...]
    changes: tuple[Change, ...]


def pack(kept: Store) -> bytes:
    """What is in force in this store. StoreError."""
    versions = tuple(Published(one.number, year, one.digest, store.text_of(kept, one.number)) for year, one in store.in_force(kept).items())
    if not versions:
        raise StoreError("还没有发布过通知。")
    return msgspec.json.encode(Bundle(versions, changes(kept)))


def changes(kept: Store) -> tuple[Change, ...]:
    """Every answer that became other words, oldest first."""
    return tuple(Change(one.number, *row) for one in reversed(store.history(kept)) for row in one.answers)


def hash_of(raw: bytes) -> str:
    """The name of a bundle."""
    return hashlib.sha256(raw).hexdigest()


def keep(data_dir: Path, raw: bytes, name: str) -> None:
    """Keep a bundle as what this machine answers from, whole or not at all.

    StoreError where it is not what it is called, KnowledgeError where this program can't read it or a notice in it; OSError.
    """
    if hash_of(raw) != name:
        raise StoreError("收到的内容与它的校验值不符，没有采用。")
    for one in _unpack(raw).versions:
        schema.parsed(one.text)  # remembered: it is not read again to be used
    files.replace(data_dir / FILE, name.encode() + b"\n" + raw)


def kept(data_dir: Path) -> Bundle | None:
    """The bundle that this machine follows; None where it follows none. StoreError where the file is damaged, KnowledgeError where this program can't read it."""
    found = _read(data_dir)
    if found is None:
        return None
    name, raw = found
    if hash_of(raw) != name:
        raise StoreError("从别的机器收到的内容已损坏，等它再发一次。")
    return _unpack(raw)


def kept_name(data_dir: Path) -> str:
    """The name of the bundle that this machine follows, "" where there is none that is whole."""
    try:
        found = _read(data_dir)
    except StoreError:
        return ""
    return found[0] if found and hash_of(found[1]) == found[0] else ""


def _read(data_dir: Path) -> tuple[str, bytes] | None:
    try:
        name, _, raw = (data_dir / FILE).read_bytes().partition(b"\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(f"读不出从别的机器收到的内容（{error.strerror}）。") from None
    return name.decode("ascii", "replace"), raw


def _unpack(raw: bytes) -> Bundle:
    try:
        return msgspec.json.decode(raw, type=Bundle)
    except msgspec.MsgspecError:
        raise schema.KnowledgeError("从别的机器收到的内容读不懂：两台机器的程序版本可能不同。") from None
