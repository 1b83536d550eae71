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
from bot.journal import Row
from bot.keeper import Keeper
from bot.memory import Asker, Memory, Push
from bot.store import Store, StoreDown
from handlers.conversation import Conversation

SECRET = "0123456789abcdefghijklmnopqrstuv"
NOW = 1_750_000_000.0


@pytest.fixture
def memory(tmp_path):
    return Memory(Store(tmp_path / "bot.db", pause=0.2), SECRET)


def line(person: bytes, at: float = NOW) -> Row:
    return Row(int(at), person, "问", "fact", "deadline", "answered", 1)


def settle(memory: Memory, push: str, person: str, reply: str, at: float = NOW, talk: Conversation = Conversation()) -> str:
    who = memory.hashed(person)
    return memory.settle(Push(1, memory.hashed(push)), who, reply, Asker(at, 1, talk), line(who, at), at)


def look(memory: Memory, push: str, person: str):
    return memory.look(Push(1, memory.hashed(push)), memory.hashed(person))


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
    with ThreadPoolExecutor(16) as pool:
        replies = set(pool.map(lambda number: settle(memory, "m", "p", f"答{number}"), range(100)))
    assert len(replies) == 1 and look(memory, "m", "p").reply in replies and count(memory, "journal") == 1


def test_who_settles_second_gets_the_first_reply_and_writes_nothing(memory):
    assert settle(memory, "m", "p", "一") == "一"
    assert settle(memory, "m", "p", "二", talk=Conversation(entry="other")) == "一"
    assert count(memory, "journal") == 1 and look(memory, "n", "p").asker.conversation == Conversation()


def test_a_conversation_comes_back_with_the_next_push(memory):
    talk = Conversation(at=dt.datetime(2025, 4, 20, tzinfo=dt.UTC), entry="deadline", counts=(320,))
    settle(memory, "m1", "p", "答", talk=talk)
    asker = look(memory, "m2", "p").asker
    assert asker.conversation == talk and asker.messages == 1


def test_another_worker_shares_it_all(memory):
    settle(memory, "m", "p", "答")
    other = Memory(Store(memory.store.path), SECRET)
    assert look(other, "m", "p").reply == "答"


def test_another_secret_finds_nobody(memory):
    settle(memory, "m", "p", "答")
    assert Memory(memory.store, "x" * 40).erase(Memory(memory.store, "x" * 40).hashed("p")) == 0


@pytest.mark.parametrize("since,clock,messages", [(NOW, NOW + 59, 8), (NOW, NOW + 60, 1), (NOW, NOW - 5, 1)])
def test_a_minute_counts_messages(since, clock, messages):
    assert Asker(since, 7).counted(clock).messages == messages


def test_damaged_conversations_are_empty_ones(memory):
    settle(memory, "m", "p", "答")
    memory.store.use(lambda db: db.execute("UPDATE asker SET conversation = '{\"at\": 3'"))
    assert look(memory, "n", "p").asker.conversation == Conversation()


def test_erasing_leaves_no_trace_in_the_files(memory, tmp_path):
    who = memory.hashed("p")
    settle(memory, "m", "p", "独一无二的回复", talk=Conversation(rest="独一无二的下文"))
    settle(memory, "n", "q", "别人")
    assert memory.erase(who) == 3
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("bot.db*"))
    assert "独一无二".encode() not in kept and who not in kept and memory.hashed("q") in kept


def test_replies_and_conversations_are_forgotten_in_time(memory, tmp_path):
    settle(memory, "old", "p", "旧的回复", at=NOW)
    settle(memory, "new", "q", "新的回复", at=NOW + 1300)
    Keeper(memory, 180).round(NOW + 1400)
    assert (count(memory, "seen"), count(memory, "asker"), count(memory, "journal")) == (1, 1, 2)
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
    first, second = Keeper(memory, 180), Keeper(Memory(Store(memory.store.path), SECRET), 180)
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


def test_an_erasure_that_the_disk_refused_is_done_later(broken):
    who = broken.hashed("p")
    assert broken.erase(who) is None
    broken.mend()
    time.sleep(0.25)
    settle(broken, "m", "p", "答")
    broken.retry_erasures()
    assert count(broken, "journal") == 0


def test_the_worker_s_own_memory_is_bounded(memory, monkeypatch):
    monkeypatch.setattr(memory_module, "SHELF", 50)
    memory.store.path = memory.store.path / "nowhere" / "x"
    for number in range(500):
        settle(memory, f"m{number}", f"p{number}", "答")
    assert len(memory._replies) == len(memory._askers) == 50


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
    fresh = Memory(Store(memory.store.path), SECRET)
    assert (count(fresh, "journal"), count(fresh, "asker")) in ((0, 0), (1, 1))
    assert fresh.store.use(lambda db: db.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"


def test_a_full_disk_raises_store_down(memory, tmp_path):
    def fill(db):
        db.execute("PRAGMA max_page_count=12")
        for number in range(2000):
            db.execute("INSERT INTO seen VALUES (1,?,?,?,?)", (str(number).encode(), NOW, b"p", "x" * 2000))
    with pytest.raises(StoreDown, match="full"):
        memory.store.use(fill)


KILLED = """
import os, sys, threading, time
from bot.memory import Asker, Memory, Push
from bot.journal import Row
from bot.store import Store
from pathlib import Path
memory = Memory(Store(Path(sys.argv[1])), "0123456789abcdefghijklmnopqrstuv")
number = 0
while True:
    number += 1
    push, who = Push(number, memory.hashed(f"m{os.getpid()}-{number}")), memory.hashed("p")
    memory.look(push, who)
    memory.settle(push, who, "答" * 300, Asker(), Row(1, who, "问", "fact", "", "answered", 1), time.time())
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
    memory = Memory(Store(tmp_path / "bot.db"), SECRET)
    assert count(memory, "journal") >= said
    assert memory.store.use(lambda db: db.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"
