"""The process log: our own loggers' lines, one JSON object each."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SAID = """
import logging
from bot import logs
logs.structured(), logs.structured()
logging.getLogger("knowledge.live").info("snapshot", extra={"event": "snapshot", "version": 3, "secret": "s"})
logging.getLogger("bot.spread").info("published to others", extra={"event": "spread", "bundle": "0123456789ab"})
logging.getLogger("other").warning("not ours")
"""


def test_what_the_bot_and_its_knowledge_say_is_in_the_log_once():
    ended = subprocess.run([sys.executable, "-c", SAID], capture_output=True, text=True, timeout=30, cwd=Path(__file__).parents[1])
    lines = [json.loads(line) for line in ended.stderr.splitlines() if line.startswith("{")]
    assert [(one["log"], one["event"], one.get("version"), one.get("bundle")) for one in lines] == [
        ("knowledge.live", "snapshot", 3, None), ("bot.spread", "spread", None, "0123456789ab")]
    assert "secret" not in ended.stderr
