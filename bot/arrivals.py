"""Everything that arrives: what a push asks, or the friendly line for one that asks nothing in words."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bot import menu
from bot.wechat import Incoming

STICKER = "【收到不支持的消息类型，暂无法显示】"
TYPE_INSTEAD = "请直接用文字把问题发给我，例如：申报什么时候截止？"
LINES = {
    "image": f"图片我看不懂。{TYPE_INSTEAD}\n要检查名单、名称的话，把文字粘贴过来就行。",
    "voice": f"这条语音没有识别出文字。{TYPE_INSTEAD}",
    "video": f"视频我看不了。{TYPE_INSTEAD}",
    "shortvideo": f"视频我看不了。{TYPE_INSTEAD}",
    "location": f"收到位置，不过我只回答通知里的问题。{TYPE_INSTEAD}",
    "link": f"链接我打不开。{TYPE_INSTEAD}\n链接里的内容可以把文字粘贴过来。",
    "file": f"文件我打不开。{TYPE_INSTEAD}\n文件里的名单、名称可以复制文字粘贴过来。",
    "miniprogrampage": f"小程序我打不开。{TYPE_INSTEAD}",
}
UNKNOWN = f"这种消息我看不懂。{TYPE_INSTEAD}"
STICKER_LINE = f"表情我看不懂。{TYPE_INSTEAD}"
EMPTY_LINE = f"没有收到文字。{TYPE_INSTEAD}"
TOO_MANY = "您发得太快啦，请过一分钟再问，我一直在。"
OUT_OF_ORDER = "抱歉，现在无法回答，请稍后再问一次。"  # said only where no notice could be loaded at all


class Does(StrEnum):
    """What a push calls for."""

    ASK = "ask"  # `text` is a question
    WELCOME = "welcome"
    SAY = "say"  # `text` is the reply
    ERASE = "erase"  # delete what is kept of `person`
    NOTHING = "nothing"


class Arrival(msgspec.Struct, frozen=True):
    """What a push means to the bot."""

    does: Does
    text: str = ""
    person: str = ""


_NOTHING = Arrival(Does.NOTHING)
_WELCOME = Arrival(Does.WELCOME)


def meaning(message: Incoming) -> Arrival:
    """What ``message`` calls for; nothing is an error here, an unknown kind has its line too."""
    if message.type == "event":
        return _event(message)
    if message.type == "text":
        return _text(message.text)
    if message.type == "voice" and message.text:
        return Arrival(Does.ASK, message.text)
    return Arrival(Does.SAY, LINES.get(message.type, UNKNOWN))


def _text(text: str) -> Arrival:
    if text == STICKER:
        return Arrival(Does.SAY, STICKER_LINE)
    return Arrival(Does.ASK, text) if text else Arrival(Does.SAY, EMPTY_LINE)


def _event(message: Incoming) -> Arrival:
    match message.event:
        case "subscribe" | "scan":  # by QR code too; a follower who scans it is greeted likewise
            return _WELCOME
        case "click":
            says = menu.meanings().get(message.event_key, "")
            return Arrival(Does.ASK, says) if says else _WELCOME
        case "unsubscribe":
            return Arrival(Does.ERASE, person=message.sender)
        case "user_authorization_revoke" | "user_authorization_cancellation":
            return Arrival(Does.ERASE, person=message.person or message.sender)
        case _:  # view, location, templates sent …: nothing that we say would be shown, or wanted
            return _NOTHING
