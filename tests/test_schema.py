"""TOML ⇄ Document: nothing is lost, and what is wrong is said in one sentence with file, line and field."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.model import Entry
from knowledge.schema import KnowledgeError, dump, load, loads

FILE = Path(__file__).parent.parent / "knowledge" / "notices" / "2025.toml"
SOURCE = FILE.read_text(encoding="utf-8")


def line_of(text: str, source: str = SOURCE) -> int:
    """The line on which ``text`` begins."""
    return source[:source.index(text)].count("\n") + 1


def complaint(source: str) -> str:
    with pytest.raises(KnowledgeError) as caught:
        loads(source, "2025.toml")
    return str(caught.value)


def replaced(old: str, new: str) -> str:
    assert old in SOURCE
    return SOURCE.replace(old, new, 1)


def test_the_notice_survives_writing_and_reading():
    document = load(FILE)
    assert loads(dump(document)) == document


@pytest.mark.parametrize("text", ["两行\n文字", "\r\n与\r", '引号"""\'\'\'', "反斜杠\\n", "\t制表", "😀", "\u2028", " 首尾 ", "末行\n"])
def test_any_text_survives_writing_and_reading(text):
    document = loads(SOURCE)
    document.entries["odd"] = Entry(topic="odd", title=text, answer=text, phrasings=(text, ""), related=("odd",))
    assert loads(dump(document)) == document


def test_what_is_not_said_is_not_written():
    written = dump(loads(SOURCE))
    assert "related" not in written and "[entries" not in written


def test_a_rate_is_exact():
    assert loads(SOURCE).bands[2].rate == Decimal("8.5")


@pytest.mark.parametrize("old, new, where, why", [
    ("no_accident_years]", "no accident]", "no_accident_years]", "缺少等号或括号"),
    ("value = 3\n", "value = \n", "value = 3\n", "值的写法不对，文字要加引号"),
    ("value = 3\n", 'value = "3\n', "value = 3\n", "引号没有配对，或有不允许的字符"),
    ("issued = 2025-04-11", "issued = 2025-04-31", "issued = 2025-04-11", "不是日期，应为存在的某一天，写成 年-月-日"),
    ("value = 3\n", "value = 3 年\n", "value = 3\n", "值的后面有多余的字"),
    ("[facts.theme]", "[facts.doc_number]", "[facts.theme]", "同一段写了两次"),
    ("label = \"文头\"\n", "label = \"文头\"\nlabel = \"文首\"\n", "text = \"中石化联质发", "同一项写了两次"),
])
def test_broken_toml_is_placed_by_line_and_column(old, new, where, why):
    said = complaint(replaced(old, new))
    assert re.fullmatch(rf"2025\.toml 第{line_of(where)}行第\d+列：{why}。", said), said


@pytest.mark.parametrize("old, new, where, why", [
    ('label = "文头"', 'lable = "文头"', 'label = "文头"', "clauses.head：不认识的项 lable，请核对拼写"),
    ('clause = "head"\n', "", "[facts.doc_number]", "facts.doc_number：缺少必填的项 clause"),
    ("value = 3\n", 'value = "三"\n', "value = 3\n", "facts.no_accident_years 的 value：应为整数，写成了文字"),
    ("value = 3\n", "value = 3.0\n", "value = 3\n", "facts.no_accident_years 的 value：应为整数，写成了小数"),
    ("value = 2025-12-31", 'value = "年底"', "value = 2025-12-31", "facts.registration_deadline 的 value：不是日期，应为存在的某一天，写成 年-月-日"),
    ("value = 2025-12-31", "value = 2025-12-31T18:00:00", "value = 2025-12-31", "facts.registration_deadline 的 value：应为日期，写成了日期加时刻"),
    ("opens = 2025-04-15", "opens = 15", "value = { opens = 2025-04-15", "facts.apply_window 的 value.opens：应为日期，写成了整数"),
    ("opens = 2025-04-15", "from = 2025-04-15", "value = { opens = 2025-04-15", "facts.apply_window 的 value：不认识的项 from，请核对拼写"),
    ('type = "window"', 'type = "period"', 'type = "window"', "facts.apply_window 的 type：不能写成 'period'"),
    ('["问题解决型", "创新型"]', '"创新型"', 'value = ["问题解决型"', "facts.project_types 的 value：应为列表，写成了文字"),
    ('rate = "8.5"', 'rate = "八"', 'rate = "8.5"', "bands第3项 的 rate：应为小数"),
    ('kind = "crew"', 'kind = "team"', 'kind = "crew"', "attachments第3项 的 kind：不能写成 'team'"),
    ("[facts.theme]", "[facts.Theme]", "[facts.theme]", "facts.Theme：编号只能用小写英文字母、数字和下划线，以字母开头"),
    ("[facts.theme]", "[fact.theme]", "[facts.theme]", "fact：不认识的部分，请核对拼写"),
    ("[title_rule]", "[[title_rule]]", "[title_rule]", "title_rule：应为表，写成了列表"),
    ('clause = "head"', 'clause = "文头"', 'clause = "head"',
     "facts.doc_number 的 clause：编号只能用小写英文字母、数字和下划线，以字母开头"),
    ("year = 2025", 'year = "2025"', "year = 2025", "notice 的 year：应为整数，写成了文字"),
    ('clause = "head"', 'clause = "hat"', 'clause = "head"', "facts.doc_number 的 clause：所指的 hat 不存在"),
    ("attachments = [3, 5]", "attachments = [3, 50]", "attachments = [3, 5]", "fields.title_crew 的 attachments：所指的 50 不存在"),
    ("attachment = 8", "attachment = 80", "attachment = 8", "sections.contents_group 的 attachment：所指的 80 不存在"),
])
def test_a_record_of_the_wrong_shape_is_placed_by_line_and_field(old, new, where, why):
    if old == "attachments = [3, 5]":
        where = SOURCE[SOURCE.index("[fields.title_crew]"):].split("\n")[2] + "\nclause"
    assert complaint(replaced(old, new)) == f"2025.toml 第{line_of(where)}行，{why}。"


@pytest.mark.parametrize("field, named", [
    ("window", "no_such_fact"), ("against", "no_such_fact"), ("related", "no_such_entry"), ("clause", "no_such_clause"),
])
def test_an_entry_that_names_what_does_not_exist_is_refused(field, named):
    value = f'["{named}"]' if field == "related" else f'"{named}"'
    source = f'{SOURCE}\n[entries.odd]\ntopic = "odd"\ntitle = "x"\n{field} = {value}\n'
    assert complaint(source) == f"2025.toml 第{source.count(chr(10))}行，entries.odd 的 {field}：所指的 {named} 不存在。"


@pytest.mark.parametrize("line", [
    'window = "apply_window"', 'against = "contributors"', 'clause = ["main_2", "a2_note_3"]', 'related = ["odd"]',
])
def test_an_entry_may_name_a_fact_the_stem_of_two_or_several_clauses(line):
    assert loads(f'{SOURCE}\n[entries.odd]\ntopic = "odd"\ntitle = "x"\n{line}\n').entries["odd"]


@pytest.mark.parametrize("section", ["notice", "clauses", "facts", "attachments", "bands", "title_rule"])
def test_a_missing_section_is_named(section):
    kept = re.sub(rf"(?ms)^\[+{section}(\..*?)?\]+$.*?(?=^\[(?!\[?{section}\b)|\Z)", "", SOURCE)
    assert complaint(kept) == f"2025.toml：缺少 [{section}] 部分。"


@pytest.fixture
def folder(tmp_path):
    """notices/2025.toml with room for its siblings."""
    (tmp_path / "notices").mkdir()
    (tmp_path / "notices" / "2025.toml").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def test_a_notice_is_joined_with_its_entries_and_the_shared_lexicon(folder):
    (folder / "notices" / "2025.entries.toml").write_text('[entries.hi]\ntopic = "chat"\ntitle = "问候"\n', encoding="utf-8")
    (folder / "lexicon.toml").write_text('sounds_like = ["申报"]\n[concepts.when]\nwords = ["几号"]\n', encoding="utf-8")
    document = load(folder / "notices" / "2025.toml")
    assert list(document.entries) == ["hi"] and document.concepts["when"].words == ("几号",)
    assert document.sounds_like == ("申报",) and document.facts == loads(SOURCE).facts


def test_an_id_in_two_files_is_refused(folder):
    twice = '# x\n[facts.theme]\nlabel = "主题"\ntype = "text"\nclause = "head"\nvalue = "x"\n'
    (folder / "notices" / "2025.entries.toml").write_text(twice, encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load(folder / "notices" / "2025.toml")
    assert str(caught.value) == f"2025.entries.toml 第2行，facts.theme：2025.toml 第{line_of('[facts.theme]')}行已经有了。"


def test_another_years_entries_are_left_alone(folder):
    (folder / "notices" / "2026.entries.toml").write_text("broken", encoding="utf-8")
    assert load(folder / "notices" / "2025.toml") == loads(SOURCE)


def test_a_byte_order_mark_is_no_error(folder):
    (folder / "notices" / "2025.toml").write_text(SOURCE, encoding="utf-8-sig")
    assert load(folder / "notices" / "2025.toml") == loads(SOURCE)


@pytest.mark.parametrize("content, why", [(None, "打不开这个文件"), (b"\xb1\xb1\xbe\xa9", "不是 UTF-8 编码的文字，请另存为 UTF-8")])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content, why):
    if content is not None:
        (tmp_path / "2027.toml").write_bytes(content)
    with pytest.raises(KnowledgeError, match=rf"^2027\.toml：{why}[^。]*。$"):
        load(tmp_path / "2027.toml")


def test_an_empty_file_is_a_missing_section():
    assert complaint("") == "2025.toml：缺少 [notice] 部分。"
