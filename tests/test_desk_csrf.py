"""No other site acts through a member of staff. The routes are listed from the app, so that a new one is covered. (reliability #16, #32)"""

from __future__ import annotations

import re
import sqlite3

import desk_client as staff
import pytest

from bot.desk import audit

VALUES = {"string": "x", "default": "x", "int": "1", "path": "x"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        staff.quick_hashes(patch)
        app = staff.made(tmp_path_factory.mktemp("data"))
        app.extensions["desk"].memory.store.use(lambda db: None)  # the files that the keeper's thread would make at its own time
        app.extensions["desk"].current()
        yield app


@pytest.fixture(scope="module")
def client(app):
    return staff.sign_in(app)


def rules(*methods):
    import tempfile

    from bot import create_app

    app = create_app({"DATA_DIR": tempfile.mkdtemp()})
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk") and rule.methods & set(methods)]


def path(rule) -> str:
    address = rule.rule
    for name in rule.arguments:
        for form in (f"<{name}>", f"<int:{name}>", f"<path:{name}>", f"<string:{name}>"):
            address = address.replace(form, "1" if form.startswith("<int") else "x")
    assert "<" not in address
    return address


CHANGING = sorted({path(rule) for rule in rules("POST", "PUT", "PATCH", "DELETE")})
READING = sorted({path(rule) for rule in rules("GET") if rule.endpoint != "desk.static"})


def kept(app) -> dict[str, int]:
    """What would show that something was done: rows of every database of the data folder, but for the log itself."""
    counts = {}
    for file in sorted(app.extensions["desk"].data.rglob("*.db")):
        with sqlite3.connect(file) as db:
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            counts |= {f"{file.name} {name}": hash(tuple(map(tuple, db.execute(f'SELECT * FROM "{name}"')))) for name in tables if name not in ("audit", "session", "tries")}
    return counts


FOREIGN = {
    "cross-site": {"Sec-Fetch-Site": "cross-site"},
    "same-site": {"Sec-Fetch-Site": "same-site"},
    "foreign origin": {"Origin": "https://evil.example"},
    "null origin": {"Origin": "null"},
    "no token": {"Sec-Fetch-Site": "same-origin"},
    "nothing at all": {},
}


@pytest.mark.parametrize("how", FOREIGN)
@pytest.mark.parametrize("address", CHANGING)
def test_nothing_is_changed_from_elsewhere(app, client, address, how):
    before = kept(app)
    data = {} if how in ("no token", "nothing at all") else {"csrf": staff.token(client.get("/desk/me").text)}
    assert client.post(address, data=data, headers=FOREIGN[how]).status_code == 403
    assert kept(app) == before


@pytest.mark.parametrize("address", [one for one in CHANGING if one != "/desk/sign-in"])
def test_a_token_of_another_session_is_no_good(app, client, address):
    other = staff.token(staff.sign_in(app, "小编").get("/desk/me").text)
    assert client.post(address, data={"csrf": other}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 403


@pytest.mark.parametrize("address", [one for one in CHANGING if one != "/desk/sign-in"])
def test_nobody_signed_in_changes_nothing(app, address):
    before = kept(app)
    assert app.test_client().post(address, headers={"Sec-Fetch-Site": "same-origin"}).status_code in (303, 401, 403)
    assert kept(app) == before


@pytest.mark.parametrize("address", [one for one in READING if one != "/desk/sign-in"])
def test_nobody_signed_in_reads_nothing(app, address):
    answer = app.test_client().get(address)
    assert answer.status_code == 303 and "/desk/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("address", READING)
def test_reading_changes_nothing(app, client, address):
    client.get(address)
    before = kept(app)
    assert client.get(address).status_code < 500
    assert kept(app) == before


@pytest.mark.parametrize("address", [one for one in CHANGING if one != "/desk/sign-out"])
def test_every_change_that_is_tried_leaves_a_line(app, client, address):
    store = app.extensions["desk"].store
    last = audit.read(store)[0][0]
    staff.post(client, address)
    assert audit.read(store)[0][0] > last


@pytest.mark.parametrize("address", READING)
def test_every_page_says_what_a_browser_may_do(client, address):
    answer = client.get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe-inline" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not answer.mimetype.startswith("text/") or not re.search(r"<script>| style=| on\w+=", answer.text)
    assert len(answer.data) < 200_000 or not answer.mimetype.startswith("text/")


@pytest.mark.parametrize("address", [path(rule) for rule in rules("POST") if "publish" in rule.endpoint or "roll" in rule.endpoint or "import" in rule.endpoint])
def test_what_only_the_publisher_may_do_the_editor_may_not(app, address):
    assert staff.post(staff.sign_in(app, "小编"), address).status_code == 403
