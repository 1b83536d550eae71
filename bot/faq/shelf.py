"""The shelf: what is made once for each version and then only handed out, with an ETag."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, abort, request

from knowledge.snapshot import Snapshot

FRESH = 60  # seconds for which a copy need not be asked after
SMALL = 1400  # bytes under which squeezing does not pay


@dataclass(frozen=True, slots=True)
class Made:
    """Bytes ready to be sent, squeezed too where that pays, with their headers."""

    plain: bytes
    squeezed: bytes | None
    headers: tuple[tuple[str, str], ...]
    tag: str


def in_force(current: Callable[[], Snapshot]) -> Snapshot:
    """The snapshot in force; 503 in words where there is none."""
    try:
        return current()
    except Exception:
        abort(503)


class Shelf:
    """Things of one version, each made at its first request; all thrown away when another version is in force."""

    def __init__(self, current: Callable[[], Snapshot], most: int = 400) -> None:
        self._current, self._most = current, most
        self._lock = threading.RLock()
        self._of: object = None
        self._made: dict[object, Made] = {}

    def send(self, key: object, make: Callable[[Snapshot], tuple[bytes, str, dict[str, str]]]) -> Response:
        """What ``make`` gave for the version in force: bytes, content type, further headers. 304 to who has it already."""
        snapshot = in_force(self._current)
        made = self._made.get(key) if self._of is snapshot else None
        if made is None:
            made = self._make(key, make, snapshot)
        if request.headers.get("If-None-Match", "").removeprefix("W/") == made.tag:
            return Response(status=304, headers=[("ETag", made.tag), ("Cache-Control", f"public, max-age={FRESH}"), ("Vary", "Accept-Encoding")])
        if made.squeezed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            return Response(made.squeezed, headers=[*made.headers, ("Content-Encoding", "gzip")])
        return Response(made.plain, headers=list(made.headers))

    def _make(self, key: object, make: Callable, snapshot: Snapshot) -> Made:
        with self._lock:
            if self._of is not snapshot:
                self._of, self._made = snapshot, {}
            if key not in self._made:
                body, kind, more = make(snapshot)
                tag = f'"v{snapshot.version}-{snapshot.digest}"'
                squeezed = gzip.compress(body, 9, mtime=0) if len(body) > SMALL and not kind.startswith("image/") and "openxml" not in kind else None
                headers = (("Content-Type", kind), ("ETag", tag), ("Cache-Control", f"public, max-age={FRESH}"), ("Vary", "Accept-Encoding"), *more.items())
                while len(self._made) >= self._most:
                    self._made.pop(next(iter(self._made)))
                self._made[key] = Made(body, squeezed, headers, tag)
            return self._made[key]
