"""The account's menu (自定义菜单) as data: what each button is called, what a tap says, and WeChat's limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

FILE = Path(__file__).with_name("menu.toml")
BUTTONS, BELOW = 3, 5  # at most
NAME, NAME_BELOW, KEY, URL = 16, 60, 128, 1024  # bytes of UTF-8 at most


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


def problems(menu: Menu) -> list[str]:
    """What WeChat would refuse, and what a tap would not be understood by: one sentence each, none where all is well."""
    found = [*_too_many("菜单", menu.button, BUTTONS)]
    for top in menu.button:
        found += _of_button(top, NAME)
        if top.below:
            found += _too_many(f"“{top.name}”下", top.below, BELOW)
        for one in top.below:
            found += _of_button(one, NAME_BELOW)
            found += [f"“{one.name}”：菜单只有两级，下面不能再有按钮。"] if one.below else []
    return [*found, *_keys_twice(menu)]


def as_json(menu: Menu) -> bytes:
    """The menu as it is sent: UTF-8 as it stands (WeChat refuses \\u escapes, error 40033)."""
    return msgspec.json.encode({"button": [_told(one) for one in menu.button]})


def _told(button: Button) -> dict[str, object]:
    if button.below:
        return {"name": button.name, "sub_button": [_told(one) for one in button.below]}
    if button.url:
        return {"type": "view", "name": button.name, "url": button.url}
    return {"type": "click", "name": button.name, "key": button.key}


def _too_many(where: str, buttons: tuple[Button, ...], most: int) -> Iterator[str]:
    if not 1 <= len(buttons) <= most:
        yield f"{where}有{len(buttons)}个按钮，须为1至{most}个。"


def _of_button(button: Button, longest: int) -> Iterator[str]:
    called = f"“{button.name}”" if button.name.strip() else "有个按钮"
    if not button.name.strip():
        yield "有个按钮没有名称（name）。"
    if (size := len(button.name.encode())) > longest:
        yield f"{called}的名称有{size}字节，最多{longest}字节（一个汉字3字节）。"
    kinds = [bool(button.below), bool(button.key or button.says), bool(button.url)]
    if sum(kinds) != 1 or bool(button.key) != bool(button.says):
        yield f"{called}须恰好有一种：下级按钮（below），或key和says，或url。"
    if (size := len(button.key.encode())) > KEY:
        yield f"{called}的key有{size}字节，最多{KEY}字节。"
    if (size := len(button.url.encode())) > URL:
        yield f"{called}的url有{size}字节，最多{URL}字节。"
    if button.url and not button.url.startswith(("https://", "http://")):
        yield f"{called}的url须以https://或http://开头。"


def _keys_twice(menu: Menu) -> Iterator[str]:
    counted = Counter(one.key for top in menu.button for one in (top, *top.below) if one.key)
    for key, count in counted.items():
        if count > 1:
            yield f"key“{key}”用了{count}次，点了分不清是哪个按钮。"
