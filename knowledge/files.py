"""Files that others read while they are written: how one is put in place, and how a reader sees that it is another."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def replace(path: Path, data: bytes, *, sync: bool = True, mode: int = 0o600) -> None:
    """Have ``data`` as the file's content, whole or not at all, whoever is killed or writes beside us. OSError: nothing is left behind.

    ``sync``: on the disk when this returns, for what can't be made again. ``mode`` is that of a new file, before the umask.
    """
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}.tmp")
    try:
        with open(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, mode), "wb") as out:
            out.write(data)
            if sync:
                out.flush()
                os.fsync(out.fileno())
        os.replace(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


def mark(path: Path | str) -> tuple[int, int, int] | None:
    """What changes with the file: inode, time in nanoseconds, size. None where there is none to be seen."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
