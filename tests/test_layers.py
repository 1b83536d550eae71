"""The floors: imports go down only, and each outside library has one home."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = {"knowledge": 0, "handlers": 1, "bot": 2, "wsgi": 3, "serve": 3}
MODULES = sorted(path for name in FLOORS for path in ([ROOT / f"{name}.py"] if (ROOT / f"{name}.py").is_file() else (ROOT / name).rglob("*.py")))

# Library → where it may be imported: a folder with its slash, or one file.
HOMES = {
    "flask": ("bot/",), "werkzeug": ("bot/",), "jinja2": ("bot/",), "markupsafe": ("bot/",), "click": ("bot/",), "dotenv": ("bot/config.py",),
    "prometheus_client": ("bot/counters.py", "bot/health.py"),
    "wechatpy": ("bot/wechat.py", "bot/wechat_client.py"),
    "redis": ("bot/shared/link.py",),
    "granian": ("serve.py",),
    "rapidfuzz": ("knowledge/wordings.py",), "jieba": ("knowledge/index.py",),
    "pypinyin": ("knowledge/text.py",), "opencc": ("knowledge/text.py",), "ahocorasick": ("knowledge/concepts.py",),
    "tomli_w": ("knowledge/schema.py",),
}
DATABASES = ("sqlite3", "sqlite_utils")
# Files named store.py, and those that hold the SQL of one table of theirs.
STORES = {"bot/journal.py": "the journal's rows", "bot/shared/in_sqlite.py": "what workers share", "bot/shared/writer.py": "lines on their way from Redis", "bot/health.py": "says which SQLite runs"}
OUT_OF_REACH = {"flask", "os", "pathlib", "time", "socket", "logging", "requests", "urllib", "http", "subprocess", "tempfile", "shutil", "sqlite3", "random", "secrets"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it; a relative import counts with its package's name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "" if not node.level else f"{named(path).split('/')[0]}.{node.module or ''}")
    return found


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(path)}


def lives_in(path: Path, homes: tuple[str, ...]) -> bool:
    return any(named(path).startswith(home) if home.endswith("/") else named(path) == home for home in homes)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_go_down_only(path):
    floor = FLOORS[named(path).split("/")[0].removesuffix(".py")]
    above = {name for name in tops(path) if FLOORS.get(name, 0) > floor}
    assert not above, f"{named(path)} imports {above} from a floor above it"


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library):
    strays = [named(path) for path in MODULES if library in tops(path) and not lives_in(path, HOMES[library])]
    assert not strays, f"{library} belongs into {HOMES[library]} only"


def test_only_the_stores_know_sqlite():
    users = {named(path) for path in MODULES if tops(path) & set(DATABASES)}
    assert {name for name in users if not name.endswith("store.py")} <= set(STORES)


@pytest.mark.parametrize("path", [path for path in MODULES if named(path).startswith("handlers/")], ids=named)
def test_handlers_reach_neither_clock_nor_disk_nor_web(path):
    assert not tops(path) & OUT_OF_REACH
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            said = ast.unparse(node.func)
            assert said != "open" and not said.endswith((".now", ".today", ".utcnow", ".read_text", ".read_bytes")), f"line {node.lineno}: {said}"


def test_the_walk_sees_every_floor():
    seen = {named(path).split("/")[0].removesuffix(".py") for path in MODULES}
    assert seen == set(FLOORS)
    assert "bot" in tops(ROOT / "wsgi.py") and "wechatpy" in tops(ROOT / "bot" / "wechat.py")


def texts(path: Path) -> list[str]:
    """The strings of a file that are no docstrings."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    docstrings = {id(node.body[0].value) for node in nodes if isinstance(getattr(node, "body", None), list) and node.body and isinstance(node.body[0], ast.Expr)}
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings]


PAGES = sorted(path for name in ("bot", "handlers") for ending in ("html", "js", "json") for path in (ROOT / name).rglob(f"*.{ending}"))


@pytest.mark.parametrize("path", [*MODULES, *PAGES], ids=named)
def test_no_page_and_no_code_names_a_date_of_one_year(path):
    """Dates come from the notice: what names this year's is wrong next year."""
    said = texts(path) if path.suffix == ".py" else [path.read_text("utf-8")]
    assert not [found[0] for text in said for found in re.finditer(r"20[23]\d\s*[-/年]\s*\d{1,2}", text)]
