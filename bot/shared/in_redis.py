"""What workers of several machines share, in Redis.

A person's record, the stream of the journal's lines of the person's shard, and who is owed a correction have one tag,
and so one slot: settling is one script on one node. Everything of a person's has an end (EX) or a bound (MAXLEN); one
word a shard, by which a Redis that came back empty is told, has neither. Redis may lose what it acknowledged (a crash,
a fail-over): each worker can write its latest lines of the journal again.
"""

from __future__ import annotations

import itertools
import secrets
import time
from collections import deque
from collections.abc import Container

import msgspec

from bot.ahead import Correction
from bot.journal import Row
from bot.shared import KEEP, NOBODY, SIGNED, Found
from bot.shared.link import SHARDS, Link

ROWS = 20_000  # of the journal that wait in one shard for the writer, about
RECENT, RECENT_ROWS = 20.0, 2000  # seconds, and lines at most, that a worker can write again
EVERY_SHARD = frozenset(f"{shard:02d}" for shard in range(SHARDS))

# A record is its turn in digits, a line feed, and the state; one that is no record counts as none (as in _found).
SETTLE = f"""
local now = redis.call('GET', KEYS[1])
if now and tonumber(string.match(now, '^(%d+)\\n') or 0) ~= tonumber(ARGV[1]) then return now end
redis.call('SET', KEYS[1], ARGV[2], 'EX', {KEEP})
if ARGV[3] ~= '' then
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', {ROWS}, '*', 'row', ARGV[3])
  redis.call('DEL', KEYS[3])
end
return false
"""
ERASE = f"""
local gone = redis.call('DEL', KEYS[1], KEYS[3])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', {ROWS}, '*', 'erase', ARGV[1])
return gone
"""


class InRedis:
    """``Shared`` over a Link."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._scripts: dict[tuple[int, str], object] = {}
        self._recent: deque[tuple[float, bytes, bytes]] = deque(maxlen=RECENT_ROWS)
        self._shards, self._epochs = itertools.cycle(range(SHARDS)), dict[int, bytes]()

    def look(self, person: bytes) -> Found:
        return _found(self.link.get(asker_key(person)))

    def settle(self, person: bytes, turn: int, state: bytes, clock: float, push: bytes = b"", row: Row | None = None) -> Found | None:
        line = msgspec.msgpack.encode((push, row)) if row else b""
        stands = self.link.call(self._run, SETTLE, _keys(person), turn, b"%d\n%b" % (turn + 1, state), line)
        if stands:
            return _found(stands)
        if line:
            self._recent.append((time.monotonic(), person, line))
        return None

    def erase(self, person: bytes) -> int:
        self._recent = deque((one for one in tuple(self._recent) if one[1] != person), RECENT_ROWS)
        return self.link.call(self._run, ERASE, _keys(person), person)

    def served(self, signature: bytes, push: bytes, clock: float) -> bytes:
        return self.link.call(_served, f"cqb:{{{shard_of(signature)}}}:signed:{signature.hex()}", push)

    def owed(self, person: bytes, one: Correction) -> bool:
        return bool(self.link.call(lambda client: client.sismember(owed_key(person), one.id)))

    def tidy(self, clock: float) -> int:
        return 0  # Redis forgets by itself

    def check(self) -> None:
        self.link.get(asker_key(b"\0"))

    def mend(self) -> None:
        """Also write again what a Redis that came back may have lost; the writer knows lines that it has already."""
        if self.link.mend():
            self._write_again(self.link.failed_at - RECENT)
        elif not self.link.trouble and (emptied := self._emptied()):
            self._write_again(time.monotonic() - RECENT, emptied)

    def _emptied(self) -> set[str]:
        """The shards that began anew. One is looked at, another each time; all, where that one did."""
        found = self._anew(next(self._shards)) if self._epochs else set()
        return found.union(*map(self._anew, range(SHARDS))) if found or not self._epochs else found

    def _anew(self, shard: int) -> set[str]:
        """The shard, where it is no longer the one that it was when it was looked at before."""
        epoch = self.link.call(_epoch, f"cqb:{{{shard:02d}}}:epoch")
        before, self._epochs[shard] = self._epochs.get(shard, epoch), epoch
        return set() if before == epoch else {f"{shard:02d}"}

    def _write_again(self, since: float, shards: Container[str] = EVERY_SHARD) -> None:
        for at, person, line in tuple(self._recent):
            if at >= since and (shard := shard_of(person)) in shards:
                self.link.call(_add, journal_key(shard), line)

    def _run(self, client: object, source: str, keys: list[str], *args: object) -> object:
        script = self._scripts.get((id(client), source))
        if script is None:
            script = self._scripts[id(client), source] = client.register_script(source)
        return script(keys=keys, args=args)


def shard_of(key: bytes) -> str:
    """The shard's tag, from a keyed hash."""
    return f"{key[0] % SHARDS:02d}"


def asker_key(person: bytes) -> str:
    return f"cqb:{{{shard_of(person)}}}:asker:{person.hex()}"


def owed_key(person: bytes) -> str:
    return f"cqb:{{{shard_of(person)}}}:owed:{person.hex()}"


def journal_key(shard: str) -> str:
    return f"cqb:{{{shard}}}:journal"


def _keys(person: bytes) -> list[str]:
    return [asker_key(person), journal_key(shard_of(person)), owed_key(person)]


def _served(client: object, key: str, push: bytes) -> bytes:
    return push if client.set(key, push, nx=True, ex=SIGNED) else client.get(key) or push


def _add(client: object, stream: str, line: bytes) -> None:
    client.xadd(stream, {"row": line}, maxlen=ROWS, approximate=True)


def _epoch(client: object, key: str) -> bytes:
    """What stands for this life of a shard: the first who looks says what."""
    client.set(key, secrets.token_hex(8), nx=True)
    return client.get(key) or b""


def _found(record: bytes | None) -> Found:
    turn, ends, state = (record or b"").partition(b"\n")
    return Found(int(turn), state) if turn.isdigit() and ends else NOBODY
