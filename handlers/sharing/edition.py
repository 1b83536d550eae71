"""Edition: which published version is spoken from, and where the whole of it can be read. The edge hands it in."""

from __future__ import annotations

import msgspec

from knowledge.changes import Change


class Edition(msgspec.Struct, frozen=True):
    """``changes`` is None where it is not known what earlier versions said; ``address`` is the service's own, "" if unset."""

    version: int = 1
    changes: tuple[Change, ...] | None = None
    address: str = ""

    def since(self, version: int, code: str = "") -> tuple[Change, ...] | None:
        """What was changed after ``version`` (of one answer, where its code is given); None where that is not known."""
        if version >= self.version or self.version == 1:
            return ()
        return None if self.changes is None else tuple(one for one in self.changes if one.version > version and code in ("", one.code))
