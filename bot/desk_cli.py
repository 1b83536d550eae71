"""``flask --app wsgi staff …``: accounts of the desk. The password is asked for twice, or read from standard input."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from bot import cli
from bot.desk import accounts, audit


@click.group("staff")
@with_appcontext
def staff() -> None:
    """Accounts of the staff's desk (/desk)."""
    cli.with_desk()


@staff.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice([str(role) for role in accounts.Role]), required=True, help="编辑 changes the draft, 发布 may publish as well.")
@with_appcontext
def add(name: str, role: str) -> None:
    """Make an account."""
    password = _password()
    _do(accounts.add, name, accounts.Role(role), password)
    audit.write(_store(), "命令行", "", "新增账号", name, role)
    click.echo(f"已新增账号“{name}”（{role}），请到 /desk 登录。")


@staff.command("password")
@click.argument("name")
@with_appcontext
def password(name: str) -> None:
    """Set a new password; the account's sessions end."""
    _do(accounts.change_password, name, _password())
    audit.write(_store(), "命令行", "", "重设密码", name)
    click.echo(f"已重设“{name}”的密码，原有登录全部失效。")


@staff.command("disable")
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let the account in again.")
@with_appcontext
def disable(name: str, undo: bool) -> None:
    """Shut an account out at once."""
    _do(accounts.disable, name, not undo)
    audit.write(_store(), "命令行", "", "恢复账号" if undo else "停用账号", name)
    click.echo(f"已恢复账号“{name}”。" if undo else f"已停用账号“{name}”，原有登录全部失效。")


@staff.command("list")
@with_appcontext
def list_all() -> None:
    """The accounts."""
    for one in accounts.everyone(_store()):
        click.echo(f"{one.name}\t{one.role}{'（已停用）' if one.disabled else ''}")


def _store():
    return current_app.extensions["desk"].store


def _password() -> str:
    if sys.stdin.isatty():
        return click.prompt("密码（至少12个字符）", hide_input=True, confirmation_prompt="再输一次")
    return sys.stdin.readline().rstrip("\r\n")


def _do(work, *arguments: object) -> None:
    try:
        work(_store(), *arguments)
    except accounts.AccountError as error:
        raise click.ClickException(str(error)) from None


cli.COMMANDS.append(staff)
