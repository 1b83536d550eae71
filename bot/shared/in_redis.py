"""What workers of several machines share, in Redis.

A person's record, the stream of the journal's lines of the person's shard, and who is owed a correction have one tag,
and so one slot: settling is one script on one node. Everything has an end (EX) or a bound (MAXLEN).
"""

from __future__ import annotations

import msgspec

from bot.ahead import Correction
from bot.journal import Row
from bot.shared import Found
from bot.shared.link import SHARDS, Link

KEEP = 1200  # seconds after a person's last message that the record stays
SIGNED = 600  # seconds that a signature is remembered; it is too old after 300
ROWS = 20_000  # of the journal that wait in one shard for the writer, about
NOBODY = Found()

# A record is its turn in digits, a line feed, and the state.
SETTLE = f"""
local now = redis.call('GET', KEYS[1])
if now and string.match(now, '^%d+') ~= ARGV[1] then return now end
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

    def look(self, person: bytes) -> Found:
        return _found(self.link.call(_get, asker_key(person)))

    def settle(self, person: bytes, turn: int, state: bytes, clock: float, push: bytes = b"", row: Row | None = None) -> Found | None:
        line = msgspec.msgpack.encode((push, row)) if row else b""
        stands = self.link.call(self._run, SETTLE, _keys(person), turn, b"%d\n%b" % (turn + 1, state), line)
        return _found(stands) if stands else None

    def erase(self, person: bytes) -> int:
        return self.link.call(self._run, ERASE, _keys(person), person)

    def served(self, signature: bytes, push: bytes, clock: float) -> bytes:
        return self.link.call(_served, f"cqb:{{{shard_of(signature)}}}:signed:{signature.hex()}", push)

    def owed(self, person: bytes, one: Correction) -> bool:
        return bool(self.link.call(lambda client: client.sismember(owed_key(person), one.id)))

    def tidy(self, clock: float) -> int:
        return 0  # Redis forgets by itself

    def check(self) -> None:
        self.link.call(_get, asker_key(b"\0"))

    def mend(self) -> None:
        self.link.mend()

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


def _get(client: object, key: str) -> bytes | None:
    return client.get(key)


def _served(client: object, key: str, push: bytes) -> bytes:
    return push if client.set(key, push, nx=True, ex=SIGNED) else client.get(key) or push


def _found(record: bytes | None) -> Found:
    turn, _, state = (record or b"").partition(b"\n")
    return Found(int(turn), state) if turn.isdigit() else NOBODY
