"""A member of staff at a test client: signs in, fills forms with the token that the page carries."""

from __future__ import annotations

import hashlib
import html
import re
import time
from functools import lru_cache

from flask import Flask
from flask.testing import FlaskClient

import wechat_client as wechat
from bot import create_app, journal
from bot.desk import accounts, passwords
from knowledge import draft, store

PASSWORD = "hongse de pingguo 77"


def quick_hashes(monkeypatch) -> None:
    """A cheap hash in place of scrypt, for tests that are not about it."""
    monkeypatch.setattr(passwords, "hashed", lambda password, salt, folder: hashlib.sha256(salt + passwords._plain(password).encode()).digest())


def made(tmp_path, **settings: str) -> Flask:
    """An app with two accounts: 小编 (编辑) and 主任 (发布)."""
    app = create_app({"DATA_DIR": str(tmp_path)} | settings)
    accounts.add(app.extensions["desk"].store, "小编", accounts.Role.EDIT, PASSWORD)
    accounts.add(app.extensions["desk"].store, "主任", accounts.Role.PUBLISH, PASSWORD)
    return app


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, "no form on the page carries a token"
    return html.unescape(found[1])


def sign_in(app: Flask, name: str = "主任", password: str = PASSWORD) -> FlaskClient:
    client = app.test_client()
    page = client.get("/desk/sign-in")
    answer = client.post("/desk/sign-in", data={"name": name, "password": password, "csrf": token(page.text)})
    assert answer.status_code == 303, answer.text
    return client


def post(client: FlaskClient, path: str, data: dict | None = None, **more: object):
    """A form sent as a browser would: with the token, from our own page."""
    fields = {"csrf": token(client.get("/desk/me").text)} | (data or {})
    return client.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin"}, **more)


def fields(page: str) -> dict[str, str | list[str]]:
    """Every field of a page's forms with its value, as it would be sent unchanged."""
    found: dict[str, list[str]] = {}
    for match in re.finditer(r"<(input|textarea|select)\b([^>]*)>(?:(.*?)</\1>)?", _main(page), re.S):
        kind, attributes, inside = match[1], _attributes(match[2]), match[3] or ""
        if "name" not in attributes or "disabled" in attributes:
            continue
        if kind == "select":
            chosen = re.search(r'<option\b([^>]*\bselected\b[^>]*)>', inside) or re.search(r"<option\b([^>]*)>", inside)
            value = _attributes(chosen[1]).get("value", "") if chosen else ""
        elif kind == "textarea":
            value = html.unescape(inside.removeprefix("\n"))
        elif attributes.get("type") in ("checkbox", "radio") and "checked" not in attributes:
            continue
        else:
            value = attributes.get("value", "on" if attributes.get("type") == "checkbox" else "")
        found.setdefault(attributes["name"], []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def form(client: FlaskClient, path: str) -> dict:
    """What the page's form would send unchanged."""
    return {name: value for name, value in fields(client.get(path).text).items() if name not in ("csrf", "action", "insert")}


def text(answer) -> str:
    """The words of a page."""
    return html.unescape(re.sub(r"<[^>]+>", "", answer.text))


def in_draft(app: Flask, year: int = 2025):
    """The notice as it is edited."""
    return draft.open_draft(store.open_store(app.extensions["desk"].data), year).document


def asked(app: Flask, rows: list[tuple]) -> None:
    """Write journal lines: person, question, outcome, entry, and how many seconds ago."""
    def write(db):
        for person, question, outcome, entry, ago in rows:
            journal.write(db, journal.Row(int(time.time()) - ago, bytes([person]) * 16, question, "fact", entry, outcome, 1))
    app.extensions["desk"].memory.store.use(write)


def told(app: Flask, question: str, person: str = wechat.OPENID) -> str:
    """What the account answers."""
    return app.test_client().post("/wechat", query_string=wechat.query(openid=person), data=wechat.text(question, openid=person)).text


@lru_cache
def _main(page: str) -> str:
    return page.partition("<main")[2]


def _attributes(text: str) -> dict[str, str]:
    return {match[1]: html.unescape(match[2] or "") for match in re.finditer(r'([a-z-]+)(?:="([^"]*)")?', text)}
