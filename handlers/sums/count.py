"""What is counted in a message: numbers of teams, results wished for or claimed, what failed."""

from __future__ import annotations

import msgspec

from handlers.values import Number
from knowledge.model import Kind


class Count(msgspec.Struct, frozen=True):
    """A number of teams. ``kind`` is None where the asker does not say which."""

    number: Number
    kind: Kind | None = None
    passed: int = 0  # 2 where it is said to have passed registration, 1 where only to be among those registered (其中备案95个)
    year: str = ""  # "last", "other", or unsaid
    on_top: bool = False  # 还有14个: to be added to the one before
    listed: bool = False  # of another place than the number before: 一车间18、二车间18


class Counted(msgspec.Struct, frozen=True):
    """What the numbers of a message are: teams registered, results wished for or claimed. ``vague`` where a count is only guessed,
    ``bound`` where it is a limit (不到200个).
    """

    counts: tuple[Count, ...] = ()
    wishes: tuple[Count, ...] = ()  # one, or one for each kind
    claims: tuple[Count, ...] = ()  # one, or one for each kind
    vague: bool = False
    bound: bool = False
    failed: tuple[Number, ...] = ()
    asides: tuple[tuple[int, int], ...] = ()  # stretches that say of what a count is made up: 其中5个没过, 通过了九成

    @property
    def target(self) -> Count | None:
        """The one result that is wished for."""
        return self.wishes[0] if len(self.wishes) == 1 else None

    @property
    def claim(self) -> Count | None:
        """The one result that is claimed."""
        return self.claims[0] if len(self.claims) == 1 else None
