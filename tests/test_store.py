"""The store of versions: whole or not at all, never changed afterwards, and every trouble is one sentence."""

from __future__ import annotations

import sqlite3
import stat
import threading

import pytest

from knowledge import store


@pytest.fixture
def kept(tmp_path):
    return store.open_store(tmp_path)


def add(kept, text="甲", year=2025, expected=None, **more):
    return store.add_version(kept, year, text, "王编", "试", expected=expected, **more)


def test_a_fresh_store_is_empty_and_for_its_owner_only(kept):
    assert store.in_force(kept) == {} and store.history(kept) == [] and store.draft_years(kept) == []
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600


def test_it_is_opened_again_as_it_was(kept, tmp_path):
    add(kept)
    assert store.text_of(store.open_store(tmp_path), 1) == "甲"


def test_a_version_has_who_when_why_and_what_changed(kept):
    made = add(kept, changed=("“申报时间”：a → b",), answers=(("Q1", "题", "前", "后"),))
    assert store.version(kept, 1) == made and made.at.tzinfo and (made.who, made.why) == ("王编", "试")
    assert made.changed == ("“申报时间”：a → b",) and made.answers == (("Q1", "题", "前", "后"),)


def test_the_newest_is_in_force_for_each_year(kept):
    add(kept), add(kept, "乙", expected=1), add(kept, "丙", year=2026)
    assert {year: one.number for year, one in store.in_force(kept).items()} == {2025: 2, 2026: 3}
    assert [one.number for one in store.history(kept)] == [3, 2, 1] and [one.number for one in store.history(kept, 2025)] == [2, 1]


@pytest.mark.parametrize("expected", [None, 7])
def test_who_comes_second_is_told_and_nothing_is_written(kept, expected):
    add(kept)
    with pytest.raises(store.Stale, match="现在已是第1版，有人先发布了"):
        add(kept, "乙", expected=expected)
    assert len(store.history(kept)) == 1


def test_a_version_never_changes(kept):
    add(kept)
    with sqlite3.connect(kept.path) as db:
        for change in ("UPDATE version SET document = 'x'", "DELETE FROM version"):
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(change)


def test_a_damaged_version_is_refused(kept):
    add(kept)
    with sqlite3.connect(kept.path) as db:
        db.execute("DROP TRIGGER version_stays")
        db.execute("UPDATE version SET document = '改过'")
    with pytest.raises(store.StoreError, match="第1版的内容已损坏，请从备份恢复。"):
        store.text_of(kept, 1)


def test_a_version_that_is_not_there_is_told(kept):
    for ask in (store.version, store.text_of):
        with pytest.raises(store.StoreError, match="没有第9版。"):
            ask(kept, 9)


def test_a_draft_is_saved_by_revision(kept):
    assert store.write_draft(kept, 2025, "甲", 1, 0, "王编").revision == 1
    assert store.write_draft(kept, 2025, "乙", 1, 1, "李编").revision == 2
    with pytest.raises(store.Stale):
        store.write_draft(kept, 2025, "丙", 1, 1, "王编")
    assert store.read_draft(kept, 2025).text == "乙" and store.draft_years(kept) == [2025]


def test_publishing_a_draft_ends_it_in_the_same_step(kept):
    store.write_draft(kept, 2025, "甲", None, 0, "王编")
    add(kept, draft=1)
    assert store.read_draft(kept, 2025) is None
    store.write_draft(kept, 2025, "乙", 1, 0, "王编")
    with pytest.raises(store.Stale, match="草稿刚被别人改过"):
        add(kept, "乙", expected=1, draft=5)
    assert store.read_draft(kept, 2025).text == "乙" and len(store.history(kept)) == 1


def test_a_draft_is_thrown_away_only_as_it_was_seen(kept):
    store.write_draft(kept, 2025, "甲", 1, 0, "王编")
    with pytest.raises(store.Stale):
        store.drop_draft(kept, 2025, 4)
    store.drop_draft(kept, 2025, 1)
    assert store.read_draft(kept, 2025) is None


def test_it_is_durable(kept):
    with store._connection(kept) as db:
        assert db.execute("PRAGMA synchronous").fetchone()[0] == 3 and db.execute("PRAGMA journal_mode").fetchone()[0] == "delete"


def test_writers_wait_for_each_other_and_readers_see_whole_versions(kept):
    """#22: each version's text is its number ten thousand times over; a mixed one would show."""
    add(kept, "1," * 10_000)
    troubles, done = [], threading.Event()

    def read():
        while not done.is_set():
            number = store.in_force(kept)[2025].number
            if store.text_of(kept, number) != f"{number}," * 10_000:
                troubles.append(number)

    readers = [threading.Thread(target=_caught, args=(read, troubles)) for _ in range(2)]
    [one.start() for one in readers]
    for number in range(1, 60):
        add(kept, f"{number + 1}," * 10_000, expected=number)
    done.set()
    [one.join() for one in readers]
    assert troubles == [] and len(store.history(kept)) == 60


def _caught(work, troubles):
    try:
        work()
    except Exception as error:
        troubles.append(error)


@pytest.mark.parametrize("damage, said", [
    (lambda path: path.write_bytes(b"no database at all, but long enough to be read as one" * 9), "知识库文件已损坏，请从备份恢复。"),
    (lambda path: path.unlink(), "打不开知识库文件，请检查数据文件夹的权限。"),
])
def test_what_is_wrong_with_the_file_is_one_sentence(kept, damage, said):
    damage(kept.path)
    with pytest.raises(store.StoreError) as caught:
        store.in_force(kept)
    assert str(caught.value) == said


def test_a_full_disk_publishes_nothing(kept, monkeypatch):
    add(kept)
    real = sqlite3.connect

    def small(*given, **more):
        db = real(*given, **more)
        db.execute("PRAGMA max_page_count = 8")
        return db
    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(store.StoreError, match="磁盘已满，什么也没有写入，请腾出空间后再试。"):
        add(kept, "长" * 200_000, expected=1)
    monkeypatch.undo()
    assert store.in_force(kept)[2025].number == 1 and add(kept, "乙", expected=1).number == 2


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(store.StoreError, match="不能在数据文件夹里建立知识库文件"):
        store.open_store(tmp_path / "file")
