"""What a serving worker loads: only what answers need. Drawing, spreadsheets and calls to WeChat come with the page that needs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from program import free_port, running

import wechat_client as play

ROOT = Path(__file__).parents[1]
HEAVY = ("PIL", "docx", "lxml", "icalendar", "segno", "openpyxl", "requests", "redis", "wechatpy.client", "pypinyin", "jieba", "numpy")
AT_MOST = 100  # MB of resident memory a worker, safe mode
ONE_ANSWER = """
import sys, wechat_client as play
from bot import create_app
play.WeChat(play.through_flask(create_app({**play.SAFE, "DATA_DIR": sys.argv[1]}).test_client()), safe=True).ask("申报什么时候截止")
print(*sys.modules)
"""


def test_answering_in_safe_mode_loads_nothing_heavy(tmp_path):
    ended = subprocess.run([sys.executable, "-c", ONE_ANSWER, str(tmp_path)], capture_output=True, text=True, timeout=60,
                           env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"})
    assert ended.returncode == 0, ended.stderr
    assert set(ended.stdout.split()) & set(HEAVY) == set()


def resident(pid: str) -> float:
    """MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def test_a_worker_stays_small(tmp_path):
    port = free_port()
    with running(tmp_path, port, "--workers", "2", PORT=str(port), **play.SAFE) as (process, send):
        wechat = play.WeChat(send, safe=True)
        for number in range(100):
            assert wechat.ask(("申报什么时候截止", "去年备案320个小组能报几个", "张建国,李梅,王志强", "要收费吗")[number % 4], openid=f"oLean{number}")
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert len(workers) == 2 and max(map(resident, workers)) < AT_MOST
