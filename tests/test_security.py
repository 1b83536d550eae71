"""docs/security.md: every item has its line, every test that it names exists; and what no other test holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot import create_app
from test_layers import MODULES, named

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
LEVEL_1 = """1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3 4.1.1 4.4.1
5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2
8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2 9.1.3 9.2.1 10.4.1–10.4.5 11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1""".split()
DANGEROUS = {"subprocess", "pickle", "marshal", "shelve", "code", "pty"}
CALLS = {"eval", "exec", "compile", "os.system", "os.popen", "os.execv", "os.spawnv"}


@pytest.fixture
def client(tmp_path):
    return create_app({"DATA_DIR": str(tmp_path)}).test_client()


@pytest.mark.parametrize("item", LEVEL_1)
def test_every_item_of_level_1_has_its_line(item):
    assert re.search(rf"^\| {re.escape(item)} \| .+ \| (met|not applicable|forced)\b", PAGE.split("## Level 2")[0], re.M)


def test_at_most_five_lines_are_accepted():
    assert len(re.findall(r"\| accepted: .{20,}", PAGE)) <= 5


@pytest.mark.parametrize("file,test", sorted(set(re.findall(r"`(test_\w+\.py)(?:::(test_\w+))?`", PAGE))))
def test_the_tests_that_it_names_are_there(file, test):
    text = (ROOT / "tests" / file).read_text("utf-8")
    assert not test or f"def {test}(" in text


# marshal makes values and no calls; what is read is this program's own file, in the folder that only it can write, whole by its hash.
MAY = {"knowledge/compiled.py": {"marshal"}}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_nothing_runs_commands_or_code(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", "") or ""}
            assert not {name.split(".")[0] for name in names} & DANGEROUS - MAY.get(named(path), set())
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in CALLS, f"line {node.lineno}"


@pytest.mark.parametrize("path", ["/.git/config", "/.env", "/wsgi.py", "/bot/config.py", "/instance/secret_key", "/chat/static/../../config.py", "/chat/static/", "/faq/static/", "/desk/static/..%2f..%2fconfig.py"])
def test_nothing_of_the_source_is_served(client, path):
    assert client.get(path).status_code in (301, 302, 303, 403, 404)


@pytest.mark.parametrize("path", ["/", "/chat", "/wechat", "/health/live", "/desk/sign-in", "/no-such-page"])
def test_trace_is_refused(client, path):
    assert client.open(path, method="TRACE").status_code in (403, 404, 405)


@pytest.mark.parametrize("path", ["/", "/chat", "/faq", "/faq.txt", "/calendar.ics", "/wechat", "/health/live", "/metrics", "/desk/sign-in", "/no-such-page", "/robots.txt", "/chat/static/chat.css"])
def test_every_text_says_its_charset(client, path):
    given = client.get(path).headers["Content-Type"]
    assert re.search(r"charset=utf-8", given, re.I) or not given.startswith("text/")


def test_passwords_are_masked_and_may_be_pasted():
    fields = [found for path in (ROOT / "bot" / "desk").rglob("*.html") for found in re.findall(r"<input[^>]*name=\"?[\w-]*(?:password|old|new|again)[\w-]*\"?[^>]*>", path.read_text("utf-8"))]
    assert fields and all(re.search(r'type="?password', field) for field in fields)
    scripts = " ".join(path.read_text("utf-8") for path in (ROOT / "bot" / "desk").rglob("*.js"))
    assert "paste" not in scripts and all("onpaste" not in field for field in fields)
