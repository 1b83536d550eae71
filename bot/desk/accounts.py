"""Accounts and signing in: who works here, in which role, and how often a password may be guessed."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.desk import passwords
from bot.desk.store import DeskStore

FREE_TRIES = 5  # wrong ones before an account waits at an address
FREE_TRIES_OF_ADDRESS = 10  # … before an address waits, whatever the account
WITHIN = 900.0  # seconds after the last wrong try, and after the wait, when all is forgotten
FIRST_WAIT, LONGEST_WAIT = 60.0, 3600.0
NOBODY = bytes(16)  # the salt with which an unknown name's password is hashed, so that it takes as long


class Role(StrEnum):
    """What somebody may do: 编辑 changes the draft, 发布 also decides what is said."""

    EDIT = "编辑"
    PUBLISH = "发布"


class Wrong(Exception):
    """Not signed in; the message is what the page says."""


WRONG = "账号或密码不对。"


class AccountError(ValueError):
    """An account can't be made or changed so; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Account:
    """一个账号。"""

    name: str
    role: Role
    disabled: bool


def find(store: DeskStore, name: str) -> Account | None:
    """The account of that name."""
    return next((one for one in everyone(store) if one.name == name), None)


def everyone(store: DeskStore) -> list[Account]:
    """All accounts, disabled ones too."""
    with store.open() as db:
        return [Account(row["name"], Role(row["role"]), bool(row["disabled"])) for row in db.execute("SELECT * FROM account ORDER BY name")]


def add(store: DeskStore, name: str, role: Role, password: str) -> None:
    """A new account; AccountError where the name is taken or no name, or the password is weak."""
    if not 1 <= len(name) <= 32 or not name.isprintable() or name != name.strip():
        raise AccountError("账号名须为1至32个字符，首尾没有空格。")
    if find(store, name):
        raise AccountError(f"账号“{name}”已经有了。")
    salt, hashed = _new(store, name, password)
    with store.open() as db:
        db.execute("INSERT INTO account(name, role, salt, hash, made) VALUES (?,?,?,?,?)", (name, str(role), salt, hashed, time.time()))


def change_password(store: DeskStore, name: str, password: str) -> None:
    """A new password; every session of the account ends. AccountError."""
    if not find(store, name):
        raise AccountError(f"没有账号“{name}”。")
    salt, hashed = _new(store, name, password)
    with store.open() as db:
        db.execute("UPDATE account SET salt = ?, hash = ? WHERE name = ?", (salt, hashed, name))
        db.execute("DELETE FROM session WHERE account = ?", (name,))


def disable(store: DeskStore, name: str, disabled: bool = True) -> None:
    """Shut an account out, at once (or let it in again). AccountError."""
    if not find(store, name):
        raise AccountError(f"没有账号“{name}”。")
    with store.open() as db:
        db.execute("UPDATE account SET disabled = ? WHERE name = ?", (int(disabled), name))
        db.execute("DELETE FROM session WHERE account = ?", (name,))


def sign_in(store: DeskStore, name: str, password: str, ip: str, clock: float) -> Account:
    """The account whose password it is; Wrong, with the same words and after the same time, for anything else."""
    keys = {_key(f"{name}\n{ip}"): FREE_TRIES, _key(ip): FREE_TRIES_OF_ADDRESS}
    _reserve(store, keys, clock)
    with store.open() as db:
        row = db.execute("SELECT * FROM account WHERE name = ?", (name,)).fetchone()
    try:
        given = passwords.hashed(password[: passwords.AT_MOST * 4], row["salt"] if row else NOBODY, store.path.parent)
    except passwords.Busy:
        raise Wrong("现在登录的人太多，请过一会儿再试。") from None
    right = passwords.same(given, row["hash"] if row else bytes(32))
    if not right or row is None or row["disabled"]:
        raise Wrong(WRONG)
    _give_back(store, keys)
    return Account(row["name"], Role(row["role"]), False)


def _reserve(store: DeskStore, keys: dict[bytes, int], clock: float) -> None:
    """Count a try before it is made, so that a thousand at once are no more than five; Wrong while one has to wait."""
    with store.open() as db:
        for key, free in keys.items():
            row = db.execute("SELECT wrong, at FROM tries WHERE key = ?", (key,)).fetchone()
            wrong, at = (row["wrong"], row["at"]) if row else (0, clock)
            wait = _wait(wrong, free)
            if clock < at + wait:
                minutes = int((at + wait - clock) // 60) + 1
                raise Wrong(f"输错次数太多，请{minutes}分钟后再试。")
            wrong = 0 if clock > at + wait + WITHIN else wrong
            db.execute("INSERT INTO tries VALUES (?,?,?) ON CONFLICT(key) DO UPDATE SET wrong = excluded.wrong, at = excluded.at", (key, wrong + 1, clock))
        db.execute("DELETE FROM tries WHERE at < ?", (clock - LONGEST_WAIT - WITHIN,))


def _wait(wrong: int, free: int) -> float:
    return 0.0 if wrong < free else min(FIRST_WAIT * 2 ** (wrong - free), LONGEST_WAIT)


def _give_back(store: DeskStore, keys: dict[bytes, int]) -> None:
    """The right password: nothing was wrong at this account, and this try not at this address."""
    account, address = keys
    with store.open() as db:
        db.execute("DELETE FROM tries WHERE key = ?", (account,))
        db.execute("UPDATE tries SET wrong = max(wrong - 1, 0) WHERE key = ?", (address,))


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def _new(store: DeskStore, name: str, password: str) -> tuple[bytes, bytes]:
    if problem := passwords.problem(password, name):
        raise AccountError(problem)
    salt = passwords.new_salt()
    try:
        return salt, passwords.hashed(password, salt, Path(store.path).parent)
    except passwords.Busy:
        raise AccountError("现在登录的人太多，请过一会儿再试。") from None
