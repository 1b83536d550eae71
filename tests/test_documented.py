"""What a stranger needs is written down: settings, commands, tables, families. And nothing stands here that belongs to one machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import msgspec
import pytest

import bot
from bot import config, create_app
from handlers.ask import Family
from knowledge import model, template

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "operator-guide.md"
FORMAT = ROOT / "docs" / "notice-format.md"
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-tools.txt")
FLASKS_OWN = {"run", "shell", "routes"}
RECORDS = [one for one in vars(model).values() if isinstance(one, type) and issubclass(one, model.Record) and one not in (model.Record, model.Document)]
ENUMS = [model.FactType, model.Kind, model.Role, model.Compare]


def words(path: Path) -> str:
    return path.read_text("utf-8")


def in_code(path: Path) -> set[str]:
    """What stands between backticks."""
    return set(re.findall(r"`([^`\n]+)`", words(path)))


def tracked() -> list[Path]:
    """Every file that is, or is about to be, in the repository."""
    try:
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
        names = [name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive
        names = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*")]
        names = [name for name in names if not re.search(r"(^|/)(\.(?!ci)[^/]*|instance|build|dist|node_modules|__pycache__|[^/]*\.egg-info)/", name)]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        try:
            found.append((path.relative_to(ROOT).as_posix(), path.read_text("utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def commands(group, before: str = "") -> list[str]:
    """Every command of ours with the group it is in: ``knowledge import``."""
    found = []
    for name, one in group.commands.items():
        if before or name not in FLASKS_OWN:
            found += commands(one, f"{before}{name} ") if hasattr(one, "commands") else [f"{before}{name}"]
    return found


@pytest.mark.parametrize("name", sorted(config.KNOWN))
def test_a_setting_is_in_the_operators_table(name):
    assert re.search(rf"^\| `{name}` \|", words(GUIDE), re.M), f"{name} is missing in docs/operator-guide.md"


def test_the_operators_table_names_no_setting_that_is_not_there():
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", words(GUIDE), re.M)) == set(config.KNOWN)


def test_every_command_is_in_the_operators_guide(tmp_path):
    app = create_app({"DATA_DIR": str(tmp_path)})
    said = in_code(GUIDE)
    missing = [name for name in commands(app.cli) if not any(one.startswith(f"flask --app wsgi {name}") for one in said)]
    assert not missing


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: one.__name__)
def test_every_key_of_a_table_is_in_the_notice_format(record):
    section = re.search(rf"^##+ [^\n]*\b{record.__name__}\b[^\n]*\n(.*?)(?=^##|\Z)", words(FORMAT), re.M | re.S)
    assert section, f"docs/notice-format.md has no section on {record.__name__}"
    missing = [field.name for field in msgspec.structs.fields(record) if f"`{field.name}`" not in section[1]]
    assert not missing


def test_every_table_of_a_notice_is_in_the_notice_format():
    missing = [field.name for field in msgspec.structs.fields(model.Document) if not re.search(rf"`\[*{field.name}[\].`]", words(FORMAT))]
    assert not missing


@pytest.mark.parametrize("value", [one for enum in ENUMS for one in enum], ids=lambda one: f"{type(one).__name__}-{one}")
def test_every_word_that_may_be_written_is_in_the_notice_format(value):
    assert str(value) in in_code(FORMAT)


def test_every_placeholder_is_in_the_notice_format():
    said = " ".join(in_code(FORMAT))
    assert [name for name in template._GROUPS if f"{{{name}" not in said] == []


@pytest.mark.parametrize("family", Family)
def test_every_family_is_in_the_notice_format(family):
    assert re.search(rf"^\| `{family}` \|", words(FORMAT), re.M)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_two_commands_stand_first(name):
    top = words(ROOT / name).split("\n## ")[0]
    assert "make run" in top and "make test" in top and "docs/chat.png" in words(ROOT / name)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "docs/operator-guide.md", "docs/notice-format.md", "docs/performance.md", "docs/scale.md", "docs/security.md", "docs/staff-guide.zh.md", "CHANGELOG.md", "SECURITY.md"])
def test_a_link_leads_somewhere(name):
    path = ROOT / name
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", words(path))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_changelog_has_this_version():
    assert re.search(rf"^## {re.escape(bot.__version__)}\b", words(ROOT / "CHANGELOG.md"), re.M)


# Nothing of one machine, nothing about how the text came about

# One letter of each stands in brackets, so that this file holds to the rule itself.
ELSEWHERE = (r"/(w[o]rk|r[o]ot)/", r"/h[o]me/\w", r"/t[m]p/\w+_jobs", r"\bf[i]le:///(opt|srv|home)", r"--(extra-)?[i]ndex-url", r"--f[i]nd-links", r"--tr[u]sted-host",
             r"\bp[y]pi\.org", r"p[y]thonhosted", r"r[e]gistry\.npmjs")
HOW_MADE = (r"\bC[E]O\b", r"\bs[u]b-?agent", r"\bl[a]nguage model\b", r"\bth[i]s session\b", r"\bm[y] session\b")


@pytest.mark.parametrize("pattern", ELSEWHERE + HOW_MADE)
def test_no_file_holds_what_belongs_elsewhere(pattern):
    found = [f"{name}: {match[0]}" for name, text in texts() if (match := re.search(pattern, text))]
    assert not found


def test_no_secret_is_in_a_file():
    shapes = (r"-----BEGIN [A-Z ]*PRIVATE KEY-----", r"\bAKIA[0-9A-Z]{16}\b", r"\bghp_[A-Za-z0-9]{36}\b", r"(?m)^(WECHAT_APP_SECRET|SECRET_KEY)=[A-Za-z0-9_-]{16,}$")
    assert [name for name, text in texts() if any(re.search(shape, text) for shape in shapes)] == []
    assert not [path for path in tracked() if path.name in (".env", "secret_key") or path.suffix in (".db", ".pem", ".key")]


# What is installed

def pins(name: str) -> dict[str, str]:
    """Requirement → everything that stands after it up to the next."""
    text = "\n".join(line for line in words(ROOT / name).splitlines() if not line.lstrip().startswith("#"))
    return {match[1]: match[2] for match in re.finditer(r"^([A-Za-z0-9._-]+)(.*(?:\n[ \t].*)*)", text, re.M)}


@pytest.mark.parametrize("name", LOCKS)
def test_everything_installed_is_pinned_and_hashed(name):
    assert pins(name)
    for package, rest in pins(name).items():
        assert re.match(r"==\S+ \\\n", rest), f"{package} is not pinned"
        assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", rest)) >= 1, f"{package} has no hash"
        assert not re.search(r"https?:|git\+", rest), f"{package} comes from an address"


@pytest.mark.parametrize("name", LOCKS)
def test_what_is_asked_for_is_locked(name):
    asked = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", words(ROOT / name.replace(".txt", ".in")), re.M)
    locked = {package.lower().replace("_", "-") for package in pins(name)}
    assert [package for package in asked if package.lower().replace("_", "-") not in locked] == []


def test_every_import_of_ours_is_asked_for():
    """A package that we import by name stands in requirements.in, not only among what others bring along."""
    import sys

    from test_layers import FLOORS, MODULES, tops

    theirs = {"dotenv": "python-dotenv", "PIL": "pillow", "docx": "python-docx", "prometheus_client": "prometheus-client", "tomli_w": "tomli-w", "ahocorasick": "pyahocorasick"}
    bring = {"werkzeug": "flask", "jinja2": "flask", "markupsafe": "flask"}  # part of Flask in all but name
    asked = {one.lower() for one in re.findall(r"^([A-Za-z0-9._-]+)", words(ROOT / "requirements.in"), re.M)}
    used = {name for path in MODULES for name in tops(path)} - set(FLOORS) - set(sys.stdlib_module_names)
    assert {theirs.get(name, bring.get(name, name)) for name in used} <= asked
