"""The commands: each says what it did in one line, and what is wrong in plain words with a non-zero exit."""

from __future__ import annotations

import json
import time

import pytest

import wechat_client as play
from bot import create_app, journal


@pytest.fixture
def app(tmp_path):
    return create_app({**play.PLAIN, "DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=list(words))


def test_ask_prints_the_reply_and_what_was_understood(run):
    said = run("ask", "申报什么时候截止", "--on", "2025-05-10")
    assert said.exit_code == 0 and "5月15日" in said.output and "类别：" in said.output and "条款：" in said.output


@pytest.mark.parametrize("words", [("ask",), ("ask", "x", "--on", "soon"), ("play",), ("play", "no-such-file"), ("purge", "--days", "-1"), ("erase",), ("nonsense",)])
def test_a_wrong_call_is_told(run, words):
    said = run(*words)
    assert said.exit_code != 0 and "Traceback" not in said.output


def cases(tmp_path, *given) -> str:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case, ensure_ascii=False) if isinstance(case, dict) else case for case in given), encoding="utf-8")
    return str(path)


RIGHT = {"id": "T-1", "family": "fact", "turns": ["申报什么时候截止"], "must": ["5月15日"]}
WRONG = {"id": "T-2", "family": "fact", "turns": ["申报什么时候截止"], "must": ["6月31日"], "must_not": ["5月15日"]}


def test_play_counts_and_judges(run, tmp_path):
    all_right = run("play", cases(tmp_path, RIGHT))
    assert all_right.exit_code == 0 and "共1题，答对1题" in all_right.output
    one_wrong = run("play", cases(tmp_path, RIGHT, "", WRONG))
    assert one_wrong.exit_code == 1 and "T-2" in one_wrong.output and "6月31日" in one_wrong.output and "共2题，答对1题" in one_wrong.output
    assert run("play", cases(tmp_path, RIGHT, WRONG), "--at-least", "50").exit_code == 0


@pytest.mark.parametrize("line", ["{", '{"id": 1}', '{"id":"a","family":"fact","turns":["x"],"mustt":[]}', '{"id":"a","family":"fact","turns":["x"],"must":["("]}',
                                  '{"id":"a","family":"fact","turns":[]}'])
def test_a_broken_case_names_its_line(run, tmp_path, line):
    said = run("play", cases(tmp_path, RIGHT, line))
    assert said.exit_code != 0 and "cases.jsonl:2" in said.output and "Traceback" not in said.output


def test_purge_deletes_what_is_too_old(run, app):
    store = app.extensions["bot"]["memory"].store
    for age in (0, 100, 200):
        store.use(journal.write, journal.Row(int(time.time()) - age * 86400, b"p", "问", "fact", "", "answered", 1))
    assert "180天前的问答记录1条" in run("purge").output
    assert "90天前的问答记录1条" in run("purge", "--days", "90").output


def test_erase_deletes_one_person(run, app):
    wechat = play.WeChat(play.through_flask(app.test_client()))
    wechat.ask("申报什么时候截止")
    wechat.ask("申报什么时候截止", openid="oOther")
    assert "2条" in run("erase", play.OPENID).output
    assert len(journal.read(app.extensions["bot"]["memory"].store)) == 1


def test_erase_says_when_the_disk_fails(run, app):
    app.extensions["bot"]["memory"].store.path = app.extensions["bot"]["settings"].data_dir / "no" / "where"
    said = run("erase", "oX")
    assert said.exit_code != 0 and "数据库" in said.output and "Traceback" not in said.output
