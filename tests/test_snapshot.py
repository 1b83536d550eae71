"""What is in force: the right year's notice, a new version within two seconds, and never a bad one."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from made_up_2026 import drafted
from program import wait

from handlers.conversation import Conversation
from handlers.pipeline import reply
from handlers.regression import SHANGHAI
from knowledge import draft, live, paths, publish, schema, snapshot, store
from knowledge.index import Index, words_only
from knowledge.snapshot import build, packaged_documents

NOTICE = packaged_documents()[-1]
YEAR = NOTICE.notice.year
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def both():
    return build([NOTICE, drafted(NOTICE)], 2)


@pytest.fixture
def data(tmp_path):
    snapshot.current(tmp_path)
    yield tmp_path
    live._kept.pop(tmp_path, None)


def new_theme(data, theme="新主题"):
    kept = store.open_store(data)
    opened = draft.open_draft(kept, YEAR)
    draft.save_draft(kept, YEAR, paths.put(opened.document, "facts.theme.value", theme), opened.revision, "王编")
    return publish.publish(kept, YEAR, "王编", "换主题", lambda document, trial: [])


def ask(text, of, day=dt.date(2026, 4, 25)):
    return reply(text, Conversation(), of, dt.datetime.combine(day, dt.time(10), SHANGHAI))[0].text


# -- which year's notice

@pytest.mark.parametrize("day, year", [
    (dt.date(2024, 1, 1), 2025), (dt.date(2025, 4, 11), 2025), (dt.date(2026, 4, 8), 2025), (dt.date(2026, 4, 9), 2026), (dt.date(2030, 1, 1), 2026),
])
def test_the_newest_notice_issued_by_the_day_answers(both, day, year):
    assert both.for_day(day)[0].notice.year == year


def test_each_year_has_its_notice_and_its_index(both):
    for year in (2025, 2026):
        notice, index = both.for_year(year)
        assert notice.notice.year == year and index is both.indexes[both.documents.index(notice)]
    assert both.for_year(2024) is None and both.newest()[0].notice.year == 2026


@pytest.mark.parametrize("text, said", [
    ("什么时候截止", "2026年5月26日"), ("2025年什么时候截止", "2025年5月15日"), ("25年的申报截止时间", "2025年5月15日"), ("去年的申报什么时候截止", "2025年5月15日"),
    ("2026年什么时候截止", "2026年5月26日"), ("去年备案通过小组350个，能报几个", "可报26个"), ("2025年备案了小组350个能报几个", "可报26个"), ("2025年7月完成的成果能报吗", "2025年6月3日"),
    ("去年5月完成的成果能报吗", "2025年6月3日"),
])
def test_a_question_that_names_another_year_goes_to_that_years_notice(both, text, said):
    assert said in ask(text, both)


def test_it_says_whose_notice_it_is(both):
    assert ask("2025年什么时候截止", both).startswith("按2025年的通知：\n") and not ask("什么时候截止", both).startswith("按")


def test_before_the_new_notice_is_issued_the_old_one_answers(both):
    assert "2025年5月15日" in ask("什么时候截止", both, dt.date(2025, 5, 1)) and "2026年5月26日" in ask("2026年什么时候截止", both, dt.date(2026, 3, 1))


@pytest.mark.parametrize("day, text", [(dt.date(2025, 5, 1), "2026年什么时候申报"), (dt.date(2026, 2, 1), "今年什么时候申报"), (dt.date(2026, 2, 1), "申报什么时候截止")])
def test_of_a_notice_not_yet_published_it_says_so(day, text):
    said = ask(text, build([NOTICE]), day)
    assert "2026年的新通知尚未发布" in said


# -- a new version

def test_the_first_use_brings_in_the_programs_notice(data):
    now = snapshot.current(data)
    assert (now.version, now.degraded) == (1, "") and now.documents == snapshot.packaged().documents


def test_a_publication_shows_without_a_restart_at_the_next_of_several_looks_a_second(data):
    new_theme(data)
    assert live.EVERY < 1
    wait(lambda: snapshot.current(data).version == 2)
    now = snapshot.current(data)
    assert "新主题" in ask("今年的主题是什么", now, dt.date(2025, 4, 20)) and now.changes and now.changes[0].version == 2


def test_a_way_back_shows_too(data):
    new_theme(data)
    publish.roll_back(store.open_store(data), 1, "王编", "发错了")
    wait(lambda: snapshot.current(data).version == 3)
    assert snapshot.current(data).documents == snapshot.packaged().documents


def test_a_saved_draft_changes_nothing(data):
    before = snapshot.current(data)
    kept = store.open_store(data)
    draft.save_draft(kept, YEAR, paths.put(NOTICE, "facts.theme.value", "草稿"), 0, "王编")
    time.sleep(3 * live.EVERY)
    assert snapshot.current(data) is before


def test_a_message_costs_no_look_at_the_disk(data, monkeypatch):
    monkeypatch.setattr(store, "in_force", lambda _: 1 / 0)
    monkeypatch.setattr(os, "stat", lambda *_: 1 / 0)
    assert len({id(snapshot.current(data)) for _ in range(10_000)}) == 1


def test_another_process_sees_it_too(data):
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(data)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert worker.stdout.readline() == "1\n"
    new_theme(data)
    assert worker.stdout.readline() == "2\n"
    assert worker.wait(10) == 0


WORKER = """
import pathlib, sys, time
from knowledge import snapshot
data, seen = pathlib.Path(sys.argv[1]), 0
while seen < 2:
    if snapshot.current(data).version != seen:
        seen = snapshot.current(data).version
        print(seen, flush=True)
    time.sleep(0.01)
"""


def test_a_forked_worker_looks_for_itself(data):
    snapshot.current(data)  # the watcher of this process runs
    read, write = os.pipe()
    child = os.fork()
    if not child:
        until = time.monotonic() + 10
        while snapshot.current(data).version != 2 and time.monotonic() < until:
            time.sleep(0.01)
        os.write(write, str(snapshot.current(data).version).encode())
        os._exit(0)
    time.sleep(0.2)
    new_theme(data)
    os.waitpid(child, 0)
    assert os.read(read, 10) == b"2"


# -- never a bad one

def damaged(data):
    with open(data / store.FILE, "r+b") as file:
        file.write(b"x" * 4096)


def unreadable_version(data):
    with sqlite3.connect(data / store.FILE) as db:
        db.execute("INSERT INTO version VALUES (2, 2025, 'broken', '', 'x', 'x', '2025-01-01T00:00:00+00:00', '[]', '[]')")
        db.execute("UPDATE in_force SET number = 2")


def version_of_no_shape(data):
    text = "[notice]\nyear = 2025\n"
    store.add_version(store.open_store(data), YEAR, text, "x", "x", expected=1)


@pytest.mark.parametrize("harm, reason", [
    (damaged, "知识库文件已损坏，请从备份恢复。"), (unreadable_version, "第2版的内容已损坏，请从备份恢复。"), (version_of_no_shape, "第2版：通知 的 title：缺少"),
    (lambda data: (data / store.FILE).unlink(), "知识库文件不见了，请从备份恢复。"),
])
def test_a_bad_store_never_replaces_a_good_snapshot(data, harm, reason, caplog):
    good = snapshot.current(data)
    harm(data)
    wait(lambda: snapshot.current(data).degraded and [one for one in caplog.records if one.name == "knowledge.live"])
    now = snapshot.current(data)
    assert now.documents is good.documents and now.version == 1 and len(now.degraded) > 8
    if "title" not in reason:
        assert now.degraded == reason
    assert "2025年5月15日" in ask("什么时候截止", now, dt.date(2025, 4, 20))
    assert [record.reason for record in caplog.records if record.name == "knowledge.live"] == [now.degraded]


def test_it_recovers_by_itself(data, tmp_path_factory, monkeypatch):
    monkeypatch.setattr(live, "RETRY", 0.1)
    good = tmp_path_factory.mktemp("copy") / "good.db"
    shutil.copy(data / store.FILE, good)
    damaged(data)
    wait(lambda: snapshot.current(data).degraded)
    os.replace(good, data / store.FILE)
    wait(lambda: not snapshot.current(data).degraded)


@pytest.mark.parametrize("harm", [damaged, unreadable_version, lambda data: (data / store.FILE).unlink()])
def test_a_start_with_a_bad_store_goes_on_from_the_copy(data, harm):
    new_theme(data, "办公室的主题")
    wait(lambda: snapshot.current(data).version == 2)
    live._kept.pop(data)
    if harm is not unreadable_version:
        harm(data)
    else:
        with sqlite3.connect(data / store.FILE) as db:
            db.execute("DROP TRIGGER version_stays")
            db.execute("UPDATE version SET document = 'x'")
    now = snapshot.current(data)
    assert now.degraded and now.version == 2 and now.documents[0].facts["theme"].value == "办公室的主题"


def test_a_bad_store_without_a_copy_is_no_answer_rather_than_an_old_one(data):
    live._kept.pop(data)
    shutil.rmtree(data / live.FOLDER)
    damaged(data)
    with pytest.raises(store.StoreError):
        snapshot.current(data)


def test_a_folder_that_cannot_be_written_still_answers(tmp_path):
    place = tmp_path / "file"
    place.write_text("no folder")
    now = snapshot.current(place)
    assert now.documents == snapshot.packaged().documents and "不能在数据文件夹里建立知识库文件" in now.degraded
    live._kept.pop(place, None)


def test_the_copy_is_readable_and_only_for_its_owner(data):
    copy = data / live.FOLDER / "2025.toml"
    assert schema.loads(copy.read_text("utf-8")) == NOTICE and copy.stat().st_mode & 0o077 == 0


def test_an_index_is_made_again_only_for_other_words():
    first = build([NOTICE])
    later = build([paths.put(paths.put(NOTICE, "facts.theme.value", "别的"), "entries.phone.answer", "打{phone1}。")], 7)
    assert first.indexes[0] is later.indexes[0] and later.version == 7 and later.documents[0].facts["theme"].value == "别的"
    assert build([paths.put(NOTICE, "entries.phone.phrasings", ("怎么打给你们呀",))]).indexes[0] is not first.indexes[0]


def test_an_index_depends_on_nothing_that_is_left_out():
    """What ``words_only`` drops, dropped from the document itself: the index comes out the same."""
    whole = build([NOTICE]).documents[0]
    one, other = Index(whole), Index(words_only(whole))
    assert one._wordings._says == other._wordings._says and one._cues == other._cues and one._concepts.all == other._concepts.all
    assert one._weight == other._weight and one._strict == other._strict and vars(one._sounds).keys() == vars(other._sounds).keys()
