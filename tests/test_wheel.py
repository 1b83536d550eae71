"""The built wheel, alone in a fresh virtual environment and an empty folder: it holds every file it needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from program import free_port, running

import wechat_client as play

ROOT = Path(__file__).parents[1]
SHIPPED = ("bot", "handlers", "knowledge")
INSTALL_WITHIN = 240  # seconds


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy, so that neither a leftover build/ nor this checkout is looked at."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in SHIPPED:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("wsgi.py", "serve.py", "pyproject.toml", "requirements.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pytest.importorskip("setuptools.command.bdist_wheel", reason="setuptools is too old to build a wheel (make test installs a newer one)")
    built = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-w", out, source],
        capture_output=True, text=True, timeout=INSTALL_WITHIN)
    assert built.returncode == 0, built.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The Python of a fresh virtual environment that holds the wheel and what it needs."""
    place = tmp_path_factory.mktemp("venv")
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    install = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--retries", "1"]
    needed = subprocess.run([*install, "--require-hashes", "-r", ROOT / "requirements.txt"], capture_output=True, text=True, timeout=INSTALL_WITHIN)
    if needed.returncode:
        pytest.skip(f"what the wheel needs can't be installed here: {needed.stderr.strip().splitlines()[-1]}")
    subprocess.run([*install, "--no-index", wheel], check=True, timeout=INSTALL_WITHIN)  # refuses where the lock lacks something
    return python


def test_every_file_of_the_packages_is_in_the_wheel(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    files = {path.relative_to(ROOT).as_posix() for name in SHIPPED for path in (ROOT / name).rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert files | {"wsgi.py", "serve.py"} <= inside
    assert {name.split("/")[0] for name in inside} - {"wsgi.py", "serve.py"} - {name for name in (one.split("/")[0] for one in inside) if name.endswith(".dist-info")} == set(SHIPPED)


def test_the_wheel_runs_in_an_empty_folder(installed, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(installed))
    monkeypatch.setattr("program.surroundings", lambda **settings: {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **settings})
    port = free_port()
    with running(tmp_path, port, PORT=str(port), WECHAT_TOKEN=play.TOKEN) as (_, send):
        assert send("GET", "/health/ready")[0] == 200
        assert send("GET", "/chat")[0] == 200
        assert send("GET", "/chat/static/chat.css")[0] == 200
        assert "5月15日" in play.WeChat(send).ask("申报什么时候截止")


def test_its_commands_run_too(installed, tmp_path):
    done = subprocess.run([installed, "-m", "flask", "--app", "wsgi", "ask", "申报什么时候截止", "--on", "2025-04-20"], cwd=tmp_path, capture_output=True, text=True, timeout=60,
                          env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
    assert done.returncode == 0 and "2025年5月15日" in done.stdout, done.stderr


def test_nothing_else_is_missing(installed):
    assert subprocess.run([installed, "-m", "pip", "--disable-pip-version-check", "check"], capture_output=True, timeout=60).returncode == 0
