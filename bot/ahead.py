"""What stands in front of a reply for a while: a banner (临时提示), and a correction for those who got a wrong answer (更正).

Both stand in one small file (DATA_DIR/ahead.json), written by the desk, looked at by its time before each reply. Who got
a wrong answer, and who has been told since, is read from the journal itself; where machines share a Redis, the one with
the journal puts it there for the others.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from handlers.answer import Answer
from handlers.ask import Family
from knowledge import files

FILE = "ahead.json"
LONGEST = 120  # characters of a banner or a correction


class Banner(msgspec.Struct, frozen=True, kw_only=True):
    """临时提示: said in front of the answers named (of all, where none is), until ``until`` (seconds since 1970)."""

    id: str
    text: str
    until: float
    entries: tuple[str, ...] = ()
    who: str = ""


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """更正: for those who got ``entry`` ("": anything) in versions ``first`` to ``last``, before their next reply."""

    id: str
    text: str
    made: float
    until: float
    first: int
    last: int
    entry: str = ""
    who: str = ""


class Ahead(msgspec.Struct, frozen=True):
    """Everything that stands in front of replies."""

    banners: tuple[Banner, ...] = ()
    corrections: tuple[Correction, ...] = ()


_seen: dict[Path, tuple[tuple, Ahead]] = {}


def current(data_dir: Path) -> Ahead:
    """What stands in the file now, and nothing without a file; one that can't be read leaves in force what was read last."""
    mark = files.mark(f"{data_dir}/{FILE}")
    if mark is None:
        return Ahead()
    if data_dir not in _seen or _seen[data_dir][0] != mark:
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            _seen[data_dir] = mark, msgspec.json.decode((data_dir / FILE).read_bytes(), type=Ahead)
    return _seen[data_dir][1] if data_dir in _seen else Ahead()


def raw(data_dir: Path) -> bytes:
    """The file's content, that of an empty one where there is none or it can't be read."""
    try:
        return (data_dir / FILE).read_bytes()
    except OSError:
        return msgspec.json.encode(Ahead())


def save(data_dir: Path, ahead: Ahead) -> None:
    """Write the file whole, or not at all. OSError."""
    replace(data_dir, msgspec.json.encode(ahead))


def replace(data_dir: Path, raw: bytes) -> None:
    """Put this content into the file, whole or not at all. OSError."""
    files.replace(data_dir / FILE, raw)


def before(data_dir: Path, owed: Callable[[Correction], bool] | None = None, clock: float | None = None) -> Callable[[Answer], str]:
    """What to say in front of an answer; corrections too where ``owed`` says of each whether it is due to this person."""
    return partial(_before, current(data_dir), owed, time.time() if clock is None else clock)


def _before(ahead: Ahead, owed: Callable[[Correction], bool] | None, clock: float, answer: Answer) -> str:
    if answer.family in (Family.MORE, Family.FORWARD) or not (ahead.banners or ahead.corrections):
        return ""
    entries = {answer.entry, *(part.entry for part in (answer.ask.parts if answer.ask else ()))}
    said = [f"【更正】{one.text}" for one in ahead.corrections if owed and clock < one.until and owed(one)]
    said += [f"【提示】{one.text}" for one in ahead.banners if clock < one.until and (not one.entries or entries & set(one.entries))]
    return "\n".join(said)
