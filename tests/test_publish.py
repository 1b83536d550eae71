"""The gate and what passes it: no override, one step, a history that stays, and one step back."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from handlers.regression import golden
from knowledge import draft, paths, publish, schema, snapshot, store
from knowledge.publish import Problem, Refused
from knowledge.snapshot import packaged_documents

NOTICE = packaged_documents()[-1]
YEAR = NOTICE.notice.year


def unplayed(document, trial):
    """Golden questions take a second; where they are not what is tested, none is played."""
    return []


@pytest.fixture
def kept(tmp_path):
    made = store.open_store(tmp_path)
    publish.bring_in_packaged(made)
    return made


def drafted(kept, path="facts.theme.value", value="新主题", who="王编"):
    opened = draft.open_draft(kept, YEAR)
    return draft.save_draft(kept, YEAR, paths.put(opened.document, path, value), opened.revision, who)


def test_the_programs_own_notice_is_the_first_version(kept):
    [first] = publish.history(kept)
    assert (first.number, first.year, first.who) == (1, YEAR, publish.PROGRAM) and publish.document(kept, 1) == NOTICE


def test_bringing_it_in_again_changes_nothing(kept):
    publish.bring_in_packaged(kept)
    assert len(publish.history(kept)) == 1


def test_what_was_brought_in_is_not_read_again(kept, monkeypatch):
    publish.bring_in_packaged(kept)  # leaves its mark
    monkeypatch.setattr(publish, "packaged_documents", lambda: pytest.fail("read again"))
    publish.bring_in_packaged(kept)


def test_a_newer_program_brings_its_notice_unless_staff_published(kept, monkeypatch):
    newer = paths.put(NOTICE, "facts.theme.value", "程序里的新主题")
    monkeypatch.setattr(publish, "packaged_documents", lambda: (newer,))
    monkeypatch.setattr(publish, "_dumped", lambda year: schema.dump(newer))
    monkeypatch.setattr(publish, "packaged_texts", lambda: [b"newer"])
    publish.bring_in_packaged(kept)
    assert [one.why for one in publish.history(kept)] == ["程序更新", "随程序安装"] and publish.version(kept, 2).changed == ("“活动主题”：聚力推进•协同创新•全面赋能 → 程序里的新主题",)
    drafted(kept, value="办公室的主题")
    publish.publish(kept, YEAR, "王编", "换主题", unplayed)
    monkeypatch.setattr(publish, "_dumped", lambda year: schema.dump(NOTICE))
    monkeypatch.setattr(publish, "packaged_texts", lambda: [b"newer still"])
    publish.bring_in_packaged(kept)
    assert store.in_force(kept)[YEAR].number == 3


def test_a_publication_has_who_when_why_and_what(kept):
    drafted(kept)
    made = publish.publish(kept, YEAR, "王编", " 换主题 ", unplayed)
    assert (made.number, made.who, made.why) == (2, "王编", "换主题") and made == publish.version(kept, 2)
    assert made.changed == ("“活动主题”：聚力推进•协同创新•全面赋能 → 新主题",)
    assert [code for code, *_ in made.answers] and any("新主题" in now for *_, now in made.answers)
    assert publish.document(kept, 2).facts["theme"].value == "新主题" and store.read_draft(kept, YEAR) is None


@pytest.mark.parametrize("why, said", [("", "请写明发布的原因。"), ("  ", "请写明发布的原因。")])
def test_a_reason_is_asked_for(kept, why, said):
    drafted(kept)
    with pytest.raises(Refused, match=said):
        publish.publish(kept, YEAR, "王编", why, unplayed)


def test_nothing_changed_nothing_is_published(kept):
    for _ in range(2):
        with pytest.raises(Refused, match=f"{YEAR}年的通知没有改动，不用发布。"):
            publish.publish(kept, YEAR, "王编", "试", unplayed)
        drafted(kept, value=NOTICE.facts["theme"].value)


def test_what_validation_finds_stops_it(kept):
    drafted(kept, "facts.apply_window.value.closes", dt.date(2025, 4, 1))
    with pytest.raises(Refused) as caught:
        publish.publish(kept, YEAR, "王编", "试", unplayed)
    assert [one.place for one in caught.value.problems] == ["facts.apply_window.value.closes"] and len(publish.history(kept)) == 1


def test_a_failing_golden_question_stops_it_until_it_is_mended(kept):
    later = dt.date(2025, 5, 20)
    drafted(kept, "facts.apply_window.value.closes", later)
    with pytest.raises(Refused) as caught:
        publish.publish(kept, YEAR, "王编", "延期", golden)
    assert {one.place for one in caught.value.problems} >= {"cases.apply_window"} and all(one.place.startswith("cases.") for one in caught.value.problems)
    assert any(one.sentence == "回归题“申报截止时间”答得不对：缺少“5月15日”。" for one in caught.value.problems)
    for problem in caught.value.problems:
        drafted(kept, problem.place, paths.get(NOTICE, "cases.phone"))
    assert publish.publish(kept, YEAR, "王编", "延期", golden).number == 2


def test_a_draft_that_cannot_be_played_is_refused_in_words(kept):
    def stumbles(document, trial):
        raise KeyError("x")
    assert [one.sentence for one in publish.gate(NOTICE, stumbles)] == ["回归题无法运行（KeyError：'x'）。"]
    wrong = paths.put(NOTICE, "entries.phone.cues", ("?when",))  # no index can be made of it
    assert [one.sentence for one in publish.gate(wrong, golden)][-1] == "有上面的问题，回归题没有运行。"


def test_the_gate_plays_on_what_would_be_in_force(kept):
    seen = []
    publish.gate(NOTICE, lambda document, trial: seen.append((document, trial)) or [], [NOTICE])
    [(document, trial)] = seen
    assert document is NOTICE and [one.notice.year for one in trial.documents] == [YEAR]


def test_who_looked_at_an_older_draft_is_told(kept):
    seen = drafted(kept)
    drafted(kept, "facts.focus.value", ("安全",))
    with pytest.raises(Refused, match="草稿刚被别人改过，没有发布，请看过再发布。"):
        publish.publish(kept, YEAR, "李编", "换主题", unplayed, seen.revision)


def test_who_edits_an_overtaken_version_is_told(kept):
    drafted(kept)
    publish.store.add_version(kept, YEAR, schema.dump(paths.put(NOTICE, "facts.theme.value", "别的")), "李编", "抢先", expected=1)
    with pytest.raises(store.Stale, match="现在已是第2版，有人先发布了"):
        publish.publish(kept, YEAR, "王编", "换主题", unplayed)
    assert store.read_draft(kept, YEAR) is not None
    draft.rebase(kept, YEAR, "王编")
    assert publish.publish(kept, YEAR, "王编", "换主题", unplayed).number == 3


def test_a_year_without_notice_is_told(kept):
    with pytest.raises(store.StoreError, match="没有1999年的通知，也没有草稿。"):
        publish.publish(kept, 1999, "王编", "试", unplayed)


def test_an_old_version_is_brought_back_in_one_step(kept):
    drafted(kept)
    publish.publish(kept, YEAR, "王编", "换主题", unplayed)
    made = publish.roll_back(kept, 1, "李发", "发错了")
    assert made.number == 3 and publish.document(kept, 3) == NOTICE and made.changed[0] == "恢复第1版" and len(made.changed) == 2
    assert [one.number for one in publish.history(kept)] == [3, 2, 1]
    assert [change.path for change in publish.compare(kept, 2, 3)] == ["facts.theme.value"] and publish.compare(kept, 1, 3) == []


@pytest.mark.parametrize("number, why, said", [(1, "试", "第1版的内容正在使用，不用恢复。"), (2, "试", "第2版的内容正在使用")])
def test_what_is_in_force_is_not_brought_back(kept, number, why, said):
    if number == 2:
        drafted(kept)
        publish.publish(kept, YEAR, "王编", "换主题", unplayed)
    with pytest.raises(Refused, match=said):
        publish.roll_back(kept, number, "王编", why)


def test_a_way_back_needs_a_reason_and_a_version(kept):
    drafted(kept)
    publish.publish(kept, YEAR, "王编", "换主题", unplayed)
    with pytest.raises(Refused, match="请写明恢复的原因。"):
        publish.roll_back(kept, 1, "王编", " ")
    with pytest.raises(store.StoreError, match="没有第9版。"):
        publish.roll_back(kept, 9, "王编", "试")


def test_todays_notice_is_published_within_two_seconds(kept):
    """With nothing made ready beforehand: validation, index, every golden question, the disk."""
    drafted(kept, "entries.bye.answer", "再会，祝顺利。")
    snapshot._ready.clear(), schema.parsed.cache_clear()
    began = time.process_time()
    publish.publish(kept, YEAR, "王编", "换句话", golden)
    assert time.process_time() - began < 2.0


def test_what_was_looked_at_before_need_not_be_made_ready_again(kept):
    document = drafted(kept, "entries.bye.answer", "再会，祝顺利。").document
    publish.gate(document, golden, [NOTICE])
    began = time.process_time()
    publish.publish(kept, YEAR, "王编", "换句话", golden)
    assert time.process_time() - began < 1.5


def test_a_problem_reads_as_its_sentence():
    assert str(Problem("facts.x", "不对。")) == "不对。" and str(Refused([Problem("", "甲。"), Problem("", "乙。")])) == "甲。\n乙。"
