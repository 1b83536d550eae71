"""What is counted for /metrics. With several workers, PROMETHEUS_MULTIPROC_DIR (an empty folder) adds them up."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

from handlers.answer import Outcome

_PUSHES = Counter("bot_pushes", "Pushes from WeChat, by what became of them.", ["outcome"])
_OTHERS = ("nothing", "repeated", "said", "welcome", "erased", "too_many", "replayed", "refused", "doctype", "unreadable", "failed")
DROPPED = Counter("bot_journal_dropped", "Lines of the journal that could not be kept: where it is kept failed for too long.")
COUNTED = {name: _PUSHES.labels(str(name)) for name in (*Outcome, *_OTHERS)}
LATENCY = Histogram(
    "bot_reply_seconds", "Time from a push's arrival to its reply.",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 4.5),
)
