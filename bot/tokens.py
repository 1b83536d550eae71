"""The access_token of WeChat's API, kept for all processes: a file in the data folder, and Redis too where REDIS_URL is set.

Redis is a convenience for several machines, never a need: each call has its time-out, and whatever it answers, or does
not, the file is there. Losing both costs one more call to stable_token, which gives the same token again.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from bot.shared.link import Link
from bot.store import StoreDown
from knowledge import files

FILE = ".access-token.json"  # with a dot: backups leave it out
EARLY = 300  # seconds before its end in which a token is not used any more: WeChat renews it then


class Token(msgspec.Struct, frozen=True):
    """A token, whose it is (a hash of the AppID and its secret: another secret, another token), and its end."""

    account: str
    token: str = ""
    ends: float = 0.0


class Tokens:
    """wechatpy's session storage for the one key that it keeps. ``clock`` gives seconds since 1970."""

    def __init__(self, folder: Path, app_id: str, secret: str, redis_url: str = "", clock: Callable[[], float] = time.time) -> None:
        self._file, self._clock = folder / FILE, clock
        self._link = Link(redis_url) if redis_url else None
        self._mine = b""  # what this process kept, for a disk that fails
        self._account = hashlib.blake2b(secret.encode(), key=app_id.encode()[:64], digest_size=16).hexdigest()

    def get(self, key: str, default: str | None = None) -> str | None:
        """The token, None where none is kept that lasts."""
        for place in (lambda: self._mine, self._in_redis, self._in_file):
            raw = place()
            if raw and (found := _decoded(raw)) and found.account == self._account and found.ends - self._clock() > EARLY:
                return found.token
        return default

    def set(self, key: str, value: str, ttl: int | None = None) -> None:
        """Keep a token for ``ttl`` seconds. A disk or a Redis that fails costs the next process a call."""
        self._mine = raw = msgspec.json.encode(Token(self._account, value, self._clock() + (ttl or 0)))
        self._redis(lambda redis: redis.set(self._name, raw, ex=max(1, ttl or 1)))
        with contextlib.suppress(OSError):
            files.replace(self._file, raw, sync=False)

    def delete(self, key: str) -> None:
        """Forget the token: WeChat says that it is none."""
        self._mine = b""
        self._redis(lambda redis: redis.delete(self._name))
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)

    @property
    def _name(self) -> str:
        return f"cqb:token:{self._account}"

    def _in_redis(self) -> bytes | None:
        return self._redis(lambda redis: redis.get(self._name))

    def _in_file(self) -> bytes | None:
        with contextlib.suppress(OSError):
            return self._file.read_bytes()
        return None

    def _redis(self, work: Callable) -> object:
        """What Redis says to ``work``, None where it can't or there is none."""
        if not self._link:
            return None
        try:
            return self._link.call(work)
        except StoreDown:
            return None  # this process asks it no more


def _decoded(raw: bytes) -> Token | None:
    with contextlib.suppress(msgspec.MsgspecError):
        return msgspec.json.decode(raw, type=Token)
    return None
