"""Process logs: one JSON object a line on standard error. Never a text, an openid or a secret."""

from __future__ import annotations

import json
import logging
import sys
import time

FIELDS = ("event", "error", "reason", "where", "rows", "endpoint", "version", "count", "bundle")
OURS = ("bot", "knowledge")  # loggers, with all below them


class Line(logging.Formatter):
    """The named fields of a record as one JSON line; nothing else of it, and no traceback (it may quote a message)."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(), "log": record.name, "message": record.getMessage(),
        }
        line.update((name, value) for name in FIELDS if (value := getattr(record, name, None)) is not None)
        return json.dumps(line, ensure_ascii=False)


def structured() -> None:
    """Send our own loggers' lines to standard error, once."""
    for ours in map(logging.getLogger, OURS):
        if not ours.handlers:
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(Line())
            ours.addHandler(handler)
            ours.setLevel(logging.INFO)
            ours.propagate = False
