"""Settings: every bad value one clear sentence, weak secrets refused, what is missing made and kept."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import wechat_client as play
from bot import config
from bot.config import Mode, SettingsError, load

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("given,name", [
    ({"WECHAT_TOKEN": "ab"}, "WECHAT_TOKEN"), ({"WECHAT_TOKEN": "a" * 33}, "WECHAT_TOKEN"), ({"WECHAT_TOKEN": "abc-def"}, "WECHAT_TOKEN"),
    ({"WECHAT_TOKEN": "令牌令牌"}, "WECHAT_TOKEN"), ({**play.SAFE, "WECHAT_AES_KEY": "A" * 42}, "WECHAT_AES_KEY"), ({**play.SAFE, "WECHAT_AES_KEY": "A" * 44}, "WECHAT_AES_KEY"),
    ({**play.SAFE, "WECHAT_AES_KEY": "A" * 42 + "="}, "WECHAT_AES_KEY"), ({"WECHAT_TOKEN": "abc", "WECHAT_AES_KEY": "A" * 43}, "WECHAT_APP_ID"),
    ({"WECHAT_APP_ID": play.APP_ID, "WECHAT_AES_KEY": "A" * 43}, "WECHAT_TOKEN"), ({"WECHAT_APP_ID": "wx!"}, "WECHAT_APP_ID"),
    ({"WECHAT_APP_SECRET": "short"}, "WECHAT_APP_SECRET"),
    ({"WECHAT_MODE": "secure"}, "WECHAT_MODE"), ({"WECHAT_MODE": "safe", "WECHAT_TOKEN": "abc"}, "WECHAT_AES_KEY"), ({"WECHAT_TOEKN": "abc"}, "WECHAT_TOEKN"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY"), ({"SECRET_KEY": "a" * 64}, "SECRET_KEY"), ({"PORT": "0"}, "PORT"), ({"PORT": "http"}, "PORT"), ({"PORT": "65536"}, "PORT"),
    ({"JOURNAL_DAYS": "0"}, "JOURNAL_DAYS"), ({"PUBLIC_URL": "bot.example.org"}, "PUBLIC_URL"), ({"REDIS_URL": "http://x"}, "REDIS_URL"), ({"HOST": "a b"}, "HOST"), ({"PROXIES": "proxy"}, "PROXIES"), ({"PROXIES": "10.0.0.1,"}, "PROXIES"), ({"WECHAT_SIGN_ONCE": "x"}, "WECHAT_SIGN_ONCE"),
    ({"WECHAT_CUSTOMER_SERVICE": "yes"}, "WECHAT_CUSTOMER_SERVICE"), ({"METRICS_TOKEN": "x"}, "METRICS_TOKEN"),
])
def test_a_bad_value_is_one_sentence_that_names_it(tmp_path, given, name):
    with pytest.raises(SettingsError) as caught:
        load({"DATA_DIR": str(tmp_path), **given})
    assert name in str(caught.value) and all(" / " in problem for problem in caught.value.problems)


@pytest.mark.parametrize("name", ["WECHAT_TOKEN", "WECHAT_AES_KEY", "WECHAT_APP_SECRET", "SECRET_KEY", "METRICS_TOKEN"])
def test_a_bad_secret_is_not_repeated(tmp_path, name):
    with pytest.raises(SettingsError) as caught:
        load({"DATA_DIR": str(tmp_path), name: "pw!geheim"})
    assert "geheim" not in str(caught.value)


def test_every_problem_is_told_at_once(tmp_path):
    with pytest.raises(SettingsError) as caught:
        load({"DATA_DIR": str(tmp_path), "PORT": "x", "WECHAT_TOKEN": "-", "WECHAT_MODE": "?"})
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("given,mode", [
    ({}, Mode.PLAIN), (play.PLAIN, Mode.PLAIN), (play.SAFE, Mode.SAFE), ({**play.SAFE, "WECHAT_MODE": "compatible"}, Mode.COMPATIBLE),
    ({**play.SAFE, "WECHAT_MODE": "plain"}, Mode.PLAIN),
])
def test_the_mode(tmp_path, given, mode):
    assert load({"DATA_DIR": str(tmp_path), **given}).mode is mode


def test_empty_values_count_as_absent(tmp_path):
    assert load({"DATA_DIR": str(tmp_path), "WECHAT_TOKEN": "", "PORT": " 8080 "}).port == 8080


def test_secrets_do_not_show(tmp_path):
    shown = repr(load({"DATA_DIR": str(tmp_path), **play.SAFE, "WECHAT_APP_SECRET": "s" * 32}))
    assert play.AES_KEY not in shown and "s" * 32 not in shown and f"'{play.TOKEN}'" not in shown


def test_a_secret_key_is_made_once_and_kept_for_the_owner_only(tmp_path):
    first, second = (load({"DATA_DIR": str(tmp_path / "data")}).secret_key for _ in range(2))
    kept = tmp_path / "data" / config.SECRET_FILE
    assert first == second and len(first) >= 32 and stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert os.listdir(tmp_path / "data") == [config.SECRET_FILE]


def test_a_damaged_secret_file_is_told(tmp_path):
    (tmp_path / config.SECRET_FILE).write_text("")
    with pytest.raises(SettingsError, match="secret_key"):
        load({"DATA_DIR": str(tmp_path)})


def test_a_data_folder_that_can_t_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="DATA_DIR"):
        load({"DATA_DIR": str(tmp_path / "file" / "below")})


def start(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("WECHAT_", "DATA_DIR", "SECRET_KEY", "PORT"))}
    return subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *arguments], cwd=folder, capture_output=True, text=True,
                          env={**clean, "PYTHONPATH": f"{ROOT}:{clean.get('PYTHONPATH', '')}", **environ}, timeout=60)


def test_a_bad_setting_ends_the_start_in_words_without_a_traceback(tmp_path):
    ended = start(tmp_path, "ask", "你好", WECHAT_TOKEN="!")
    assert ended.returncode != 0 and "WECHAT_TOKEN" in ended.stderr and "Traceback" not in ended.stderr


def test_a_dotenv_file_is_read_and_the_environment_goes_before_it(tmp_path):
    (tmp_path / ".env").write_text("WECHAT_TOKEN=!\n")
    assert "WECHAT_TOKEN" in start(tmp_path, "ask", "你好").stderr
    assert start(tmp_path, "ask", "你好", WECHAT_TOKEN="abc").returncode == 0
    assert (tmp_path / "instance" / config.SECRET_FILE).exists()
