"""A first start, as a stranger makes it: it runs without settings, and what is wrong is said in one sentence."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from program import free_port, running, start, wait

import wechat_client as play


def one_clear_sentence(ended: subprocess.CompletedProcess, *named: str) -> None:
    said = ended.stderr.strip()
    assert ended.returncode != 0
    assert "Traceback" not in said and "panicked" not in said
    assert len([line for line in said.splitlines() if line]) <= 2, said  # a heading, and the sentence
    assert all(one in said for one in named), said


@pytest.mark.parametrize("settings,named", [
    ({"WECHAT_MODE": "quick"}, ["WECHAT_MODE", "quick", "plain"]),
    ({"WECHAT_TOKN": "abc123"}, ["WECHAT_TOKN"]),
    ({"PORT": "eighty"}, ["PORT", "eighty"]),
    ({"JOURNAL_DAYS": "0"}, ["JOURNAL_DAYS"]),
    ({"WECHAT_TOKEN": "a b"}, ["WECHAT_TOKEN"]),
    ({"SECRET_KEY": "geheim"}, ["SECRET_KEY"]),
], ids=lambda one: next(iter(one)) if isinstance(one, dict) else "")
def test_a_wrong_setting_is_named(settings, named, tmp_path):
    ended = start(cwd=tmp_path, **settings)
    one_clear_sentence(ended, *named)
    assert "geheim" not in ended.stderr


@pytest.mark.parametrize("arguments", [("-m", "flask", "--app", "wsgi", "ask", "你好"), ("-m", "flask", "--app", "wsgi", "purge")], ids=["ask", "purge"])
def test_a_command_names_a_wrong_setting_too(arguments, tmp_path):
    one_clear_sentence(start(*arguments, cwd=tmp_path, WECHAT_MODE="quick"), "WECHAT_MODE")


def test_a_port_in_use_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        one_clear_sentence(start(cwd=tmp_path, PORT=port), port, "HOST", "PORT")


def test_a_host_that_is_not_ours_is_named(tmp_path):
    one_clear_sentence(start(cwd=tmp_path, HOST="192.0.2.1", PORT=str(free_port())), "192.0.2.1")


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    one_clear_sentence(start(cwd=tmp_path, DATA_DIR=str(tmp_path / "file" / "data")), "DATA_DIR", str(tmp_path / "file" / "data"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_data_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "data").mkdir(mode=0o500)
    one_clear_sentence(start(cwd=tmp_path, DATA_DIR=str(tmp_path / "data")), "DATA_DIR")


def test_the_first_start_needs_no_setting_but_a_free_port(tmp_path):
    port = free_port()
    with running(tmp_path, port, "--workers", "1", PORT=str(port)) as (server, send):
        assert json.loads(send("GET", "/health/ready")[1])["status"] == "ok"
        assert send("GET", "/chat")[0] == 200
        assert send("POST", "/wechat", b"<xml/>")[0] == 503
        assert (tmp_path / "instance").stat().st_mode & 0o077 == 0
        server.send_signal(signal.SIGTERM)
        assert server.wait(5) == 0
    assert "Traceback" not in (tmp_path / "log.txt").read_text()


def test_settings_are_read_from_a_file(tmp_path):
    port = free_port()
    (tmp_path / ".env").write_text(f"PORT={port}\nWECHAT_TOKEN={play.TOKEN}\nDATA_DIR=kept\n")
    with running(tmp_path, port) as (_, send):
        reply = play.WeChat(send).ask("申报什么时候截止")
        assert "5月15日" in reply
        assert (tmp_path / "kept" / "secret_key").is_file() and not (tmp_path / "instance").exists()


def test_a_killed_worker_comes_back(tmp_path):
    port = free_port()
    with running(tmp_path, port, "--workers", "1", PORT=str(port), WECHAT_TOKEN=play.TOKEN) as (server, send):
        worker = int(Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()[0])
        os.kill(worker, signal.SIGKILL)

        def answers() -> bool:
            with contextlib.suppress(OSError):
                return "5月15日" in play.WeChat(send).ask("申报什么时候截止")
            return False
        wait(answers)


def test_both_workers_count_together(tmp_path):
    port = free_port()
    with running(tmp_path, port, PORT=str(port), WECHAT_TOKEN=play.TOKEN) as (_, send):
        wechat = play.WeChat(send)
        for number in range(30):
            wechat.ask("申报什么时候截止", openid=f"o{number:027d}")
        shown = send("GET", "/metrics")[1].decode()
        assert 'bot_pushes_total{outcome="answered"} 30.0' in shown
