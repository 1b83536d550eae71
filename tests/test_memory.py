"""What is remembered, in SQLite and in Redis: one push once, one person's conversation, and what happens when either fails."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import redis_server
from bot import memory as memory_module
from bot.ahead import Correction
from bot.asker import REPLIES, RETRIED, Asker
from bot.journal import Row
from bot.keeper import Keeper
from bot.memory import Known, Memory
from bot.shared.in_redis import InRedis, asker_key
from bot.shared.in_sqlite import InSqlite
from bot.shared.link import Link
from bot.shared.writer import Writer
from bot.store import Store, StoreDown
from handlers.conversation import Conversation

SECRET = "0123456789abcdefghijklmnopqrstuv"
NOW = 1_750_000_000.0
PAUSE = 0.2  # seconds in which what failed is left alone


class Place:
    """Where workers share, and what may happen to it."""

    def __init__(self, folder: Path, redis: redis_server.Server | None = None) -> None:
        self.folder, self.redis = folder, redis
        self._lock: sqlite3.Connection | None = None

    def memory(self, secret: str = SECRET) -> Memory:
        """A worker's memory."""
        store = Store(self.folder / "bot.db", PAUSE)
        return Memory(InRedis(Link(self.redis.url, PAUSE)) if self.redis else InSqlite(store), store, secret)

    def damage(self, person: bytes) -> None:
        if self.redis:
            self.redis.say("SET", asker_key(person), b"1\n\x00\xff")
        else:
            Store(self.folder / "bot.db").use(lambda db: db.execute("UPDATE asker SET state = x'00ff' WHERE person = ?", (person,)))

    def refuse(self) -> None:
        """From now on nothing can be read or written."""
        if self.redis:
            self.redis.freeze()
        else:
            self._lock = sqlite3.connect(self.folder / "bot.db", isolation_level=None)
            self._lock.execute("BEGIN EXCLUSIVE")

    def mend(self, *memories: Memory) -> None:
        if self.redis:
            self.redis.thaw()
        elif self._lock:
            self._lock.close()
        time.sleep(PAUSE + 0.05)
        for memory in memories:
            memory.shared.mend()


@pytest.fixture(scope="module")
def redis(tmp_path_factory) -> Iterator[redis_server.Server]:
    with redis_server.running(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(params=["sqlite", "redis"])
def place(request, tmp_path):
    server = request.getfixturevalue("redis") if request.param == "redis" else None
    if server:
        server.say("FLUSHALL")
    made = Place(tmp_path, server)
    yield made
    made.mend()


@pytest.fixture
def memory(place):
    return place.memory()


@pytest.fixture
def on_disk(tmp_path):
    return Place(tmp_path).memory()


def line(person: bytes, at: float = NOW) -> Row:
    return Row(int(at), person, "问", "fact", "deadline", "answered", 1)


def settle(memory: Memory, push: str, person: str, reply: str, at: float = NOW, talk: Conversation = Conversation(), known: Known | None = None) -> str:
    known = known or look(memory, push, person)
    return memory.settle(known, reply, known.asker.counted(at).talking(talk), line(known.person, at), at)


def look(memory: Memory, push: str, person: str):
    return memory.look(memory.hashed(push), memory.hashed(person))


def lines(memory: Memory) -> int:
    """How many lines the staff's journal has, once the writer has been there."""
    if isinstance(memory.shared, InRedis):
        Writer(memory.shared.link, memory.store).round()
    return count(memory, "journal")


def count(memory: Memory, table: str) -> int:
    return memory.store.use(lambda db: db.execute("SELECT count(*) FROM " + table).fetchone()[0])  # noqa: S608


def test_a_push_is_unknown_until_it_is_settled(memory):
    assert look(memory, "m", "p").reply is None
    settle(memory, "m", "p", "答")
    assert look(memory, "m", "p").reply == "答" and look(memory, "n", "p").reply is None


def test_an_empty_reply_is_a_reply(memory):
    settle(memory, "m", "p", "")
    assert look(memory, "m", "p").reply == ""


def test_a_hundred_deliveries_at_once_have_one_reply_and_one_line(memory, monkeypatch):
    monkeypatch.setattr("bot.store.BUSY_MS", 60_000)  # a machine with much else to do is no failing disk
    monkeypatch.setattr("bot.shared.link.SECONDS", 60.0)
    known = look(memory, "m", "p")
    with ThreadPoolExecutor(16) as pool:
        replies = set(pool.map(lambda number: settle(memory, "m", "p", f"答{number}", known=known), range(100)))
    assert len(replies) == 1 and look(memory, "m", "p").reply in replies and lines(memory) == 1


def test_who_settles_second_gets_the_first_reply_and_writes_nothing(memory):
    known = look(memory, "m", "p")
    assert settle(memory, "m", "p", "一", known=known) == "一"
    assert settle(memory, "m", "p", "二", talk=Conversation(entry="other"), known=known) == "一"
    assert lines(memory) == 1 and look(memory, "n", "p").asker.conversation == Conversation()


def test_a_conversation_comes_back_with_the_next_push(memory):
    talk = Conversation(at=dt.datetime(2025, 4, 20, tzinfo=dt.UTC), entry="deadline", counts=(320,))
    settle(memory, "m1", "p", "答", talk=talk)
    asker = look(memory, "m2", "p").asker
    assert asker.conversation == talk and asker.messages == 1


def test_another_worker_shares_it_all(memory, place):
    settle(memory, "m", "p", "答")
    other = place.memory()
    assert look(other, "m", "p").reply == "答"


def test_another_secret_finds_nobody(memory, place):
    settle(memory, "m", "p", "答")
    stranger = place.memory("x" * 40)
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
    memory = Place(tmp_path).memory()
    settle(memory, "m", "p", "答")
    assert lines(memory) == 2 and look(memory, "m", "p").reply == "答"


def test_damaged_records_are_empty_ones(memory, place):
    settle(memory, "m", "p", "答")
    place.damage(memory.hashed("p"))
    assert look(memory, "n", "p").asker.conversation == Conversation()


def test_erasing_leaves_nothing_of_a_person(memory):
    settle(memory, "m", "p", "答", talk=Conversation(entry="deadline"))
    settle(memory, "n", "q", "别人")
    assert lines(memory) == 2 and memory.erase(memory.hashed("p")) >= 1
    assert look(memory, "m", "p") == Known(memory.hashed("m"), memory.hashed("p"), Asker()) and lines(memory) == 1
    assert look(memory, "n", "q").reply == "别人"


def test_what_was_said_after_an_erasure_stays(memory):
    settle(memory, "m", "p", "答")
    memory.erase(memory.hashed("p"))
    settle(memory, "n", "p", "又答")
    assert lines(memory) == 1


def test_a_signature_serves_the_first_push(memory, place):
    assert memory.shared.served(b"s" * 16, b"one", NOW) == memory.shared.served(b"s" * 16, b"two", NOW) == b"one"
    assert place.memory().shared.served(b"s" * 16, b"two", NOW) == b"one" and memory.shared.served(b"t" * 16, b"two", NOW) == b"two"


def test_a_record_of_many_long_replies_is_kept_whole(memory):
    for number in range(REPLIES):
        settle(memory, f"m{number}", "p", f"{number}" + "答" * 680, at=NOW + number / 10)
    assert [look(memory, f"m{number}", "p").reply[:2] for number in (10, 39)] == ["10", "39"]


def test_erasing_leaves_no_trace_in_the_files(on_disk, tmp_path):
    memory = on_disk
    who = memory.hashed("p")
    settle(memory, "m", "p", "独一无二的回复", talk=Conversation(rest="独一无二的下文"))
    settle(memory, "n", "q", "别人")
    assert memory.erase(who) == 2
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("bot.db*"))
    assert "独一无二".encode() not in kept and who not in kept and memory.hashed("q") in kept


def test_replies_and_conversations_are_forgotten_in_time(on_disk, tmp_path):
    memory = on_disk
    settle(memory, "old", "p", "旧的回复", at=NOW)
    settle(memory, "new", "q", "新的回复", at=NOW + 1300)
    Keeper(memory, 180).round(NOW + 1400)
    assert (count(memory, "asker"), lines(memory)) == (1, 2)
    assert "旧的回复".encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("bot.db*"))


def test_the_keeper_keeps_the_log_small(on_disk, tmp_path, monkeypatch):
    memory = on_disk
    monkeypatch.setattr("bot.keeper.LOG_AT_MOST", 100_000)
    keeper = Keeper(memory, 180)
    keeper.round(NOW)
    for number in range(3000):
        settle(memory, f"m{number}", f"p{number % 50}", "答" * 200)
        if number % 100 == 0:
            keeper.round(NOW + 1)
    assert (tmp_path / "bot.db-wal").stat().st_size < 5 << 20


def test_one_keeper_among_workers(memory, place):
    first, second = Keeper(memory, 180), Keeper(place.memory(), 180)
    assert first._elected() and first._elected() and not second._elected()


# Without what is shared

@pytest.fixture
def broken(memory, place):
    """A memory to which everything is refused until ``mend`` is called."""
    look(memory, "before", "nobody")
    place.refuse()
    memory.mend = lambda: place.mend(memory)
    return memory


def test_without_it_a_worker_remembers_by_itself(broken):
    talk = Conversation(entry="deadline")
    assert look(broken, "m", "p").reply is None
    assert settle(broken, "m", "p", "答", talk=talk) == settle(broken, "m", "p", "又答", talk=talk) == "答"
    assert look(broken, "m", "p").reply == "答" and look(broken, "n", "p").asker.conversation == talk


def test_what_comes_back_is_used_again_and_brought_up_to_date(broken):
    settle(broken, "m", "p", "答", talk=Conversation(entry="deadline"))
    broken.mend()
    assert look(broken, "n", "p").asker.conversation.entry == "deadline"
    settle(broken, "n", "p", "又答")
    assert lines(broken) == 1 and not broken.store.trouble
    broken.catch_up(NOW)
    assert lines(broken) == 2 and look(broken, "m", "p").reply == "答"


def test_what_another_worker_heard_since_counts_more_than_what_one_remembers(broken, place):
    at = dt.datetime(2025, 4, 20, tzinfo=dt.UTC)
    settle(broken, "m", "p", "答", talk=Conversation(at=at, entry="deadline"))
    place.mend(broken)
    other = place.memory()
    settle(other, "n", "p", "又答", talk=Conversation(at=at + dt.timedelta(minutes=1), entry="quota"))
    found = look(broken, "o", "p").asker
    assert found.conversation.entry == "quota" and found.told(other.hashed("n")) == "又答"
    assert not broken._askers


def test_a_worker_forgets_in_time_too(broken):
    settle(broken, "m", "p", "答")
    settle(broken, "n", "q", "答", at=NOW + 1000)
    broken.mend()
    broken.catch_up(NOW + 1000)
    assert len(broken._askers) == 2
    broken.catch_up(NOW + 1300)
    assert [*broken._askers] == [broken.hashed("q")]


def test_an_erasure_that_was_refused_is_done_later(broken):
    who = broken.hashed("p")
    assert broken.erase(who) is None
    broken.mend()
    settle(broken, "m", "p", "答")
    broken.catch_up(NOW)
    assert lines(broken) == 0


def test_who_is_erased_while_lines_are_written_late_stays_erased(broken, monkeypatch):
    settle(broken, "m", "p", "答"), settle(broken, "n", "q", "答")
    broken.mend()
    late = broken._settle_late

    def settle_late(one):
        late(one)
        if one.person != broken.hashed("q"):
            broken.erase(broken.hashed("q"))
    monkeypatch.setattr(broken, "_settle_late", settle_late)
    broken.catch_up(NOW)
    assert lines(broken) == 1 and look(broken, "n", "q").reply is None and not broken.waiting


def test_lines_that_wait_are_bounded_and_counted(broken, monkeypatch):
    monkeypatch.setattr(memory_module, "WAITING", 5)
    for number in range(8):
        settle(broken, f"m{number}", f"p{number}", "答")
    assert (broken.waiting, broken.dropped) == (5, 3)
    broken.mend()
    broken.catch_up(NOW)
    assert broken.waiting == 0 and lines(broken) == 5


def test_two_workers_that_both_answered_write_one_line(broken, place):
    """A retry may reach another worker while nothing can be shared."""
    other = place.memory()
    for worker in (broken, other):
        settle(worker, "m", "p", "答")
    place.mend(broken, other)
    for worker in (broken, other):
        worker.catch_up(NOW)
    assert lines(broken) == 1 and not other.waiting


def test_the_worker_s_own_memory_is_bounded(on_disk, monkeypatch):
    memory = on_disk
    monkeypatch.setattr(memory_module, "SHELF", 50)
    memory.store.path = memory.store.path / "nowhere" / "x"
    for number in range(500):
        settle(memory, f"m{number}", f"p{number}", "答")
    assert len(memory._askers) == 50


@pytest.mark.parametrize("failing", range(1, 7))
def test_the_nth_statement_fails_and_nothing_is_half_written(on_disk, failing):
    """As SQLite's own tests do: let the n-th statement fail, for each n, and look at what is left."""
    memory = on_disk
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
    fresh = Place(memory.store.path.parent).memory()
    assert (lines(fresh), count(fresh, "asker")) in ((0, 0), (1, 1))
    assert fresh.store.use(lambda db: db.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"


def test_a_full_disk_raises_store_down(on_disk, tmp_path):
    memory = on_disk
    def fill(db):
        db.execute("PRAGMA max_page_count=12")
        for number in range(2000):
            db.execute("INSERT INTO asker VALUES (?,?,1,?)", (str(number).encode(), NOW, b"x" * 2000))
    with pytest.raises(StoreDown, match="full"):
        memory.store.use(fill)


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
import test_memory as tests
place = tests.Place(Path(sys.argv[1]), type("Redis", (), {"url": sys.argv[2]})() if sys.argv[2] else None)
memory, number = place.memory(), 0
while True:
    number += 1
    tests.settle(memory, f"m{sys.argv[4]}-{number}", "p", "答" * 300)
    print(number, flush=True)
"""


def test_a_killed_worker_loses_nothing_it_said(memory, place):
    said = 0
    for delay in (0.0, 0.005, 0.011, 0.017, 0.023):
        words = [sys.executable, "-c", KILLED, str(place.folder), place.redis.url if place.redis else "", str(Path(__file__).parent), str(delay)]
        worker = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
        worker.stdout.readline()
        time.sleep(delay)
        worker.kill()
        said += 1 + len(worker.communicate()[0].split("\n")[:-1])
    assert said <= lines(memory) <= said + 5
    assert memory.store.use(lambda db: db.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"


# Corrections

def corrected(memory: Memory, desk: object = None) -> Correction:
    made = Correction(id="c1", text="更正", made=NOW + 10, until=NOW + 1e9, first=1, last=1)
    if isinstance(memory.shared, InRedis):
        lines(memory)
        from bot import journal, spread
        for person in journal.owing(memory.store, made):
            memory.shared.link.call(spread._owe, spread.owed_key(person), made.id, 1000)
    return made


def test_who_got_a_wrong_answer_is_owed_the_correction_once(memory):
    settle(memory, "m", "p", "错")
    one = corrected(memory)
    assert memory.owed(memory.hashed("p"), one) and not memory.owed(memory.hashed("q"), one)
    settle(memory, "n", "p", "更正", at=NOW + 20)
    assert not memory.owed(memory.hashed("p"), one)
