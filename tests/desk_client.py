"""A member of staff at a test client: signs in, fills forms with the token that the page carries."""

from __future__ import annotations

import hashlib
import html
import re
from functools import lru_cache

from flask import Flask
from flask.testing import FlaskClient

from bot import create_app
from bot.desk import accounts, passwords

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


@lru_cache
def _main(page: str) -> str:
    return page.partition("<main")[2]


def _attributes(text: str) -> dict[str, str]:
    return {match[1]: html.unescape(match[2] or "") for match in re.finditer(r'([a-z-]+)(?:="([^"]*)")?', text)}
