"""The account's menu (自定义菜单) as data: what each button is called, and what a tap says."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

FILE = Path(__file__).with_name("menu.toml")


class Button(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One button: either ``below`` (a submenu), or ``key`` and ``says``, or a ``url``."""

    name: str
    key: str = ""
    says: str = ""
    url: str = ""
    below: tuple[Button, ...] = ()


class Menu(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    button: tuple[Button, ...]


def read(path: Path = FILE) -> Menu:
    """The menu of a TOML file; msgspec.ValidationError names the field that is wrong."""
    return msgspec.toml.decode(path.read_bytes(), type=Menu)


@lru_cache(maxsize=1)
def read_once() -> Menu:
    """Our own menu, read at the first use."""
    return read()


@lru_cache(maxsize=1)
def meanings() -> dict[str, str]:
    """What a tap on each button says, by key."""
    return {one.key: one.says for top in read_once().button for one in (top, *top.below) if one.key}
