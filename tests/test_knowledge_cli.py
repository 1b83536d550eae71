"""``knowledge …``: each says what it did in one line, and what is wrong in plain words with a non-zero exit."""

from __future__ import annotations

import pytest

import wechat_client as play
from bot import create_app, knowledge_cli
from knowledge import live, schema
from knowledge.snapshot import packaged_documents

NOTICE = packaged_documents()[-1]


@pytest.fixture
def app(tmp_path):
    yield create_app({**play.PLAIN, "DATA_DIR": str(tmp_path / "data")})
    live._kept.pop(tmp_path / "data", None)


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["knowledge", *map(str, words)])


@pytest.fixture
def unplayed(monkeypatch):
    """Golden questions take a second: played only where they are the point."""
    monkeypatch.setattr(knowledge_cli, "golden", lambda document, trial: [])


@pytest.fixture
def file(tmp_path, run):
    """The notice in force, exported, with another theme."""
    path = tmp_path / "2025.toml"
    assert run("export", path).exit_code == 0
    path.write_text(path.read_text("utf-8").replace("聚力推进•协同创新•全面赋能", "稳中求进"), encoding="utf-8")
    return path


def refused(said, words):
    assert said.exit_code == 1 and words in said.output and "Traceback" not in said.output, said.output


def test_export_writes_what_is_in_force(run, tmp_path):
    said = run("export", tmp_path / "out.toml")
    assert said.exit_code == 0 and said.output == f"已把2025年的通知（第1版）写入{tmp_path / 'out.toml'}。\n"
    assert schema.load(tmp_path / "out.toml") == NOTICE


def test_validate_plays_the_gate_on_what_is_in_force(run):
    said = run("validate")
    assert said.exit_code == 0 and "没有问题" in said.output and f"{len(NOTICE.cases)}道回归题全部答对" in said.output


def test_a_failing_golden_question_is_printed(run, tmp_path):
    path = tmp_path / "2025.toml"
    path.write_text(schema.dump(NOTICE).replace("closes = 2025-05-15", "closes = 2025-05-20"), encoding="utf-8")
    refused(run("validate", path), "回归题“申报截止时间”答得不对：缺少“5月15日”。")


def test_a_notice_goes_in_is_compared_published_and_taken_back(run, file, unplayed, tmp_path):
    assert run("import", file).output == "已把2025.toml存为2025年通知的草稿，还没有发布。\n"
    assert "2025年的草稿与第1版相比，有" in run("diff").output and "“活动主题”：聚力推进•协同创新•全面赋能 → 稳中求进" in run("diff").output
    assert run("export", tmp_path / "draft.toml", "--draft").exit_code == 0 and "稳中求进" in (tmp_path / "draft.toml").read_text("utf-8")
    said = run("publish", "--why", "换主题", "--who", "王发")
    assert said.exit_code == 0 and said.output.startswith("已发布2025年的通知：第2版，改动"), said.output
    assert "第1版与第2版相比" in run("diff", 1).output and "第2版与第1版相比" in run("diff", 2, 1).output
    history = run("history").output
    assert "→ 第2版 2025年" in history and "王发：换主题" in history and history.endswith("共2版。\n")
    assert run("roll-back", 1, "--why", "发错了").output == "已恢复第1版的内容，现在是第3版，两秒内生效。\n"
    assert run("export", tmp_path / "old.toml", "--version", 2).exit_code == 0 and "稳中求进" in (tmp_path / "old.toml").read_text("utf-8")


def test_a_draft_is_not_overwritten_unasked(run, file):
    run("import", file, "--who", "王编")
    refused(run("import", file), "2025年的通知已有草稿（王编，第1次保存）；要丢弃它，请加 --replace。")
    assert run("import", file, "--replace").exit_code == 0


def test_a_new_year_may_come_in_as_a_draft(run, tmp_path):
    path = tmp_path / "2026.toml"
    path.write_text(schema.dump(NOTICE).replace("year = 2025", "year = 2026", 1), encoding="utf-8")
    assert run("import", path).exit_code == 0
    refused(run("publish", "--why", "新年度"), "不一致")
    refused(run("diff", "--year", 2026), "2026年的通知还没有发布过，没有可比的。")


@pytest.mark.parametrize("words, said", [
    (("publish", "--why", "试"), "2025年的通知没有改动，不用发布。"), (("roll-back", 1, "--why", "试"), "第1版的内容正在使用，不用恢复。"),
    (("roll-back", 9, "--why", "试"), "没有第9版。"), (("diff", 9), "没有第9版。"), (("export", "out.toml", "--version", 9), "没有第9版。"),
    (("export", "/no/where.toml"), "不能写入/no/where.toml"), (("import", "/no/where.toml"), "打不开这个文件"), (("validate", "/no/where.toml"), "打不开这个文件"),
    (("export", "out.toml", "--year", 1999), "没有1999年的通知。"), (("publish", "--why", "试", "--year", 1999), "没有1999年的通知，也没有草稿。"),
])
def test_what_is_wrong_is_one_plain_sentence(run, words, said):
    refused(run(*words), said)


@pytest.mark.parametrize("words", [(), ("import",), ("export",), ("publish",), ("roll-back",), ("roll-back", "x", "--why", "y"), ("nonsense",)])
def test_a_wrong_call_is_told(run, words):
    said = run(*words)
    assert said.exit_code != 0 or not words
    assert "Traceback" not in said.output


@pytest.mark.parametrize("text, said", [("[notice", "第1行"), ("", "缺少 [notice] 部分"), ("[fact.x]\n", "不认识的部分")])
def test_a_broken_file_is_named_with_its_line(run, tmp_path, text, said):
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    refused(run("import", tmp_path / "bad.toml"), said)


def test_a_damaged_store_is_told(run, app, tmp_path):
    run("history")
    (tmp_path / "data" / "knowledge.db").write_bytes(b"x" * 8192)
    refused(run("history"), "知识库文件已损坏，请从备份恢复。")
