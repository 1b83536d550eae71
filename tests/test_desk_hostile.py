"""Hostile text stays text, and SQL in a box stays words. (reliability #17, #18)

XSS: asked over the webhook and typed into the desk's fields, then every page is opened in a real headless Chromium: no dialog, no
CSP violation. SQL: in every box, filter, sort and search of every page that the app lists: no 5xx, no other rows, the same schema.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from urllib.parse import quote, urlencode

import desk_client as staff
import pytest
from browser import served
from program import wait

import wechat_client as wechat
from bot.desk import audit
from knowledge import draft, store

BREAKOUTS = ("", '">', "'>", "</textarea>", "</title>", "</script>", "-->", "</style>", "]]>", "\"'`>")
LOADS = ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<iframe src=javascript:alert(1)>", "<details open ontoggle=alert(1)>")
XSS = [f"{out}{load}" for out in BREAKOUTS for load in LOADS] + [
    "javascript:alert(1)", "https://x/?\"onmouseover=alert(1) x=\"", "http://a\"><script>alert(1)</script>", "' onfocus=alert(1) autofocus '", '" autofocus onfocus=alert(1) x="',
    "<a href=javascript:alert(1)>点我</a>", "<body onload=alert(1)>", "<base href=//evil.example/>", "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>", "<object data=javascript:alert(1)>",
    "<math><mtext></table><img src=x onerror=alert(1)>", "＜script＞alert(1)＜/script＞", "&lt;script&gt;alert(1)&lt;/script&gt;", "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e", "<scr\u0000ipt>alert(1)</script>",
    "<style>@import'//evil.example/x.css'</style>", "<link rel=stylesheet href=//evil.example/x.css>", "<form action=//evil.example/><button>发布",
]
QUOTES = ("'", '"', "')", '")', "`", "';", "\\'", "%27", "’", "＇")
TAILS = ("", " OR 1=1 --", " OR ''='", " UNION SELECT name, sql FROM sqlite_master --", "; DROP TABLE account; --", "; UPDATE account SET role='发布' --", "; DELETE FROM audit --", " AND randomblob(1000000000) --", "; ATTACH '/tmp/x' AS x --")
SQL = [f"{quote_}{tail}" for quote_ in QUOTES for tail in TAILS] + [
    "NEAR(", "a* OR b", 'x" OR "y', "*", "%", "_", "-1", "1 OR 1=1", "0x27", "1;SELECT 1", "id DESC; --", "(SELECT password FROM account)", "?1", ":id", "\u0000' OR 1=1", "NULL",
]
BOXES = ("q", "topic", "stated", "kind", "forwardable", "waiting", "page", "days", "day", "before", "who", "a", "b", "entry", "first", "last", "question", "add", "phrasing", "section", "type", "next", "sort", "order")
SAMPLES = {"part": "facts.theme", "entries": "fee_apply", "cases": "on_last_day", "table": "bands", "new": "facts", "versions": "1", "banners": "x", "corrections": "x"}
YEAR = 2025
ROUNDS = 3  # times that every form is filled with the next payloads


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        staff.quick_hashes(patch)
        made = staff.made(tmp_path_factory.mktemp("hostile"), **wechat.PLAIN)
        made.extensions["desk"].current()
        made.extensions["desk"].memory.store.use(lambda db: None)
        begin_draft(made)
        yield made


@pytest.fixture(scope="module")
def client(app):
    return staff.sign_in(app)


def begin_draft(app) -> None:
    """A draft, as there is one while staff work. It is parsed once; the version in force anew for each page, which is most of what a page costs."""
    kept = store.open_store(app.extensions["desk"].data)
    now = draft.open_draft(kept, YEAR)
    draft.save_draft(kept, YEAR, now.document, now.revision, "小编")


def addresses(app, method: str) -> list[str]:
    """Every page of the desk that the app has, so that a new one is covered; a record of each section stands for its like."""
    found = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/desk") and method in rule.methods and rule.endpoint not in ("desk.static", "desk.sign_out", "desk.export"):
            sample = SAMPLES.get(rule.rule.split("/")[2] if rule.rule.count("/") > 1 else "", "x")
            address = rule.rule
            for name in rule.arguments:
                for form in (f"<{name}>", f"<int:{name}>", f"<path:{name}>"):
                    address = address.replace(form, sample)
            assert "<" not in address
            found.add(address)
    sections = ("fields.mobile", "rulings.last_hour", "statistics.", "sections.profile_crew", "outlines.innovation", "clauses.a1_2", "title_rule", "notice")
    return sorted(found | {f"/desk/part/{one}" for one in sections if method == "GET" and not one.endswith(".")})


def ask(app, texts: list[str]) -> list[str]:
    platform = wechat.WeChat(wechat.through_flask(app.test_client()))
    clean = [one.replace("\u0000", "") for one in texts]  # XML can't carry NUL
    return [platform.ask(one, openid=f"oHostile{number:020d}") for number, one in enumerate(clean)]


def typed(client, address: str, values: list[str], action: str = "save") -> int:
    """The form of a page with a payload in each of its boxes, sent."""
    form = {name: value for name, value in staff.fields(client.get(address).text).items() if name not in ("csrf", "action", "insert")}
    boxes = [name for name in form if name not in ("seen", "revision", "rows") and not name.endswith(".key")]
    filled = {name: values[place % len(values)] for place, name in enumerate(boxes)}
    return staff.post(client, address, form | filled | {"action": action}).status_code


# -- #17

@pytest.fixture(scope="module")
def hostile(app, client):
    """The app after a bad day: asked, typed, saved, published."""
    assert all("<script" not in one for one in ask(app, XSS))
    for place, one in enumerate(XSS):
        for address in ("/desk/part/facts.theme", "/desk/entries/fee_apply", "/desk/cases/on_last_day", "/desk/part/rulings.last_hour", "/desk/new/rulings", "/desk/banners", "/desk/corrections")[place % 7::7]:
            assert typed(client, address, [one]) < 500
        assert client.post("/desk/sign-in", data={"name": one, "password": one}).status_code < 500  # the log keeps the name
    plain = "\n".join(one for one in XSS if not any(sign.isdigit() for sign in one) and "{" not in one)
    form = {name: value for name, value in staff.fields(client.get("/desk/part/rulings.last_hour").text).items() if name != "csrf"}
    kept = [one.replace("1", "") for one in XSS if "\u0000" not in one]
    assert staff.post(client, "/desk/part/rulings.last_hour", form | {"text": f"{plain}{''.join(kept[:20])}", "decided": "2025-04-20", "action": "save"}).status_code == 303
    entry = {name: value for name, value in staff.fields(client.get("/desk/entries/new?stated=0&phrasing=能不能带猫").text).items() if name not in ("csrf", "insert", "action")}
    assert staff.post(client, "/desk/entries/new", entry | {"title": kept[1], "answer": "通知没有写。" + "".join(kept[5:9]), "more": kept[2], "action": "save"}).status_code == 303
    name = next(key for key in draft.open_draft(store.open_store(app.extensions["desk"].data), YEAR).document.entries if key.startswith("own_"))
    case = {name_: value for name_, value in staff.fields(client.get("/desk/cases/new").text).items() if name_ not in ("csrf", "action")}
    assert staff.post(client, "/desk/cases/new", case | {"turns": "能不能带猫", "entry": name, "must": "没有写", "note": XSS[0], "action": "save"}).status_code == 303
    until = time.strftime("%Y-%m-%d", time.localtime(time.time() + 2 * 86400))
    for one in XSS[:8]:
        assert staff.post(client, "/desk/banners", {"text": one, "until": f"{until}T18:00"}).status_code < 500
        assert staff.post(client, "/desk/corrections", {"entry": "", "first": "1", "last": "1", "text": one}).status_code < 500
    fields = staff.fields(client.get("/desk/publish").text)
    number = fields.get("revision", "0")
    published = staff.post(client, "/desk/publish", {"why": "".join(XSS[:6]), "revision": number if isinstance(number, str) else number[0]})
    assert published.status_code == 303, staff.re.sub(r"<[^>]+>|\s+", " ", published.text)
    begin_draft(app)
    wait(lambda: len(app.extensions["desk"].current().newest()[0].rulings["last_hour"].text) > 200)  # a worker looks for what is new every other second
    assert typed(client, "/desk/part/facts.theme", XSS[:1]) < 500
    return name


@pytest.fixture
def shown(app, hostile, chromium):
    with served(app) as address:
        page = chromium.new_page()
        page.address, page.troubles = address, []
        page.on("dialog", lambda dialog: (page.troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda message: page.troubles.append(message.text[:300]) if "Content Security Policy" in message.text else None)
        page.add_init_script("document.addEventListener('securitypolicyviolation', (e) => console.error('Content Security Policy: ' + e.violatedDirective + ' ' + e.blockedURI))")
        yield page
        page.close()


def test_no_dialog_and_no_violation_on_any_page(app, client, shown, hostile):
    assert len(XSS) >= 60
    shown.goto(f"{shown.address}/desk/sign-in")
    shown.get_by_label("账号").fill("主任")
    shown.get_by_label("密码").fill(staff.PASSWORD)
    shown.get_by_role("button", name="登录").click()
    opened = 0
    searched = [f"{page}?{urlencode({'q': one, 'question': one, 'who': one, 'add': one, 'phrasing': one, 'entry': one})}"
                for place, one in enumerate(XSS) for page in ("/desk/entries", "/desk/cases", "/desk/audit", "/desk/entries/new", "/desk/corrections", "/faq")[place % 6::6]]
    own = [f"/desk/entries/{hostile}", "/desk/versions/2", "/desk/versions/compare?a=1&b=2", "/faq", "/chat"]
    for path in [*addresses(app, "GET"), *own, *searched]:
        answer = shown.goto(f"{shown.address}{path}")
        assert answer is None or answer.status < 500, path
        assert shown.troubles == [], path
        opened += 1
    shown.goto(f"{shown.address}/chat?day=2025-04-20")
    for one in XSS[:12]:
        before = shown.locator(".bot.bubble:not(.waiting)").count()
        shown.locator("textarea").fill(one)
        shown.locator(".send").click()
        shown.wait_for_function("n => document.querySelectorAll('.bot.bubble:not(.waiting)').length > n", arg=before)  # else the next is sent while the page is swapped
    assert shown.troubles == [] and opened > 90


def test_the_test_would_see_one(shown):
    """The same strings, written raw under the same policy, are seen as violations; without one, as dialogs."""
    policy = {"Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'"}
    shown.route("**/raw", lambda route: route.fulfill(body=f"<!doctype html>{XSS[0]}{XSS[1]}", content_type="text/html", headers=policy))
    shown.route("**/bare", lambda route: route.fulfill(body=f"<!doctype html>{XSS[0]}", content_type="text/html"))
    shown.goto(f"{shown.address}/raw")
    assert any("Content Security Policy" in one for one in shown.troubles)
    shown.goto(f"{shown.address}/bare")
    assert any("dialog" in one for one in shown.troubles)


# -- #18

def schema(app) -> dict[str, str]:
    """The schema of every database, and the accounts that there are."""
    found = {}
    for file in sorted(app.extensions["desk"].data.rglob("*.db")):
        with sqlite3.connect(file) as db:
            rows = db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
            found[file.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
            if file.name == "desk.db":
                found["accounts"] = repr(db.execute("SELECT * FROM account").fetchall())
    return found


@pytest.fixture(autouse=True)
def same_schema(app):
    before = schema(app)
    yield
    assert schema(app) == before and len(before) > 2


def test_sql_asked_over_the_webhook_is_answered_as_words(app):
    assert len(SQL) >= 100 and len(ask(app, SQL)) == len(SQL)


SEARCHED = ("/desk/entries", "/desk/cases", "/desk/audit", "/desk/versions/1", "/desk/versions/compare", "/desk/queue/add", "/desk/digest", "/desk/countdown", "/desk/sign-in", "/faq")


@pytest.mark.parametrize("address", SEARCHED)
def test_sql_in_every_search_filter_and_sort_is_words(client, address):
    for one in SQL:
        status = client.get(address, query_string=dict.fromkeys(BOXES, one)).status_code
        assert status < 500, (address, one)


def test_sql_in_the_query_of_every_page_is_words(app, client):
    for number, address in enumerate(addresses(app, "GET")):
        for one in SQL[number % 15::15]:
            assert client.get(address, query_string=dict.fromkeys(BOXES, one)).status_code < 500, (address, one)


def test_sql_finds_no_more_than_words_would(app, client):
    links = client.get("/desk/entries", query_string={"topic": "没有"}).text.count("/desk/entries/")
    for place, one in enumerate(SQL):
        assert audit.read(app.extensions["desk"].store, who=one) == []
        assert place % 4 or client.get("/desk/entries", query_string={"topic": one}).text.count("/desk/entries/") == links


def test_sql_in_place_of_an_id_is_not_found(client):
    for number, one in enumerate(SQL):
        for pattern in ("/desk/entries/{}", "/desk/part/facts.{}", "/desk/cases/{}", "/desk/table/{}", "/desk/new/{}", "/desk/versions/{}", "/desk/part/{}")[number % 3::3]:
            assert client.get(pattern.format(quote(one, safe=""))).status_code in (303, 308, 404), (pattern, one)


FORMS = ("/desk/part/facts.theme", "/desk/part/facts.apply_window", "/desk/part/rulings.last_hour", "/desk/part/title_rule", "/desk/part/fields.mobile", "/desk/entries/fee_apply", "/desk/entries/new", "/desk/cases/on_last_day",
         "/desk/cases/new", "/desk/table/bands", "/desk/table/attachments", "/desk/table/sections", "/desk/new/facts", "/desk/new/clauses", "/desk/new/fields", "/desk/banners")


@pytest.mark.parametrize("address", FORMS)
def test_sql_in_every_box_of_a_form_is_words(client, address):
    for turn in range(ROUNDS):
        values = SQL[turn * 37 % len(SQL):] + SQL[:turn * 37 % len(SQL)]
        assert typed(client, address, values, "check") < 500


def test_sql_in_every_other_form_is_words(app, client):
    """What is no page with a form of its own: each button's address, all its fields at once."""
    names = ("year", "path", "section", "entry", "text", "until", "first", "last", "question", "name", "revision", "why", "old", "again", "all_looked_at", "seen", "rows", "insert", "type", "id", "action")
    for number, address in enumerate(addresses(app, "POST")):
        if address in ("/desk/me", "/desk/draft/discard", "/desk/sign-in"):
            continue
        for one in SQL[number % 25::25]:
            assert staff.post(client, address, dict.fromkeys(names, one)).status_code < 500, (address, one)


def test_sql_at_the_door_opens_nothing(app):
    for one in SQL[::4]:
        visitor = app.test_client()
        page = visitor.get("/desk/sign-in")
        answer = visitor.post("/desk/sign-in", data={"name": one, "password": one, "csrf": staff.token(page.text), "next": one})
        assert 400 <= answer.status_code < 500 and visitor.get("/desk").status_code == 303
