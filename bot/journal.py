"""The journal of questions (问答记录): what was asked, masked, and how it ended; never who, never a pasted list."""

from __future__ import annotations

import re
import sqlite3
import unicodedata

import msgspec

from bot.ahead import Correction
from bot.store import Store, checkpoint, transaction
from handlers.answer import Answer
from handlers.ask import Family
from handlers.pasting.surnames import WORDS, is_name
from knowledge.text import clean

LONGEST = 200  # characters of a question that are kept
_PASTED = frozenset({Family.NAMES, Family.FORM, Family.TEAM, Family.TITLE, Family.COMPANY})
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_NUMBER = re.compile(r"\d(?:[ -]?\d){6,}[Xx]?")
_DAY = re.compile(r"(19|20)\d{2}[ -]?(0[1-9]|1[0-2])[ -]?([0-2]\d|3[01])|20\d{2}[ -]+20\d{2}")
_OPENID = re.compile(r"\bo[A-Za-z0-9_-]{27}\b")
_PERSON = re.compile(r"(?P<said>我叫|姓名[:：]?|联系人[:：]?|名叫)\s*[\u4e00-\u9fff·]{2,4}")
_HAN_WORD = r"[\u3400-\u9fff·]{2,4}"
_RUN = re.compile(rf"{_HAN_WORD}(?:[、，,;；/\s]+{_HAN_WORD})+")


class Row(msgspec.Struct, frozen=True):
    """One line of the journal, ready to be written."""

    at: int
    person: bytes
    question: str
    family: str
    entry: str
    outcome: str
    version: int


def row(text: str, answer: Answer, person: bytes, at: float, version: int, known: frozenset[str] = frozenset()) -> Row:
    """How a question ended. ``known`` are the notice's own numbers, which stay readable."""
    return Row(int(at), person, question(text, answer, known), str(answer.family), answer.entry, str(answer.outcome), version)


def question(text: str, answer: Answer, known: frozenset[str] = frozenset()) -> str:
    """What the desk may read of a question: pasted material left out, people's numbers and names masked."""
    if answer.family in _PASTED or (answer.ask and answer.ask.material):
        return f"［粘贴的内容，{len(text)}字］"
    return mask(text[: 4 * LONGEST], known)[:LONGEST]


def mask(text: str, known: frozenset[str] = frozenset()) -> str:
    """``text`` without mail addresses, phone and identity numbers, openids and lists of names."""
    text = unicodedata.normalize("NFKC", clean(text))
    text = _OPENID.sub("［号码］", _MAIL.sub("［邮箱］", text))
    text = _NUMBER.sub(lambda match: match[0] if _harmless(match[0], known) else "［号码］", text)
    text = _RUN.sub(lambda match: "［名单］" if _names(match[0]) else match[0], text)
    return _PERSON.sub(lambda match: f"{match['said']}［姓名］", text)


def _harmless(number: str, known: frozenset[str]) -> bool:
    return bool(_DAY.fullmatch(number)) or re.sub(r"\D", "", number) in known


def _names(run: str) -> bool:
    words = re.findall(_HAN_WORD, run)
    like = sum(is_name(word) and word not in WORDS for word in words)
    return like >= 3 or like > len(words) / 2


INSERT = "INSERT INTO journal(at, person, question, family, entry, outcome, version, push) VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING"


def write(connection: sqlite3.Connection, entry: Row, push: bytes | None = None) -> None:
    """Add a line, inside the caller's transaction; ``push``, where it may arrive twice: the second one adds nothing."""
    connection.execute(INSERT, (entry.at, entry.person, entry.question, entry.family, entry.entry, entry.outcome, entry.version, push))


def read(store: Store, person: bytes | None = None, limit: int = 200) -> list[Row]:
    """The latest lines, newest first; of one person where ``person`` is given."""
    return store.use(_read, person, limit)


def got(store: Store, entry: str, first: int, last: int) -> tuple[int, int, int, int]:
    """How many people got an entry's answer ("": any) in versions ``first`` to ``last``, how often, when first and last."""
    return store.use(_got, entry, first, last)


def owing(store: Store, one: Correction) -> list[bytes]:
    """Who got the wrong answer, and no reply since it is being corrected."""
    return store.use(_owing, one)


def erase(store: Store, person: bytes) -> int:
    """Delete a person's lines, leaving no trace in the files; how many."""
    return store.use(_erase, person)


def forget_pushes(store: Store, before: float) -> None:
    """Lines older than ``before`` will not arrive again: what they were known by can go."""
    store.use(lambda db: db.execute("UPDATE journal SET push = NULL WHERE push IS NOT NULL AND at < ?", (before,)))


def purge(store: Store, before: float) -> int:
    """Delete every line older than ``before`` (seconds since 1970), leaving no trace in the files; how many."""
    return store.use(_purge, before)


def _erase(connection: sqlite3.Connection, person: bytes) -> int:
    with transaction(connection):
        gone = forget(connection, person)
    if gone:
        checkpoint(connection, wipe=True)
    return gone


def forget(connection: sqlite3.Connection, person: bytes) -> int:
    """Delete a person's lines, inside the caller's transaction; how many."""
    return connection.execute("DELETE FROM journal WHERE person = ?", (person,)).rowcount


def _read(connection: sqlite3.Connection, person: bytes | None, limit: int) -> list[Row]:
    rows = connection.execute(
        "SELECT at, person, question, family, entry, outcome, version FROM journal WHERE ?1 IS NULL OR person = ?1 ORDER BY id DESC LIMIT ?2",
        (person, limit),
    )
    return [Row(*values) for values in rows]


_WHICH = "version BETWEEN ? AND ? AND (? = '' OR entry = ?) AND outcome <> 'chat'"


def _got(connection: sqlite3.Connection, entry: str, first: int, last: int) -> tuple[int, int, int, int]:
    connection.execute("CREATE INDEX IF NOT EXISTS journal_person ON journal(person)")  # who gets a correction is asked at each reply
    row = connection.execute(f"SELECT count(DISTINCT person), count(*), min(at), max(at) FROM journal WHERE {_WHICH}", (first, last, entry, entry)).fetchone()  # noqa: S608
    return row[0], row[1], row[2] or 0, row[3] or 0


def is_owed(connection: sqlite3.Connection, person: bytes, one: Correction) -> bool:
    """Whether a person got the wrong answer, and no reply since it is being corrected."""
    told = connection.execute("SELECT 1 FROM journal WHERE person = ? AND at >= ? LIMIT 1", (person, int(one.made))).fetchone()
    return not told and bool(connection.execute(f"SELECT 1 FROM journal WHERE person = ? AND at < ? AND {_WHICH} LIMIT 1",  # noqa: S608
                                                (person, int(one.made), one.first, one.last, one.entry, one.entry)).fetchone())


def _owing(connection: sqlite3.Connection, one: Correction) -> list[bytes]:
    rows = connection.execute(
        f"SELECT DISTINCT person FROM journal WHERE at < ? AND {_WHICH} AND person NOT IN (SELECT person FROM journal WHERE at >= ?)",  # noqa: S608
        (int(one.made), one.first, one.last, one.entry, one.entry, int(one.made)),
    )
    return [row[0] for row in rows]


def _purge(connection: sqlite3.Connection, before: float) -> int:
    with transaction(connection):
        gone = connection.execute("DELETE FROM journal WHERE at < ?", (before,)).rowcount
    if gone:
        checkpoint(connection, wipe=True)
    return gone
