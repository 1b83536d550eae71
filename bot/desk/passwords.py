"""Passwords: never stored, only their scrypt hash with a salt of its own; hashing is dear, so two at once at most."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import os
import secrets
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

AT_LEAST, AT_MOST = 12, 128  # characters
N, R, P, MEMORY = 2**17, 8, 1, 160 << 20  # 128 MB and some 0.4 s a hash
AT_ONCE = 2
WAIT = 5.0  # seconds for a turn
COMMON = frozenset(Path(__file__).with_name("common_passwords.txt").read_text("ascii").split())


class Busy(Exception):
    """Too many people sign in at this moment."""


def problem(password: str, name: str) -> str:
    """Why a password can't be taken, in one sentence; "" where it can."""
    plain = _plain(password)
    low = plain.lower()
    if len(plain) < AT_LEAST:
        return f"密码至少{AT_LEAST}个字符，可以用几个词连成一句话。"
    if len(plain) > AT_MOST:
        return f"密码最多{AT_MOST}个字符。"
    if low in COMMON or len(set(low)) < 5 or _run(low):
        return "这个密码太常见，容易被猜到，请换一个。"
    if name.lower() in low and len(low) - len(name) < 6:
        return "密码不要由账号名组成，请换一个。"
    return ""


def hashed(password: str, salt: bytes, folder: Path) -> bytes:
    """The hash to be stored; Busy where no turn comes within WAIT seconds."""
    with _turn(folder):
        return hashlib.scrypt(_plain(password).encode("utf-8", "surrogatepass"), salt=salt, n=N, r=R, p=P, maxmem=MEMORY, dklen=32)


def new_salt() -> bytes:
    return secrets.token_bytes(16)


def same(one: bytes, other: bytes) -> bool:
    """Whether two hashes are the same, in a time that tells nothing."""
    return hmac.compare_digest(one, other)


def _plain(password: str) -> str:
    """The same characters, whichever keyboard typed them."""
    return unicodedata.normalize("NFKC", password)


def _run(low: str) -> bool:
    """123456789012, abcdefghijkl, or a short piece repeated."""
    steps = {ord(b) - ord(a) for a, b in zip(low, low[1:], strict=False)}
    repeated = any(low == (low[:size] * len(low))[: len(low)] for size in range(1, 5))
    return len(steps) == 1 or repeated


@contextlib.contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """One of AT_ONCE turns among all threads and workers; the kernel frees it when a process ends."""
    until = time.monotonic() + WAIT
    while True:
        for number in range(AT_ONCE):
            handle = os.open(folder / f"desk-hash-{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(handle)
                continue
            try:
                yield
            finally:
                os.close(handle)
            return
        if time.monotonic() > until:
            raise Busy
        time.sleep(0.02)
