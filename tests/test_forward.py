"""Texts to forward: what is wanted, what every published answer's text holds, and what changed since an old copy."""

from __future__ import annotations

import datetime as dt
import re
import time
import unicodedata

import msgspec
import pytest

from handlers import pipeline
from handlers.conversation import Conversation
from handlers.forward import forward, wants_forward
from handlers.sharing.block import AT_MOST, block, fitting, several
from handlers.sharing.edition import Edition
from handlers.sharing.updates import update
from handlers.sharing.wishes import wish
from knowledge.changes import changes
from knowledge.codes import by_code, coded
from knowledge.snapshot import build, packaged
from knowledge.text import normalise

SNAPSHOT = packaged()
NOTICE, INDEX = SNAPSHOT.newest()
PUBLISHED = [name for name, one in NOTICE.entries.items() if one.forwardable and one.code]
DAY = dt.date(2025, 4, 20)


def say(text: str, conversation: Conversation | None = None, day: dt.date = DAY, address: str = ""):
    return pipeline.reply(text, conversation or Conversation(), SNAPSHOT, dt.datetime.combine(day, dt.time(10)), address)


def entries_for(text: str) -> list[str]:
    ask = wants_forward(normalise(text), NOTICE, INDEX, DAY)
    return [one.entry for one in ask.parts] if ask else []


# What is wanted

@pytest.mark.parametrize("text,entry", [
    ("转发 名额", "quota_rule"), ("帮我生成一段发群里的申报时间说明", "apply_window"), ("把联系方式发我我转群里", "contact"), ("转发 Q3", "registration_condition"),
    ("转发q3", "registration_condition"), ("转发 截止", "apply_window"), ("转发：名额", "quota_rule"), ("转发 主要完成人", "contributors_limit"), ("群发 联系方式", "contact"),
    ("写一段群公告，说一下材料要交哪些", "materials"), ("发群里 备案截止", "registration_deadline"), ("给我一段可以转发的名额说明", "quota_rule"),
    ("来一段能发在QQ群里的文字，讲名额怎么算", "quota_rule"), ("我想把申报要求发到我们厂的微信群里", "requirements"), ("帮我写个通知发到QQ群，讲讲成果名称怎么起", "title_rule"),
    ("麻烦把截止时间弄成一段话我发群里", "apply_window"), ("转发 要盖哪些章", "seal"), ("转发 成果完成时间", "done_after"), ("转发给班组长看的班组申报要求", "requirements"), ("轉發 名額", "quota_rule"),
])
def test_a_wish_finds_its_answer(text, entry):
    assert entry in entries_for(text)
    answer, _ = say(text)
    assert answer.family == "forward" and answer.text.startswith("【2025年行业优秀成果申报】")


@pytest.mark.parametrize("text", [
    "转发：各位，QC申报5月31号截止，主要完成人小组15人、班组10人，抓紧！@所有人\n这个说的对吗？", "[聊天记录]\n李工：今年小组主要完成人能写12个吗\n——麻烦回复一下", "QQ群是多少", "群里说5月31截止对吗",
    "转自质量部群：请各车间5月底前把QC数据报上来。请问统计表统计的是哪个时间段？", "群里发的附件6哪里下载", "名额怎么算", "转发：课题类型请填“攻关型”\n通知上让填啥", "什么时候截止", "2025年Q4能报吗",
])
def test_a_question_is_no_wish(text):
    assert wants_forward(normalise(text), NOTICE, INDEX, DAY) is None


def test_the_word_alone_lists_what_there_is_by_number():
    answer, after = say("转发")
    assert [line for line in answer.text.splitlines() if re.match(r"\d\. ", line)] == [f"{n}. {one.label}" for n, one in enumerate(answer.choices, 1)]
    assert 3 <= len(answer.choices) <= 9 and all(re.search(r"（Q\d+）$", one.label) for one in answer.choices)
    chosen, _ = say("2", after)
    assert chosen.text == block(NOTICE.entries["quota_rule"], NOTICE, SNAPSHOT.version, DAY)


def test_what_nobody_knows_gets_the_list_too():
    assert say("转发 火星")[0].text.startswith("没有找到“火星”") and "Q999" in say("转发 Q999")[0].text


def test_several_codes_make_one_text():
    text = say("转发 Q3 Q5")[0].text
    assert text.count("咨询：") == 1 and text.endswith(f"Q3、Q5·v{SNAPSHOT.version}")


@pytest.mark.parametrize("day,words", [
    (dt.date(2025, 4, 10), "还要等5天"), (dt.date(2025, 4, 20), "离截止还有25天"), (dt.date(2025, 5, 14), "还有1天"), (dt.date(2025, 5, 15), "最后一天"), (dt.date(2025, 5, 16), "已经截止")])
def test_the_deadline_is_counted_on_the_day_of_asking(day, words):
    assert words in say("转发 截止", day=day)[0].text


def test_the_whole_is_a_link_where_the_service_has_an_address():
    assert "https://qa.example.org/faq.txt" in say("转发 全部", address="https://qa.example.org")[0].text
    assert "/faq" in (alone := say("转发 全部")[0].text) and "://" not in alone


# Every published answer's text

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def known_numbers() -> set[str]:
    """Every number that a fact, a table, a label or the notice's own text has."""
    tables = [NOTICE.facts, NOTICE.bands, NOTICE.clauses, NOTICE.attachments, NOTICE.notice, NOTICE.title_rule, NOTICE.statistics, NOTICE.sections,
              [msgspec.structs.replace(one, phrasings=()) for one in NOTICE.fields.values()]]  # how people ask holds numbers of their own
    raw = [msgspec.json.encode(tables).decode()]
    raw += [f"{day.year} {day.month} {day.day}" for fact in NOTICE.facts.values() for day in _days(fact.value)]
    counts = {str(n) for one in (*NOTICE.outlines.values(),) for n in (len(one.steps),)}
    return {str(float(n)) for text in raw for n in NUMBER.findall(text)} | {str(float(n)) for n in counts} | {str(float(NOTICE.notice.year + n)) for n in (-1, 0, 1)}


def _days(value) -> list[dt.date]:
    return [value] if isinstance(value, dt.date) else [value.opens, value.closes] if hasattr(value, "opens") else []


KNOWN = known_numbers()


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_block_stands_alone(name):
    entry = NOTICE.entries[name]
    text = block(entry, NOTICE, 7)
    lines = text.splitlines()
    assert lines[0].startswith("【2025年行业优秀成果申报】") and lines[-1] == f"{entry.code}·v7"
    for wanted in ("cpcif-quality", "010-84885418", "qccpcif@126.com", "153678847"):
        assert wanted in text
    assert not entry.clause or NOTICE.label(entry.clause) in text
    assert not re.search(r"weixin:|mp\.weixin|<[a-z/]|\[.+\]\(|\*\*|就是这里|发给我|发来", text)
    assert set(re.findall(r"https?://[\w./-]+", text)) <= {"http://www.qccpcif.com/"}
    assert not [char for char in text if unicodedata.category(char) in ("So", "Cn", "Co", "Cs") or ord(char) > 0xFFFF]


@pytest.mark.parametrize("name", PUBLISHED)
def test_no_number_comes_from_nowhere(name):
    facts = "\n".join(fitting(NOTICE.entries[name], NOTICE, 1))
    facts = re.sub(r"^\d+\. ", "", facts, flags=re.M)  # the numbers of a list
    assert {n for n in NUMBER.findall(unicodedata.normalize("NFKC", facts)) if str(float(n)) not in KNOWN} == set()


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_block_fits_where_the_facts_allow(name):
    entry = NOTICE.entries[name]
    text, facts = block(entry, NOTICE, 7, DAY), fitting(entry, NOTICE, 7, DAY)
    assert len(text) <= AT_MOST or len("\n".join(facts)) > AT_MOST - 150 and len(text) < 2 * AT_MOST


# Codes and versions

def test_every_published_answer_has_a_code_of_its_own():
    codes = [NOTICE.entries[name].code for name in PUBLISHED]
    assert len(set(codes)) == len(codes) and all(re.fullmatch(r"Q\d{1,3}", code) for code in codes)
    assert {name for name, one in NOTICE.entries.items() if one.forwardable} - set(PUBLISHED) <= {"what_changed"}


def test_a_new_answer_at_the_end_changes_no_other_code():
    entries = {name: msgspec.structs.replace(one, code="") for name, one in NOTICE.entries.items() if one.forwardable}
    new = msgspec.structs.replace(next(iter(entries.values())))
    more = coded({**entries, "new": new})
    assert {name: one.code for name, one in coded(entries).items()} == {name: one.code for name, one in more.items() if name != "new"}
    assert by_code(NOTICE, "q3") == "registration_condition" and by_code(NOTICE, "Q999") == ""


def changed():
    """The notice with another answer under Q3, as version 7 after 5 and 6."""
    entry = msgspec.structs.replace(NOTICE.entries["registration_condition"], answer="不能，必须先在“{system_short}”登记备案。")
    new = msgspec.structs.replace(NOTICE, entries={**NOTICE.entries, "registration_condition": entry})
    return new, Edition(7, changes(NOTICE, new, 6))


@pytest.mark.parametrize("text,words", [
    ("Q3·v5 还对吗", "已过期：v6改过，现在是v7"), ("Q3·v6还有效吗", "没有改过，仍然对"), ("Q3·v7", "是现行版本"), ("Q3v9 还对吗", "没有v9这一版"), ("Q3 还对吗", "现在是v7"), ("Q5·v2 还对吗", "没有改过"),
    ("有更新吗", "v6 修改 Q3 没有备案能不能申报"), ("v5 还能用吗", "v5以后改动了"), ("v6还有效吗", "v6以后没有改动"), ("最近有什么更新吗", "v6 修改 Q3"), ("通知有没有更新", "v6 修改"),
])
def test_an_old_copy_is_told_what_changed(text, words):
    new, edition = changed()
    ask = wants_forward(normalise(text), new, INDEX, DAY)
    answer = forward(ask.but(edition=edition), new, DAY)
    assert words in answer.text and "v7" in answer.text


def test_without_a_record_nothing_is_promised():
    ask = wants_forward(normalise("Q3·v5 还对吗"), NOTICE, INDEX, DAY).but(edition=Edition(7, None))
    assert "旧版" in (text := update(ask, NOTICE).text) and "没有改过" not in text


def test_changes_name_what_is_new_and_what_is_gone():
    less = msgspec.structs.replace(NOTICE, entries={name: one for name, one in NOTICE.entries.items() if one.code != "Q3"})
    assert [(one.code, bool(one.was), bool(one.now)) for one in changes(less, NOTICE, 2)] == [("Q3", False, True)]
    assert [(one.code, bool(one.was), bool(one.now)) for one in changes(NOTICE, less, 2)] == [("Q3", True, False)]
    assert changes(NOTICE, NOTICE, 2) == ()


def test_the_version_is_the_snapshots():
    notice = msgspec.structs.replace(NOTICE)
    snapshot = build([notice], 42)
    answer, _ = pipeline.reply("转发 Q3", Conversation(), snapshot, dt.datetime(2025, 4, 20, 10))
    assert answer.text.endswith("Q3·v42")


@pytest.mark.parametrize("part", ["给我", "能不能", "我们", "帮我们", "可以", "有没有", "现在是", "完整的", "没有", "转发给我通知", "q3是不是", "发到群", "说明我的"])
def test_hostile_repetitions_do_not_hang_the_patterns(part):
    begun = time.thread_time()
    for text in (part * 3000, (part * 30)[:60], f"转发{part * 30}"[:60], f"q3{part * 30}"[:60], f"{part * 30}"[:56] + "群里"):
        wish(text)
    assert time.thread_time() - begun < 0.5  # our own work, however busy the machine is


def test_more_than_one_answer_under_one_title():
    text = several([NOTICE.entries[name] for name in PUBLISHED[:4]], NOTICE, 1)
    assert text.count("【") == 1 and all(NOTICE.entries[name].code in text.splitlines()[-1] for name in PUBLISHED[:4])
