"""``flask --app wsgi knowledge …``: the notice in and out of the store, for operators. The same rules and gate as the desk's.

Each command says in one line what it did; what is wrong is said in plain words, one line a problem, and ends with exit 1.
"""

from __future__ import annotations

import contextlib
import getpass
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
from flask.cli import with_appcontext

from bot import cli
from handlers.regression import golden
from knowledge import draft, files, publish, schema, store
from knowledge.model import Document
from knowledge.store import Store

SHOWN = 50  # problems or changes that are printed


@click.group("knowledge")
def knowledge() -> None:
    """The notices: import, export, validate, compare, publish, roll back."""


def command(name: str) -> Callable:
    """Decorator: a command of this group, run inside the app, whose troubles are told in one sentence."""
    def decorate(function: Callable) -> click.Command:
        def told(**given):
            with _plain_words():
                return function(**given)
        told.__doc__, told.__click_params__ = function.__doc__, getattr(function, "__click_params__", [])
        return knowledge.command(name)(with_appcontext(told))
    return decorate


def _user() -> str:
    with contextlib.suppress(KeyError, OSError):
        return f"命令行（{getpass.getuser()}）"
    return "命令行"


year = click.option("--year", type=int, help="The notice's year (default: the only one that fits).")
who = click.option("--who", default=_user, help="In whose name (default: the user of this shell).")
a_file = click.Path(dir_okay=False, path_type=Path)


@command("import")
@click.argument("file", type=a_file)
@click.option("--replace", is_flag=True, help="Throw an existing draft away.")
@who
def bring_in(file: Path, replace: bool, who: str) -> None:
    """Make FILE (TOML) the draft of its year. Nothing is published by this."""
    document, kept = schema.load(file), _kept()
    of = document.notice.year
    held = store.read_draft(kept, of)
    if held and not replace:
        raise click.ClickException(f"{of}年的通知已有草稿（{held.who}，第{held.revision}次保存）；要丢弃它，请加 --replace。")
    if held or of in store.in_force(kept):
        draft.save_draft(kept, of, document, held.revision if held else 0, who)
    else:
        draft.begin(kept, document, who)
    click.echo(f"已把{file.name}存为{of}年通知的草稿，还没有发布。")


@command("export")
@click.argument("file", type=a_file)
@year
@click.option("--version", "number", type=int, help="An old version, by its number.")
@click.option("--draft", "of_draft", is_flag=True, help="The draft instead of what is published.")
def take_out(file: Path, year: int | None, number: int | None, of_draft: bool) -> None:
    """Write the notice to FILE as TOML."""
    document, said = _chosen(_kept(), year, number, of_draft)
    _write(file, schema.dump(document))
    click.echo(f"已把{said}写入{file}。")


@command("validate")
@click.argument("file", type=a_file, required=False)
@year
def check(file: Path | None, year: int | None) -> None:
    """Play the gate on FILE, else on the draft, else on what is published."""
    kept = _kept()
    document, said = (schema.load(file), file.name) if file else _chosen(kept, year, None, _has_draft(kept, year))
    others = [publish.document(kept, one.number) for one in store.in_force(kept).values()]
    _refuse(publish.gate(document, golden, others), f"{said}不能发布")
    click.echo(f"{said}没有问题：{len(document.entries)}条答复，{len(document.cases)}道回归题全部答对。")


@command("diff")
@click.argument("one", type=int, required=False)
@click.argument("other", type=int, required=False)
@year
def compare(one: int | None, other: int | None, year: int | None) -> None:
    """What the draft changes; or what differs from version ONE to OTHER (default: the one in force)."""
    kept = _kept()
    if one is None:
        of = _year(kept, year, drafts_first=True)
        force = store.in_force(kept).get(of)
        if force is None:
            raise click.ClickException(f"{of}年的通知还没有发布过，没有可比的。")
        found, said = draft.changes(publish.document(kept, force.number), draft.open_draft(kept, of).document), f"{of}年的草稿与第{force.number}版"
    else:
        other = other or store.in_force(kept)[publish.version(kept, one).year].number
        found, said = publish.compare(kept, one, other), f"第{one}版与第{other}版"
    _lines(str(change) for change in found)
    click.echo(f"{said}相比，有{len(found)}处不同。" if found else f"{said}没有不同。")


@command("publish")
@click.option("--why", required=True, help="Why, for the history.")
@year
@who
def put_in_force(why: str, year: int | None, who: str) -> None:
    """Publish the draft. Refused, with every reason, while anything is wrong."""
    kept = _kept()
    of = _year(kept, year, drafts_first=True)
    made = publish.publish(kept, of, who, why, golden)
    click.echo(f"已发布{of}年的通知：第{made.number}版，改动{len(made.changed)}处，两秒内生效。")


@command("roll-back")
@click.argument("number", type=int)
@click.option("--why", required=True, help="Why, for the history.")
@who
def bring_back(number: int, why: str, who: str) -> None:
    """Put the words of version NUMBER in force again, as a new version."""
    made = publish.roll_back(_kept(), number, who, why)
    click.echo(f"已恢复第{number}版的内容，现在是第{made.number}版，两秒内生效。")


@command("history")
@year
def past(year: int | None) -> None:
    """The versions, newest first."""
    kept = _kept()
    force = {one.number for one in store.in_force(kept).values()}
    versions = publish.history(kept, year)
    for one in versions:
        mark = "→" if one.number in force else " "
        click.echo(f"{mark} 第{one.number}版 {one.year}年 {one.at.astimezone():%Y-%m-%d %H:%M} {one.who}：{one.why}（改动{len(one.changed)}处）")
    click.echo(f"共{len(versions)}版。")


cli.COMMANDS.append(knowledge)


# -- what the commands share

def _kept() -> Store:
    kept = store.open_store(cli.with_desk().data_dir)
    publish.bring_in_packaged(kept)
    return kept


def _has_draft(kept: Store, year: int | None) -> bool:
    return bool(set(store.draft_years(kept)) & ({year} if year else set(store.draft_years(kept))))


def _year(kept: Store, year: int | None, drafts_first: bool) -> int:
    """The year that was named, else the only one that can be meant."""
    known = (drafts_first and store.draft_years(kept)) or sorted(store.in_force(kept))
    if year is None and len(known) == 1:
        return known[0]
    if year is None:
        raise click.ClickException(f"有{'、'.join(map(str, known))}几年的通知，请用 --year 指明年度。")
    return year


def _chosen(kept: Store, year: int | None, number: int | None, of_draft: bool) -> tuple[Document, str]:
    """The notice meant by the options, and how to call it."""
    if number is not None:
        return publish.document(kept, number), f"第{number}版"
    of = _year(kept, year, of_draft)
    if of_draft:
        return draft.open_draft(kept, of).document, f"{of}年的草稿"
    force = store.in_force(kept).get(of)
    if force is None:
        raise click.ClickException(f"没有{of}年的通知。")
    return publish.document(kept, force.number), f"{of}年的通知（第{force.number}版）"


def _write(file: Path, text: str) -> None:
    """Whole or not at all."""
    try:
        files.replace(file, text.encode(), mode=0o666)
    except OSError as error:
        raise click.ClickException(f"不能写入{file}（{error.strerror}）。") from None


def _lines(lines: Iterable[str]) -> None:
    shown = list(lines)
    for line in shown[:SHOWN]:
        click.echo(f"  {line}")
    if len(shown) > SHOWN:
        click.echo(f"  ……另有{len(shown) - SHOWN}处")


def _refuse(problems: list[publish.Problem], said: str) -> None:
    if problems:
        _lines(one.sentence for one in problems)
        raise click.ClickException(f"{said}：有{len(problems)}处问题。")


@contextlib.contextmanager
def _plain_words() -> Iterator[None]:
    """What goes wrong in the store or with a file becomes one sentence."""
    try:
        yield
    except publish.Refused as refused:
        if len(refused.problems) == 1:
            raise click.ClickException(refused.problems[0].sentence) from None
        _refuse(refused.problems, "没有发布")
    except (store.StoreError, schema.KnowledgeError, draft.Conflict) as error:
        raise click.ClickException(str(error)) from None
