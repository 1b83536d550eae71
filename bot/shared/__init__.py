"""What all workers share: a record for each person, the journal's lines, which signatures have served.

One interface, two implementations: ``in_sqlite.py`` for one machine, ``in_redis.py`` for several. Every call may raise
StoreDown, at once or within a quarter of a second; ``bot/memory.py`` stands above and goes on without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from bot.ahead import Correction
    from bot.journal import Row

KEEP = 1200  # seconds after a person's last message that the record stays
SIGNED = 600  # seconds that a signature is remembered; it is too old after 300


class Found(NamedTuple):
    """What is kept of a person: the number of its last writing (0: nothing is kept), and the state as it was given."""

    turn: int = 0
    state: bytes = b""


NOBODY = Found()


class Shared(Protocol):
    """What all workers share. ``person``, ``push`` and ``signature`` are keyed hashes, ``clock`` seconds since 1970."""

    def look(self, person: bytes) -> Found:
        """What is kept of a person."""

    def settle(self, person: bytes, turn: int, state: bytes, clock: float, push: bytes = b"", row: Row | None = None) -> Found | None:
        """Keep a person's state, and the journal's line on a push with it, if nobody wrote since ``turn`` was looked at.

        None: both are kept. Else neither is, and this is what stands there now.
        """

    def erase(self, person: bytes) -> int:
        """Delete everything kept of a person, the journal's lines too; how many records that is known to have been."""

    def served(self, signature: bytes, push: bytes, clock: float) -> bytes:
        """The push that a signature served first: this one, where it is new."""

    def owed(self, person: bytes, one: Correction) -> bool:
        """Whether a person got the wrong answer, and no reply since it is being corrected."""

    def tidy(self, clock: float) -> int:
        """Forget what is over; how many records."""

    def check(self) -> None:
        """StoreDown unless it can serve."""

    def mend(self) -> None:
        """Try, off the way of a reply, whether what failed serves again."""
