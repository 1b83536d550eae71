"""Drafts: nothing typed is lost, and what a change would change is told before it is made."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from knowledge import draft, paths, publish, store
from knowledge.draft import Conflict, affected, changes, mark, open_draft, save_draft, save_part
from knowledge.model import Window
from knowledge.snapshot import packaged_documents

NOTICE = packaged_documents()[-1]
CLOSES = "facts.apply_window.value.closes"
LATER = dt.date(2025, 5, 20)


@pytest.fixture
def kept(tmp_path):
    made = store.open_store(tmp_path)
    publish.bring_in_packaged(made)
    return made


def changed(path, value, document=NOTICE):
    return paths.put(document, path, value)


def test_without_a_draft_the_version_in_force_is_opened(kept):
    opened = open_draft(kept, 2025)
    assert opened.document == NOTICE and (opened.based_on, opened.revision) == (1, 0)


def test_a_year_without_a_notice_is_told(kept):
    with pytest.raises(store.StoreError, match="没有1999年的通知，也没有草稿。"):
        open_draft(kept, 1999)


def test_a_saved_draft_is_opened_by_the_next(kept):
    save_draft(kept, 2025, changed(CLOSES, LATER), 0, "王编")
    opened = open_draft(kept, 2025)
    assert opened.document.value("apply_window").closes == LATER and (opened.revision, opened.who) == (1, "王编")


def test_saving_over_somebody_else_is_a_conflict_that_holds_both(kept):
    mine, theirs = changed(CLOSES, LATER), changed("facts.theme.value", "新主题")
    save_draft(kept, 2025, theirs, 0, "李编")
    with pytest.raises(Conflict, match="李编刚保存过，请对照后再保存。") as caught:
        save_draft(kept, 2025, mine, 0, "王编")
    assert caught.value.mine == mine and caught.value.theirs == theirs
    assert open_draft(kept, 2025).document == theirs


def test_two_people_may_change_different_records_at_once(kept):
    fact, entry = mark(NOTICE.facts["theme"]), mark(NOTICE.entries["phone"])
    save_part(kept, 2025, "facts.theme", changed("facts.theme.value", "新主题").facts["theme"], fact, "王编")
    save_part(kept, 2025, "entries.phone", changed("entries.phone.more", "工作日接听").entries["phone"], entry, "李编")
    now = open_draft(kept, 2025).document
    assert now.facts["theme"].value == "新主题" and now.entries["phone"].more == "工作日接听"


def test_two_changes_of_one_record_are_a_conflict(kept):
    seen = mark(NOTICE.facts["theme"])
    save_part(kept, 2025, "facts.theme.value", "甲", mark("聚力推进•协同创新•全面赋能"), "王编")
    mine = changed("facts.theme.value", "乙").facts["theme"]
    with pytest.raises(Conflict) as caught:
        save_part(kept, 2025, "facts.theme", mine, seen, "李编")
    assert caught.value.mine == mine and caught.value.theirs.value == "甲"


def test_a_record_is_added_and_removed(kept):
    entry = NOTICE.entries["bye"]
    save_part(kept, 2025, "entries.own_1", entry, mark(None), "王编")
    assert open_draft(kept, 2025).document.entries["own_1"] == entry
    save_part(kept, 2025, "entries.own_1", None, mark(entry), "王编")
    assert "own_1" not in open_draft(kept, 2025).document.entries


def test_a_place_that_is_not_there_is_told(kept):
    with pytest.raises(paths.NoSuchPlace):
        save_part(kept, 2025, "facts.theme.colour", "红", mark(None), "王编")


@pytest.mark.parametrize("path, value, other", [
    ("facts.title_at_most_crew.value", 40, "title_rule.at_most"), ("title_rule.at_most", 40, "facts.title_at_most_crew.value"),
    ("facts.process_at_most.value", 6000, "sections.process_crew.at_most"), ("facts.project_types.value", ("甲型", "乙型"), "fields.project_type.allowed"),
    ("notice.issued", dt.date(2025, 4, 12), "facts.issued.value"),
])
def test_a_value_that_stands_twice_is_changed_in_both_places(kept, path, value, other):
    save_part(kept, 2025, path, value, mark(paths.get(NOTICE, path)), "王编")
    assert paths.get(open_draft(kept, 2025).document, other) == value


def test_a_band_is_labelled_by_its_limits(kept):
    save_part(kept, 2025, "bands.1.below", 250, mark(200), "王编")
    assert open_draft(kept, 2025).document.bands[1].label == "10≤n＜250"


def test_a_draft_can_be_thrown_away(kept):
    save_draft(kept, 2025, changed(CLOSES, LATER), 0, "王编")
    draft.discard(kept, 2025, 1)
    assert open_draft(kept, 2025).revision == 0


def test_after_a_publication_in_between_the_draft_is_laid_upon_it(kept):
    save_draft(kept, 2025, changed(CLOSES, LATER), 0, "王编")
    theirs = changed("facts.theme.value", "新主题")
    store.add_version(kept, 2025, draft.schema.dump(theirs), "李编", "换主题", expected=1)
    rebased, clashes = draft.rebase(kept, 2025, "王编")
    assert rebased.based_on == 2 and clashes == []
    assert rebased.document == changed(CLOSES, LATER, theirs)


def test_what_both_changed_is_shown(kept):
    save_draft(kept, 2025, changed("facts.theme.value", "甲"), 0, "王编")
    store.add_version(kept, 2025, draft.schema.dump(changed("facts.theme.value", "乙")), "李编", "换主题", expected=1)
    rebased, [clash] = draft.rebase(kept, 2025, "王编")
    assert (clash.before, clash.after) == ("乙", "甲") and rebased.document.facts["theme"].value == "甲"


# -- what differs

def test_nothing_changed_nothing_differs():
    assert changes(NOTICE, NOTICE) == [] and affected(NOTICE, NOTICE) == []


@pytest.mark.parametrize("path, value, told", [
    (CLOSES, LATER, "“申报时间”：2025年4月15日至2025年5月15日 → 2025年4月15日至2025年5月20日"),
    ("bands.2.rate", Decimal("7.5"), "名额档“200≤n＜500”的比例：8.5% → 7.5%"),
    ("facts.contributors_group.value", 12, "“小组主要完成人上限”：10人 → 12人"),
    ("entries.bye.answer", "再会。", "条目“再见”的答复：好的，有问题随时发来，我都在。 → 再会。"),
    ("entries.bye.forwardable", True, "条目“再见”的可转发：否 → 是"),
])
def test_a_change_is_told_in_words(path, value, told):
    [change] = changes(NOTICE, changed(path, value))
    assert str(change) == told and change.what == "改"


def test_what_is_new_or_gone_counts_once():
    new = changed("entries.own", NOTICE.entries["bye"], paths.remove(NOTICE, "entries.bye"))
    assert [(one.path, one.what, str(one)) for one in changes(NOTICE, new)] == [("entries.bye", "删", "删除条目“再见”"), ("entries.own", "增", "新增条目“再见”")]


def test_a_changed_day_shows_every_answer_check_and_forwarded_text():
    effects = affected(NOTICE, changed(CLOSES, LATER))
    assert {"答复", "日期比较", "转发"} <= {one.what for one in effects}
    answer = next(one for one in effects if one.entry == "apply_window" and one.what == "答复")
    assert "2025年5月15日" in answer.before and "2025年5月20日" in answer.after and "2025年5月15日" not in answer.after
    assert "review_when" in {one.entry for one in effects}  # names it in passing


@pytest.mark.parametrize("path, value, what, entry", [
    ("facts.contributors_crew.value", 20, "是否符合", "contributors_limit"), ("facts.contributors_crew.value", 20, "检查或计算", ""),
    ("facts.contributors_crew.value", 20, "答复（班组）", "contributors_limit"), ("bands.0.fixed", 2, "检查或计算", ""), ("bands.0.fixed", 2, "答复（小组）", "quota_rule"),
    ("facts.phone1.value", "010-11112222", "检查或计算", ""), ("entries.fonts.title", "字体", "菜单", "fonts"), ("attachments.1.number", 12, "答复", "annex12"),
    ("facts.team_endings.value", ("班",), "检查或计算", ""),
])
def test_everything_that_shows_a_value_is_found(path, value, what, entry):
    assert any(one.what == what and one.entry == entry for one in affected(NOTICE, changed(path, value)))


def test_only_the_kind_concerned_is_shown():
    effects = affected(NOTICE, changed("facts.contributors_crew.value", 20))
    assert not any(one.what == "答复（小组）" for one in effects)


# -- paths

def test_every_leaf_can_be_read_and_put_back():
    for path, value in paths.leaves(NOTICE):
        assert paths.get(NOTICE, path) == value
    assert paths.put(NOTICE, "facts.apply_window.value", Window(opens=LATER, closes=LATER)) != NOTICE
    assert NOTICE.value("apply_window").closes == dt.date(2025, 5, 15)


@pytest.mark.parametrize("path", ["nowhere", "facts.nothing", "bands.99.rate", "facts.theme.colour", "bands.x", ""])
def test_a_path_that_leads_nowhere_is_told(path):
    with pytest.raises(paths.NoSuchPlace):
        paths.get(NOTICE, path)
