"""Several machines over one Redis: its addresses, a cluster, a fail-over, the writer, what is published; and a Redis that dies."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import random
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from program import free_port, running, wait

import redis_server
import wechat_client as play
from bot import ahead, create_app, journal, render, spread
from bot.journal import Row
from bot.memory import Memory
from bot.shared.in_redis import InRedis, asker_key, journal_key
from bot.shared.link import SHARDS, Address, Link, parsed
from bot.shared.writer import Writer
from bot.spread import Desk, Follower
from bot.store import Store, StoreDown
from handlers.regression import SHANGHAI, last_reply, read_cases, usual_day
from knowledge import bundle, live, paths, publish, snapshot, store
from knowledge import draft as drafts

ROOT = Path(__file__).parents[1]
SECRET = "0123456789abcdefghijklmnopqrstuv"
NOW = 1_750_000_000.0
QUESTION, RIGHT = "申报什么时候截止", "5月15日"


@pytest.fixture
def redis(tmp_path):
    with redis_server.running(tmp_path / "redis") as server:
        yield server


def memory(url: str, folder: Path, pause: float = 0.1) -> Memory:
    return Memory(InRedis(Link(url, pause)), Store(folder / "bot.db"), SECRET)


def settle(one: Memory, push: str, person: str, reply: str = "答", version: int = 1, at: float = NOW) -> str:
    known = one.look(one.hashed(push), one.hashed(person))
    row = Row(int(at), known.person, "问", "fact", "deadline", "answered", version)
    return one.settle(known, reply, known.asker.counted(at), row, at)


def lines(one: Memory) -> int:
    return len(journal.read(one.store, limit=10**6))


# Addresses

@pytest.mark.parametrize("url,found", [
    ("redis://127.0.0.1:6379/1", None), ("unix:///run/redis.sock", None),
    ("redis+sentinel://a:26380,b/bot/2", Address("sentinel", (("a", 26380), ("b", 26379)), None, None, False, "bot", 2, None)),
    ("rediss+sentinel://u:p%40s@a/bot?sentinel_password=x", Address("sentinel", (("a", 26379),), "u", "p@s", True, "bot", 0, "x")),
    ("redis+cluster://:pw@10.0.0.1:7000,[::1]:7001", Address("cluster", (("10.0.0.1", 7000), ("::1", 7001)), None, "pw", False, "", 0, None)),
])
def test_an_address_is_taken_apart(url, found):
    assert parsed(url) == found


@pytest.mark.parametrize("url", ["redis+sentinel://a:26379", "redis+cluster://", "redis+cluster://a/0", "redis+other://a", "redis+sentinel://a:b/bot"])
def test_a_wrong_address_is_told(tmp_path, url):
    from bot.config import SettingsError
    with pytest.raises(SettingsError, match="REDIS_URL"):
        create_app({"DATA_DIR": str(tmp_path), "REDIS_URL": url})


# Several servers

def test_nothing_crosses_the_slots_of_a_cluster(tmp_path):
    with redis_server.cluster(tmp_path / "cluster") as nodes:
        one = memory(f"redis+cluster://127.0.0.1:{nodes[0].port},127.0.0.1:{nodes[1].port}", tmp_path)
        for number in range(120):
            assert settle(one, f"m{number}", f"p{number}") == "答"
        assert one.shared.served(b"s" * 16, b"one", NOW) == one.shared.served(b"s" * 16, b"two", NOW) == b"one"
        one.erase(one.hashed("p0"))
        settle(one, "n", "p1")
        Writer(one.shared.link, one.store).round()
        assert lines(one) == 120 and not one.shared.link.trouble
        assert all(int(node.say("DBSIZE")) for node in nodes)  # every node has its share
        follow_once(one, tmp_path)
        nodes[2].kill()
        for number in range(120):
            assert settle(one, f"x{number}", f"p{number}") == "答"
        assert one.waiting


def follow_once(one: Memory, folder: Path) -> None:
    here, there = folder / "here", folder / "there"
    here.mkdir(), there.mkdir()
    live.load(here)
    Desk(one.shared.link, here, one.store).round(time.time())
    Follower(one.shared.link, there).pull()
    assert bundle.kept(there).versions[0].number == 1


def test_a_fail_over_is_survived(tmp_path):
    with redis_server.under_sentinel(tmp_path / "sentinel") as (primary, replica, sentinel):
        one = memory(f"redis+sentinel://127.0.0.1:{sentinel.port}/bot/0", tmp_path)
        settle(one, "m", "p", "一")
        wait(lambda: replica.say("DBSIZE") == primary.say("DBSIZE"))
        primary.kill()
        assert settle(one, "n", "p", "二") == "二" and one.waiting == 1
        wait(lambda: one.shared.mend() or not one.shared.link.trouble)
        one.catch_up(NOW)
        assert one.look(one.hashed("m"), one.hashed("p")).reply == "一" and one.look(one.hashed("n"), one.hashed("p")).reply == "二"
        Writer(one.shared.link, one.store).round()
        assert lines(one) == 2


@pytest.mark.parametrize("record", ["rubbish", "1", "007\n", "", "\n", "x1\n"])
def test_a_record_that_is_none_is_written_over(redis, tmp_path, record):
    one = memory(redis.url, tmp_path)
    redis.say("SET", asker_key(one.hashed("p")), record)
    assert settle(one, "m", "p") == "答" and one.look(one.hashed("m"), one.hashed("p")).reply == "答"


# The writer

def test_everything_in_redis_has_an_end_or_a_bound(redis, tmp_path):
    one = memory(redis.url, tmp_path)
    settle(one, "m", "p"), one.shared.served(b"s" * 16, b"p", NOW)
    follow_once(one, tmp_path)
    found = {str(key) for key in redis.say("KEYS", "*")}
    endless = {key for key in found if redis.say("TTL", key.removeprefix("b'").removesuffix("'")) == -1}
    assert found - endless and all(key.removesuffix("'").endswith((":journal", ":epoch")) for key in endless)  # one of each a shard


def test_a_writer_killed_before_it_acknowledged_writes_nothing_twice(redis, tmp_path, monkeypatch):
    one = memory(redis.url, tmp_path)
    for number in range(50):
        settle(one, f"m{number}", f"p{number}")
    writer = Writer(one.shared.link, one.store)
    monkeypatch.setattr("bot.shared.writer._done", lambda *_: (_ for _ in ()).throw(StoreDown))
    with pytest.raises(StoreDown):
        writer.round()
    monkeypatch.undo()
    one.shared.link._try_at = 0.0
    assert 0 < lines(one) < 50
    Writer(one.shared.link, one.store).round()  # its successor
    assert lines(one) == 50
    assert all(redis.say("XLEN", journal_key(f"{shard:02d}")) == 0 for shard in range(SHARDS))


def test_a_writer_whose_disk_fails_goes_on_later(redis, tmp_path):
    one = memory(redis.url, tmp_path)
    writer = Writer(one.shared.link, Store(tmp_path / "no" / "where"))
    settle(one, "m", "p")
    with pytest.raises(StoreDown):
        writer.round()
    writer._store = one.store
    assert writer.round() == 1 and lines(one) == 1


def test_a_stream_that_came_back_empty_is_read_again(redis, tmp_path):
    one = memory(redis.url, tmp_path)
    writer = Writer(one.shared.link, one.store)
    settle(one, "m1", "p"), writer.round()
    redis.say("FLUSHALL")
    settle(one, "m1", "p"), settle(one, "m2", "p")  # the first one is a retry that Redis has forgotten
    writer.round()
    assert lines(one) == 2


def test_what_a_redis_restarted_empty_lost_is_written_again_once(redis, tmp_path):
    one = memory(redis.url, tmp_path)
    one.shared.mend()
    for number in range(40):
        settle(one, f"m{number}", f"p{number}")
    redis.say("FLUSHALL")
    for _ in range(2 * SHARDS):
        one.shared.mend()
    assert sum(redis.say("XLEN", journal_key(f"{shard:02d}")) for shard in range(SHARDS)) == 40
    Writer(one.shared.link, one.store).round()
    assert lines(one) == 40


def test_a_line_of_another_shape_stops_nothing(redis, tmp_path):
    one = memory(redis.url, tmp_path)
    for value in ("rubbish", msgspec.msgpack.encode((1, 2)), ""):
        redis.say("XADD", journal_key("00"), "*", "row", value)
    settle(one, "m", "p")
    Writer(one.shared.link, one.store).round()
    assert lines(one) == 1


# What is published

@pytest.fixture
def two(redis, tmp_path):
    """A machine with the desk, and one that follows: (desk, follower, folder of each)."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir(), there.mkdir()
    live.load(here)
    link = Link(redis.url, 0.1)
    return Desk(link, here, Store(here / "bot.db")), Follower(link, there), here, there


def publish_theme(folder: Path, theme: str) -> int:
    kept = store.open_store(folder)
    opened = drafts.open_draft(kept, 2025)
    drafts.save_draft(kept, 2025, paths.put(opened.document, "facts.theme.value", theme), opened.revision, "王编")
    return publish.publish(kept, 2025, "王编", "试", lambda document, trial: []).number


def theme(folder: Path) -> str:
    return live.load(folder).documents[0].facts["theme"].value


def test_what_the_desk_publishes_is_taken_with_its_number_and_its_past(two):
    desk, follower, here, there = two
    desk.round(1.0), follower.pull()
    first = live.load(there)
    assert (first.version, first.digest) == (live.load(here).version, live.load(here).digest)
    publish_theme(here, "新主题")
    desk.round(2.1), follower.pull()
    assert theme(there) == "新主题" and live.load(there).changes == live.load(here).changes
    publish.roll_back(store.open_store(here), 1, "王编", "试")
    desk.round(3.2), follower.pull()
    assert theme(there) != "新主题" and live.load(there).version == 3
    assert not (there / store.FILE).exists()


def test_what_is_pulled_is_in_force_at_once(two):
    desk, follower, here, there = two
    desk.round(1.0), follower.pull()
    assert live.current(there).version == 1
    publish_theme(here, "新主题")
    desk.round(2.1), follower.pull()
    assert live.current(there).version == 2  # without waiting for the watcher


def test_another_machines_first_version_is_not_our_own(two):
    desk, follower, here, there = two
    kept = live._first(there)  # its own first version, as it came with the program
    with closing(sqlite3.connect(here / store.FILE)) as db:
        db.execute("DROP TRIGGER version_stays")
        text = db.execute("SELECT document FROM version").fetchone()[0].replace("value = 10\n", "value = 11\n", 1)
        db.execute("UPDATE version SET document = ?, digest = ?", (text, store.digest_of(text)))
        db.commit()
    desk.round(1.0), follower.pull()
    live.look(kept)
    assert kept.snapshot.version == 1 and kept.snapshot.digest == live.load(there).digest != snapshot.packaged().digest


def test_what_is_no_longer_in_force_leaves_redis(two, redis):
    desk, _, here, _ = two
    desk.round(1.0)
    before = json.loads(redis.say("GET", spread.POINTER))
    publish_theme(here, "新主题")
    desk.round(2.1)
    assert redis.say("TTL", spread._key(before["bundle"])) <= spread.SUPERSEDED < redis.say("TTL", spread._key(before["ahead"]))


@pytest.mark.parametrize("content", [b"{}", msgspec.json.encode(bundle.Bundle((bundle.Published(2, 2025, "d", "[notice]\n"),), ()))], ids=["no bundle", "no notice"])
def test_what_this_program_cannot_read_holds_up_no_banner_and_is_not_tried_all_the_time(two, redis, monkeypatch, content):
    desk, follower, here, there = two
    desk.round(1.0), follower.pull()
    said = msgspec.json.encode(ahead.Ahead(banners=(ahead.Banner(id="a", text="系统维护", until=9e9),)))
    for one in (content, said):
        redis.say("SET", spread._key(bundle.hash_of(one)), one)
    redis.say("SET", spread.POINTER, msgspec.json.encode(spread.Pointer(bundle.hash_of(content), bundle.hash_of(said))))
    tried, keep = [], bundle.keep
    monkeypatch.setattr(bundle, "keep", lambda *given: tried.append(given) or keep(*given))
    for _ in range(3):
        follower.pull()
    assert ahead.current(there).banners[0].text == "系统维护" and live.load(there).version == 1 and len(tried) == 1
    monkeypatch.setattr(spread.time, "monotonic", lambda: 1e12)
    follower.pull()
    assert len(tried) == 2


def test_banners_travel_too(two):
    desk, follower, here, there = two
    ahead.save(here, ahead.Ahead(banners=(ahead.Banner(id="a", text="系统维护", until=9e9),)))
    desk.round(1.0), follower.pull()
    assert ahead.current(there).banners[0].text == "系统维护"


def test_a_redis_that_came_back_empty_gets_it_again(two, redis):
    desk, follower, here, there = two
    desk.round(1.0)
    redis.say("FLUSHALL")
    follower.pull()
    assert not (there / bundle.FILE).exists()
    desk.round(2.5), follower.pull()
    assert bundle.kept(there).versions[0].number == 1


@pytest.mark.parametrize("damage", [lambda redis, key: redis.say("SET", key, "rubbish"), lambda redis, key: redis.say("DEL", key), lambda redis, key: redis.say("APPEND", key, " ")],
                         ids=["other content", "no content", "a byte more"])
def test_what_is_not_what_its_hash_says_is_not_taken(two, redis, damage):
    desk, follower, here, there = two
    desk.round(1.0), follower.pull()
    publish_theme(here, "新主题")
    desk.round(2.1)
    damage(redis, spread._key(json.loads(redis.say("GET", spread.POINTER))["bundle"]))
    follower.pull()
    assert theme(there) != "新主题"
    redis.say("DEL", spread.POINTER)
    desk.round(3.2), follower.pull()
    assert theme(there) == "新主题"


def test_a_damaged_file_is_taken_anew_and_answers_go_on(two):
    desk, follower, here, there = two
    desk.round(1.0), follower.pull()
    assert live.load(there).version == 1
    whole = (there / bundle.FILE).read_bytes()
    (there / bundle.FILE).write_bytes(whole[:-100])
    found = live._first(there)
    assert "已损坏" in found.snapshot.degraded and found.snapshot.documents == live.load(here).documents
    Follower(follower._link, there).pull()
    assert (there / bundle.FILE).read_bytes() == whole


def test_without_redis_the_last_good_file_answers(two, redis):
    desk, follower, here, there = two
    publish_theme(here, "新主题")
    desk.round(1.0), follower.pull()
    redis.kill()
    with pytest.raises(StoreDown):
        Follower(follower._link, there).pull()
    assert theme(there) == "新主题" and not live._first(there).snapshot.degraded


def test_a_machine_that_gets_the_desk_answers_from_its_own_again(tmp_path):
    (tmp_path / bundle.FILE).write_text("x")
    create_app({"DATA_DIR": str(tmp_path)})
    assert not (tmp_path / bundle.FILE).exists()


def test_without_a_desk_there_is_none(tmp_path, redis):
    app = create_app({"DATA_DIR": str(tmp_path), "DESK": "0", "REDIS_URL": redis.url, "SECRET_KEY": SECRET})
    assert app.test_client().get("/desk").status_code == 404 and app.test_client().get("/chat").status_code == 200


@pytest.mark.parametrize("words", ["knowledge validate", "staff list", "staff add 王编 --role 编辑", "digest", "purge"])
def test_what_only_the_desks_machine_has_is_refused_elsewhere(tmp_path, redis, words):
    app = create_app({"DATA_DIR": str(tmp_path), "DESK": "0", "REDIS_URL": redis.url, "SECRET_KEY": SECRET})
    said = app.test_cli_runner().invoke(args=words.split(), input="")
    assert said.exit_code != 0 and "DESK=0" in said.output and "密码" not in said.output


@pytest.mark.parametrize("given,named", [({"DESK": "0"}, "REDIS_URL"), ({"DESK": "0", "REDIS_URL": "redis://h"}, "SECRET_KEY"), ({"DESK": "x"}, "DESK")])
def test_a_machine_without_a_desk_is_told_what_it_needs(tmp_path, given, named):
    from bot.config import SettingsError
    with pytest.raises(SettingsError, match=named):
        create_app({"DATA_DIR": str(tmp_path), **given})


# Corrections

def test_a_correction_reaches_who_got_the_wrong_answer_on_any_machine(two, redis, tmp_path):
    desk, follower, here, there = two
    here_, there_ = (Memory(InRedis(Link(redis.url)), Store(folder / "bot.db"), SECRET) for folder in (here, there))
    settle(there_, "m", "p")
    writer = Writer(here_.shared.link, here_.store)
    writer.round()
    one = ahead.Correction(id="c", text="更正", made=NOW + 5, until=time.time() + 1000, first=1, last=1)
    ahead.save(here, ahead.Ahead(corrections=(one,)))
    desk.round(time.time()), follower.pull()
    taken = ahead.current(there).corrections[0]
    assert there_.owed(there_.hashed("p"), taken) and here_.owed(here_.hashed("p"), taken) and not there_.owed(there_.hashed("q"), taken)
    settle(there_, "n", "p", at=NOW + 10)
    assert not there_.owed(there_.hashed("p"), taken) and not here_.owed(here_.hashed("p"), taken)
    writer.round(), desk._tell_who_is_owed(time.time())
    assert not there_.owed(there_.hashed("p"), taken)


def failing_on(desk: Desk, what: str) -> None:
    """Let this call of the desk's to Redis fail, once."""
    call = desk._link.call

    def once(work, *args):
        if what in work.__code__.co_names:
            desk._link.call = call
            raise StoreDown(what)
        return call(work, *args)
    desk._link.call = once


@pytest.mark.parametrize("fails", ["journal", "publish", "sadd"])
def test_a_correction_is_told_though_something_failed_when_it_was_made(two, redis, fails):
    desk, _, here, _ = two
    worker = Memory(InRedis(Link(redis.url)), Store(here / "bot.db"), SECRET)
    desk.round(time.time()), desk.round(now := time.time() + spread.STRAGGLERS)
    settle(worker, "m", "p")
    Writer(worker.shared.link, worker.store).round()
    one = ahead.Correction(id="c", text="更正", made=NOW + 5, until=now + 1000, first=1, last=1)
    ahead.save(here, ahead.Ahead(corrections=(one,)))
    if fails == "journal":
        desk._store = Store(here / "no" / "where")
    else:
        failing_on(desk, fails)
    with pytest.raises(StoreDown):
        desk.round(now + 2)
    desk._store = worker.store
    desk.round(now + 3), desk.round(now + 3 + spread.STRAGGLERS)
    assert worker.owed(worker.hashed("p"), one)


# Two real servers

def test_two_machines_are_one_bot(redis, tmp_path):
    settings = {**play.PLAIN, "REDIS_URL": redis.url, "SECRET_KEY": SECRET}
    ports, folders = (free_port(), free_port()), (tmp_path / "here", tmp_path / "there")
    [folder.mkdir() for folder in folders]
    with running(folders[0], ports[0], DATA_DIR=str(folders[0]), PORT=str(ports[0]), **settings) as (_, here), \
            running(folders[1], ports[1], DATA_DIR=str(folders[1]), PORT=str(ports[1]), DESK="0", **settings) as (_, there):
        one, other = play.WeChat(here), play.WeChat(there)
        push = play.text(QUESTION)
        assert RIGHT in one.deliver(push).content and one.deliver(push).body == other.deliver(push).body
        assert other.ask("我们小组320个能报几个") and "班组" in one.ask("那班组呢")
        wait(lambda: written(folders[0]) == 3)
        publish_theme(folders[0], "两台机器的主题")
        wait(lambda: all(ready(send)["snapshot"] == 2 for send in (here, there) for _ in range(8)))  # whichever worker is asked
        assert ready(there)["digest"] == ready(here)["digest"] and ready(there)["status"] == "ok"
        other.deliver(play.event("unsubscribe", EventKey=""))
        wait(lambda: written(folders[0]) == 0)
        redis.kill()
        for number in range(20):
            assert RIGHT in one.ask(QUESTION, openid=f"oA{number}") and RIGHT in other.ask(QUESTION, openid=f"oA{number}")


def ready(send) -> dict:
    return json.loads(send("GET", "/health/ready")[1])


def written(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "bot.db")) as db:
        return db.execute("SELECT count(*) FROM journal").fetchone()[0]


# A Redis that dies under load (#27). FAULT_SECONDS=60 for a long run.

FAULT_SECONDS = float(os.environ.get("FAULT_SECONDS", "3"))
RATE = 50  # pushes a second
FAULTS = {
    "killed": redis_server.Server.kill, "frozen": redis_server.Server.freeze, "full": redis_server.Server.fill,
    "read-only": redis_server.Server.make_read_only, "restarted empty": redis_server.Server.restart_empty,
}


def cases_of_one_turn() -> list:
    found = [one for path in sorted((ROOT / "tests" / "cases").glob("*.jsonl")) for one in read_cases(path.read_text("utf-8").split("\n"), path.name)]
    return [one for one in found if len(one.turns) == 1 and len(one.turns[0].encode()) < 4000]


@pytest.mark.parametrize("fault", FAULTS)
def test_answers_go_on(redis, tmp_path, fault):
    """Every push is answered rightly, and a retry the same, whatever happens to Redis; afterwards each has one line."""
    port, packaged = free_port(), snapshot.packaged()
    cases = random.Random(27).sample(cases_of_one_turn(), 60)
    expected = {one.id: render.page(last_reply(one, packaged))[0] for one in cases}
    wrong, asked = [], itertools.count()
    with running(tmp_path, port, DATA_DIR=str(tmp_path), PORT=str(port), REDIS_URL=redis.url, SECRET_KEY=SECRET, **play.PLAIN) as (_, send):
        wechat = play.WeChat(send)

        def ask(number: int) -> None:
            case = cases[number % len(cases)]
            at_ten = dt.datetime.combine(case.today or usual_day(packaged), dt.time(10), SHANGHAI)
            push = play.text(case.turns[0], openid=f"oF{number}", created=int(at_ten.timestamp()), message_id=10_000 + number)
            replies = [wechat.deliver(push) for _ in range(2)]
            if {one.status for one in replies} != {200} or replies[0].content != replies[1].content:
                wrong.append((fault, case.id, [one.status for one in replies]))
            if replies[0].content != expected[case.id]:
                wrong.append((case.id, replies[0].content))
        broken_at = threading.Timer(FAULT_SECONDS / 4, FAULTS[fault], [redis])
        broken_at.start()
        with ThreadPoolExecutor(16) as pool:
            begun, jobs = time.monotonic(), []
            while (past := time.monotonic() - begun) < FAULT_SECONDS:
                while len(jobs) < past * RATE / 2:
                    jobs.append(pool.submit(ask, next(asked)))
                time.sleep(0.01)
            [job.result() for job in jobs]
        broken_at.join()
        redis.thaw()
        if fault == "killed":
            redis.start()
        elif fault != "frozen":
            redis.say("REPLICAOF", "NO", "ONE"), redis.say("CONFIG", "SET", "maxmemory", "0")
        wait(lambda: ready(send)["status"] == "ok" and written(tmp_path) >= len(jobs), 30)
        time.sleep(1)  # one written twice would show
    assert wrong == [] and written(tmp_path) == len(jobs)
