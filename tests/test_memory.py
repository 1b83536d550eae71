"""What is remembered: one push once, one person's conversation, and what happens when the disk fails."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot import memory as memory_module
from bot.asker import REPLIES, RETRIED, Asker
from bot.journal import Row
from bot.keeper import Keeper
from bot.memory import Known, Memory
from bot.shared.in_sqlite import InSqlite
from bot.store import Store, StoreDown
from handlers.conversation import Conversation

SECRET = "0123456789abcdefghijklmnopqrstuv"
NOW = 1_750_000_000.0


@pytest.fixture
def memory(tmp_path):
    return over(Store(tmp_path / "bot.db", pause=0.2))


def over(store: Store, secret: str = SECRET) -> Memory:
    return Memory(InSqlite(store), store, secret)


def line(person: bytes, at: float = NOW) -> Row:
    return Row(int(at), person, "问", "fact", "deadline", "answered", 1)


def settle(memory: Memory, push: str, person: str, reply: str, at: float = NOW, talk: Conversation = Conversation(), known: Known | None = None) -> str:
    known = known or look(memory, push, person)
    return memory.settle(known, reply, known.asker.counted(at).talking(talk), line(known.person, at), at)


def look(memory: Memory, push: str, person: str):
    return memory.look(memory.hashed(push), memory.hashed(person))


def count(memory: Memory, table: str) -> int:
    return memory.store.use(lambda db: db.execute("SELECT count(*) FROM " + table).fetchone()[0])  # noqa: S608


def test_a_push_is_unknown_until_it_is_settled(memory):
    assert look(memory, "m", "p").reply is None
    settle(memory, "m", "p", "答")
    assert look(memory, "m", "p").reply == "答" and look(memory, "n", "p").reply is None


def test_an_empty_reply_is_a_reply(memory):
    settle(memory, "m", "p", "")
    assert look(memory, "m", "p").reply == ""


def test_a_hundred_deliveries_at_once_have_one_reply_and_one_line(memory):
    known = look(memory, "m", "p")
    with ThreadPoolExecutor(16) as pool:
        replies = set(pool.map(lambda number: settle(memory, "m", "p", f"答{number}", known=known), range(100)))
    assert len(replies) == 1 and look(memory, "m", "p").reply in replies and count(memory, "journal") == 1


def test_who_settles_second_gets_the_first_reply_and_writes_nothing(memory):
    known = look(memory, "m", "p")
    assert settle(memory, "m", "p", "一", known=known) == "一"
    assert settle(memory, "m", "p", "二", talk=Conversation(entry="other"), known=known) == "一"
    assert count(memory, "journal") == 1 and look(memory, "n", "p").asker.conversation == Conversation()


def test_a_conversation_comes_back_with_the_next_push(memory):
    talk = Conversation(at=dt.datetime(2025, 4, 20, tzinfo=dt.UTC), entry="deadline", counts=(320,))
    settle(memory, "m1", "p", "答", talk=talk)
    asker = look(memory, "m2", "p").asker
    assert asker.conversation == talk and asker.messages == 1


def test_another_worker_shares_it_all(memory):
    settle(memory, "m", "p", "答")
    other = over(Store(memory.store.path))
    assert look(other, "m", "p").reply == "答"


def test_another_secret_finds_nobody(memory):
    settle(memory, "m", "p", "答")
    stranger = over(memory.store, "x" * 40)
    assert stranger.erase(stranger.hashed("p")) == 0


@pytest.mark.parametrize("since,clock,messages", [(NOW, NOW + 59, 8), (NOW, NOW + 60, 1), (NOW, NOW - 5, 1)])
def test_a_minute_counts_messages(since, clock, messages):
    assert Asker(since, 7).counted(clock).messages == messages


def test_two_pushes_of_one_person_at_once_are_both_kept(memory):
    first, second = look(memory, "m1", "p"), look(memory, "m2", "p")
    for known, reply in ((first, "一"), (second, "二")):
        assert memory.settle(known, reply, known.asker.counted(NOW), line(known.person), NOW) == reply
    assert (look(memory, "m1", "p").reply, look(memory, "m2", "p").reply, look(memory, "m3", "p").asker.messages) == ("一", "二", 2)


def test_replies_are_kept_as_long_as_they_may_be_asked_for_and_no_more_than_some(memory):
    for number in range(REPLIES + 5):
        settle(memory, f"m{number}", "p", f"答{number}", at=NOW + number / 10)
    assert look(memory, "m4", "p").reply is None and look(memory, "m5", "p").reply == "答5"
    settle(memory, "late", "p", "答", at=NOW + RETRIED + 4)
    assert look(memory, "m39", "p").reply is None and look(memory, "m44", "p").reply == "答44"


def test_a_file_of_the_shape_before_keeps_its_journal(tmp_path):
    with sqlite3.connect(tmp_path / "bot.db") as db:
        db.executescript("""CREATE TABLE seen (created INTEGER, push BLOB); CREATE TABLE signed (stamp INTEGER);
            CREATE TABLE asker (person BLOB PRIMARY KEY, at REAL, since REAL, messages INTEGER, conversation TEXT);
            CREATE TABLE journal (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, person BLOB NOT NULL, question TEXT NOT NULL, family TEXT NOT NULL,
            entry TEXT NOT NULL, outcome TEXT NOT NULL, version INTEGER NOT NULL);
            INSERT INTO journal VALUES (1, 2, x'aa', '问', 'fact', '', 'answered', 1);""")
    memory = over(Store(tmp_path / "bot.db"))
    settle(memory, "m", "p", "答")
    assert count(memory, "journal") == 2 and look(memory, "m", "p").reply == "答"


def test_damaged_conversations_are_empty_ones(memory):
    settle(memory, "m", "p", "答")
    memory.store.use(lambda db: db.execute("UPDATE asker SET state = x'00ff'"))
    assert look(memory, "n", "p").asker.conversation == Conversation()


def test_erasing_leaves_no_trace_in_the_files(memory, tmp_path):
    who = memory.hashed("p")
    settle(memory, "m", "p", "独一无二的回复", talk=Conversation(rest="独一无二的下文"))
    settle(memory, "n", "q", "别人")
    assert memory.erase(who) == 2
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("bot.db*"))
    assert "独一无二".encode() not in kept and who not in kept and memory.hashed("q") in kept


def test_replies_and_conversations_are_forgotten_in_time(memory, tmp_path):
    settle(memory, "old", "p", "旧的回复", at=NOW)
    settle(memory, "new", "q", "新的回复", at=NOW + 1300)
    Keeper(memory, 180).round(NOW + 1400)
    assert (count(memory, "asker"), count(memory, "journal")) == (1, 2)
    assert "旧的回复".encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("bot.db*"))


def test_the_keeper_keeps_the_log_small(memory, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.keeper.LOG_AT_MOST", 100_000)
    keeper = Keeper(memory, 180)
    keeper.round(NOW)
    for number in range(3000):
        settle(memory, f"m{number}", f"p{number % 50}", "答" * 200)
        if number % 100 == 0:
            keeper.round(NOW + 1)
    assert (tmp_path / "bot.db-wal").stat().st_size < 5 << 20


def test_one_keeper_among_workers(memory):
    first, second = Keeper(memory, 180), Keeper(over(Store(memory.store.path)), 180)
    assert first._elected() and first._elected() and not second._elected()


# Without the disk

@pytest.fixture
def broken(memory, tmp_path):
    """A memory whose disk refuses everything until ``mend`` is called."""
    lock = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    memory.store.use(lambda db: None)
    lock.execute("BEGIN EXCLUSIVE")
    memory.mend = lambda: lock.execute("ROLLBACK")
    yield memory
    lock.close()


def test_without_the_disk_a_worker_remembers_by_itself(broken):
    talk = Conversation(entry="deadline")
    assert look(broken, "m", "p").reply is None
    assert settle(broken, "m", "p", "答", talk=talk) == settle(broken, "m", "p", "又答", talk=talk) == "答"
    assert look(broken, "m", "p").reply == "答" and look(broken, "n", "p").asker.conversation == talk


def test_a_disk_that_comes_back_is_used_again(broken):
    settle(broken, "m", "p", "答", talk=Conversation(entry="deadline"))
    broken.mend()
    time.sleep(0.25)
    assert look(broken, "n", "p").asker.conversation.entry == "deadline"
    settle(broken, "n", "p", "又答")
    assert count(broken, "journal") == 1 and not broken.store.trouble
    broken.catch_up()
    assert count(broken, "journal") == 2 and look(broken, "m", "p").reply == "答"


def test_an_erasure_that_the_disk_refused_is_done_later(broken):
    who = broken.hashed("p")
    assert broken.erase(who) is None
    broken.mend()
    time.sleep(0.25)
    settle(broken, "m", "p", "答")
    broken.catch_up()
    assert count(broken, "journal") == 0


def test_the_worker_s_own_memory_is_bounded(memory, monkeypatch):
    monkeypatch.setattr(memory_module, "SHELF", 50)
    memory.store.path = memory.store.path / "nowhere" / "x"
    for number in range(500):
        settle(memory, f"m{number}", f"p{number}", "答")
    assert len(memory._askers) == 50


@pytest.mark.parametrize("failing", range(1, 7))
def test_the_nth_statement_fails_and_nothing_is_half_written(memory, failing):
    """As SQLite's own tests do: let the n-th statement fail, for each n, and look at what is left."""
    class Failing(sqlite3.Connection):
        left = 10**9

        def execute(self, *args):
            Failing.left -= 1
            if Failing.left == 0:
                raise sqlite3.OperationalError("disk I/O error")
            return super().execute(*args)
    real = sqlite3.connect
    from bot import store
    memory.store.close()
    original, store.sqlite3.connect = store.sqlite3.connect, lambda *args, **more: real(*args, **more, factory=Failing)
    try:
        memory.store.use(lambda db: None)
        Failing.left = failing
        assert settle(memory, "m", "p", "答") == "答"
    finally:
        store.sqlite3.connect = original
    fresh = over(Store(memory.store.path))
    assert (count(fresh, "journal"), count(fresh, "asker")) in ((0, 0), (1, 1))
    assert fresh.store.use(lambda db: db.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"


def test_a_full_disk_raises_store_down(memory, tmp_path):
    def fill(db):
        db.execute("PRAGMA max_page_count=12")
        for number in range(2000):
            db.execute("INSERT INTO asker VALUES (?,?,1,?)", (str(number).encode(), NOW, b"x" * 2000))
    with pytest.raises(StoreDown, match="full"):
        memory.store.use(fill)


KILLED = """
import os, sys, time
from pathlib import Path
from bot.journal import Row
from bot.memory import Known, Memory
from bot.shared.in_sqlite import InSqlite
from bot.store import Store
store = Store(Path(sys.argv[1]))
memory = Memory(InSqlite(store), store, "0123456789abcdefghijklmnopqrstuv")
number = 0
while True:
    number += 1
    known = memory.look(memory.hashed(f"m{os.getpid()}-{number}"), memory.hashed("p"))
    memory.settle(known, "答" * 300, known.asker, Row(1, known.person, "问", "fact", "", "answered", 1), time.time())
    print(number, flush=True)
"""


def test_a_killed_worker_loses_nothing_it_said(tmp_path):
    said = 0
    for delay in (0.0, 0.005, 0.011, 0.017, 0.023):
        worker = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path / "bot.db")], stdout=subprocess.PIPE, text=True)
        worker.stdout.readline()
        time.sleep(delay)
        worker.kill()
        said += 1 + len(worker.communicate()[0].split("\n")[:-1])
    memory = over(Store(tmp_path / "bot.db"))
    assert count(memory, "journal") >= said
    assert memory.store.use(lambda db: db.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"
