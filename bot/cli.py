"""``flask --app wsgi …``: ask, play, purge, erase. Each says in one line what it did, or in plain words what is wrong."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from bot import DAY, journal, render, turn
from bot.config import Settings
from bot.explain import understood
from bot.memory import Memory
from bot.store import StoreDown, checkpoint
from handlers.conversation import Conversation
from handlers.regression import CaseError, Failure, play, read_cases
from knowledge.snapshot import Snapshot

COMMANDS: list[click.Command] = []  # other files add groups: knowledge, staff, menu, backup …


def register(app: Flask) -> None:
    """Give the app its commands."""
    from bot import digest, knowledge_cli, menu_cli  # noqa: F401  (their commands register themselves)

    for command in COMMANDS:
        app.cli.add_command(command)


def snapshot_in_force() -> Snapshot:
    """The published snapshot; a plain sentence and a non-zero exit where there is none."""
    try:
        return current_app.extensions["bot"]["current"]()
    except Exception as error:
        raise click.ClickException(f"读不到已发布的通知（{type(error).__name__}）：{error}") from None


def memory() -> Memory:
    return current_app.extensions["bot"]["memory"]


def with_desk() -> Settings:
    """The settings of the machine that has what this command is about; a plain sentence and a non-zero exit on one that only follows."""
    settings = current_app.extensions["bot"]["settings"]
    if not settings.desk:
        raise click.ClickException("这台机器只跟随别的机器发布的内容（DESK=0），请在有员工台的机器上运行。")
    return settings


def command(name: str):
    """Decorator: a command of ours, run inside the app."""
    def decorate(function):
        made = click.command(name)(with_appcontext(function))
        COMMANDS.append(made)
        return made
    return decorate


@command("ask")
@click.argument("text")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day of the question, as YEAR-MONTH-DAY (default: today).")
def ask(text: str, day: dt.datetime | None) -> None:
    """Ask one question; print the reply and what was understood."""
    now = dt.datetime.now(turn.SHANGHAI)
    if day:
        now = now.replace(year=day.year, month=day.month, day=day.day)
    taken = turn.take(text, Conversation(), snapshot_in_force(), now)
    click.echo(taken.shown)
    click.echo("")
    for label, value in understood(taken.answer, snapshot_in_force()):
        click.echo(f"  {label}：{value}")


@command("play")
@click.argument("cases", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--family", multiple=True, help="Only cases of these families.")
@click.option("--show", default=20, show_default=True, help="Print the first N failures.")
@click.option("--at-least", default=100.0, show_default=True, help="Exit 1 below this percentage.")
def play_cases(cases: tuple[Path, ...], family: tuple[str, ...], show: int, at_least: float) -> None:
    """Play CASES (JSON lines) through the pipeline and judge every last reply."""
    try:
        chosen = [one for path in cases for one in read_cases(path.read_text("utf-8").split("\n"), str(path)) if not family or one.family in family]
    except (OSError, UnicodeDecodeError, CaseError) as error:
        raise click.ClickException(f"读不了回归题：{error}") from None
    if not chosen:
        raise click.ClickException("没有可以运行的回归题。")
    results = list(play(chosen, snapshot_in_force(), lambda text: render.page(text)[0]))
    failures = [result for result in results if result]
    for failure in failures[:show]:
        _show(failure)
    _by_family(chosen, failures)
    right = 100 * (1 - len(failures) / len(chosen))
    click.echo(f"共{len(chosen)}题，答对{len(chosen) - len(failures)}题，{right:.1f}%")
    if right < at_least:
        raise SystemExit(1)


def _show(failure: Failure) -> None:
    click.echo(f"{failure.case.id} [{failure.case.family}] {' → '.join(failure.case.turns)[:160]}")
    click.echo(f"  回复：{' '.join(failure.reply.split())[:160]}")
    for reason in failure.reasons:
        click.echo(f"  {reason}")


def _by_family(cases: list, failures: list[Failure]) -> None:
    for family in dict.fromkeys(case.family for case in cases):
        count = sum(case.family == family for case in cases)
        wrong = sum(failure.case.family == family for failure in failures)
        click.echo(f"{family:<10}{count - wrong:>4}/{count}")


@command("purge")
@click.option("--days", type=click.IntRange(0), help="Older than this many days (default: JOURNAL_DAYS).")
def purge(days: int | None) -> None:
    """Delete journal lines that are past their time, and replies and conversations that are over."""
    settings = with_desk()
    keep = settings.journal_days if days is None else days
    clock = time.time()
    with _disk():
        lines = journal.purge(memory().store, clock - keep * DAY)
        others = memory().tidy(clock)
        memory().store.use(checkpoint, True)
    click.echo(f"已删除{keep}天前的问答记录{lines}条、过期的回复和对话{others}条。")


@command("erase")
@click.argument("openid")
def erase(openid: str) -> None:
    """Delete everything kept of one person."""
    with _disk():
        person = memory().hashed(openid)
        memory().shared.check()
        rows = memory().erase(person)
        if rows is None:
            raise click.ClickException("数据库暂时不能写入，未删除，请稍后再试。")
        rows += journal.erase(memory().store, person)  # those that came here from Redis
    click.echo(f"已删除此人的记录{rows}条。")


class _disk:
    """A failing disk becomes a plain sentence."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, StoreDown):
            raise click.ClickException(f"数据库暂时不能使用（{error}），请稍后再试。") from None
