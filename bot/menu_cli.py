"""``flask --app wsgi menu push``: sends the account's menu to WeChat. Without ``--yes`` it only shows what would be sent."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
from flask import current_app
from flask.cli import with_appcontext

from bot import cli, menu
from bot.config import Settings
from bot.deadline import DeadlineExceeded, within

LONGEST = 40.0  # seconds, whatever the other side does


@click.group("menu")
def group() -> None:
    """The account's menu (自定义菜单)."""


@group.command("push")
@click.option("--yes", is_flag=True, help="Send it. Without this nothing is sent.")
@with_appcontext
def push(yes: bool) -> None:
    """Show the menu as WeChat gets it; with --yes make it the account's menu."""
    body = menu.as_json(_sound(menu.FILE))
    if not yes:
        click.echo(body.decode())
        click.echo("以上是将要发送的内容，没有发送；加 --yes 才推送。", err=True)
        return
    _send(current_app.extensions["bot"]["settings"], body)
    click.echo("菜单已推送。手机上最多五分钟后更新；取消关注再关注可以立即看到。")


def _sound(path: Path) -> menu.Menu:
    """The menu, or its problems in words and a non-zero exit."""
    try:
        read = menu.read(path)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise click.ClickException(f"读不了{path.name}：{error}") from None
    if found := menu.problems(read):
        raise click.ClickException("\n".join([f"{path.name}有{len(found)}处不对，没有发送：", *found]))
    return read


def _send(settings: Settings, body: bytes) -> None:
    from bot import wechat_client

    missing = [name for name, given in (("WECHAT_APP_ID", settings.app_id), ("WECHAT_APP_SECRET", settings.app_secret)) if not given]
    if missing:
        raise click.ClickException(f"推送菜单需要设置{'和'.join(missing)}。")
    try:
        within(LONGEST, wechat_client.push_menu, settings, body)
    except wechat_client.Failed as failed:
        raise click.ClickException(f"没有推送成功：{failed}") from None
    except DeadlineExceeded:
        raise click.ClickException("没有推送成功：微信回答得太慢，请稍后再试。") from None


cli.COMMANDS.append(group)
