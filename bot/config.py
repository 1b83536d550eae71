"""Settings: read once from the environment (and a ``.env`` file), each bad value one clear sentence in two languages."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from dotenv import dotenv_values

from bot.shared import link

SECRET_FILE = "secret_key"
THIS_MACHINE = ("127.0.0.1", "::1")
KNOWN = frozenset(
    "WECHAT_TOKEN WECHAT_APP_ID WECHAT_AES_KEY WECHAT_APP_SECRET WECHAT_MODE WECHAT_CUSTOMER_SERVICE WECHAT_TAPPABLE WECHAT_SIGN_ONCE "
    "SECRET_KEY DATA_DIR REDIS_URL PUBLIC_URL PROXIES HOST PORT JOURNAL_DAYS METRICS_TOKEN DESK".split()
)
OURS = ("WECHAT_", "JOURNAL_", "METRICS_")  # a name that starts like ours and is none of ours is a slip of the pen


class Mode(StrEnum):
    """消息加解密方式. A mode refuses posts that are weaker than it names."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


class SettingsError(Exception):
    """What is wrong with the settings: one sentence a problem, fit to be shown to whoever starts the bot."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided. Secrets never show in ``repr``."""

    data_dir: Path
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)
    app_id: str = ""
    aes_key: str = field(default="", repr=False)
    app_secret: str = field(default="", repr=False)
    mode: Mode = Mode.PLAIN
    customer_service: bool = False  # 转人工 hands over to 微信客服 (the account needs the right)
    tappable: bool = False  # choices can be tapped (bizmsgmenu); the numbers stay
    sign_once: bool = False  # a signature that served one plain message serves no other
    redis_url: str = field(default="", repr=False)
    desk: bool = True  # this machine has the staff's desk: it writes the journal and publishes; the others follow
    public_url: str = ""
    proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    host: str = THIS_MACHINE[0]
    port: int = 8000
    journal_days: int = 180
    metrics_token: str = field(default="", repr=False)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; SettingsError lists every problem at once. ``environ`` replaces ``.env`` and all."""
    given = _surroundings() if environ is None else environ
    values = {name: given[name].strip() for name in given if name in KNOWN and given[name]}
    problems = [*_unknown(given), *_secrets(values), *_addresses(values), *_numbers(values), *_mode(values), *_several(values)]
    if problems:
        raise SettingsError(problems)
    data_dir = _data_dir(Path(values.get("DATA_DIR", "instance")))
    key = values.get("WECHAT_AES_KEY", "")
    return Settings(
        data_dir=data_dir,
        secret_key=values.get("SECRET_KEY") or _kept_secret(data_dir),
        token=values.get("WECHAT_TOKEN", ""),
        app_id=values.get("WECHAT_APP_ID", ""),
        aes_key=key,
        app_secret=values.get("WECHAT_APP_SECRET", ""),
        mode=Mode(values.get("WECHAT_MODE") or (Mode.SAFE if key else Mode.PLAIN)),
        customer_service=values.get("WECHAT_CUSTOMER_SERVICE") == "1",
        tappable=values.get("WECHAT_TAPPABLE") == "1",
        sign_once=values.get("WECHAT_SIGN_ONCE") == "1",
        redis_url=values.get("REDIS_URL", ""),
        desk=values.get("DESK", "1") == "1",
        public_url=values.get("PUBLIC_URL", "").rstrip("/"),
        proxies=_networks(values.get("PROXIES", ",".join(THIS_MACHINE))),
        host=values.get("HOST", THIS_MACHINE[0]),
        port=int(values.get("PORT", "8000")),
        journal_days=int(values.get("JOURNAL_DAYS", "180")),
        metrics_token=values.get("METRICS_TOKEN", ""),
    )


def _surroundings() -> dict[str, str]:
    from_file = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return {**from_file, **os.environ}


def _say(name: str, chinese: str, english: str) -> str:
    return f"{name}：{chinese} / {english}"


def _unknown(given: Mapping[str, str]) -> list[str]:
    names = sorted(name for name in given if name.startswith(OURS) and name not in KNOWN)
    return [_say(name, "没有这个设置，请检查拼写。", "there is no such setting; check its spelling.") for name in names]


def _secrets(values: Mapping[str, str]) -> list[str]:
    """Weak or misshapen secrets. The sentence never repeats the value."""
    rules = (
        ("WECHAT_TOKEN", r"[A-Za-z0-9]{3,32}", "须为3至32位字母或数字。", "must be 3 to 32 letters or digits."),
        ("WECHAT_AES_KEY", r"[A-Za-z0-9]{43}", "须为公众平台给出的43位字母或数字。", "must be exactly the 43 letters or digits that the platform shows."),
        ("WECHAT_APP_ID", r"[A-Za-z0-9_]{6,64}", "须为公众平台给出的AppID（wx开头）。", "must be the AppID that the platform shows (wx…)."),
        ("WECHAT_APP_SECRET", r"[A-Za-z0-9]{16,64}", "须为公众平台给出的AppSecret。", "must be the AppSecret that the platform shows."),
        ("SECRET_KEY", r".{32,}", "至少32个字符；不设置则自动生成并保存。", "needs at least 32 characters; leave it out and one is made and kept."),
        ("METRICS_TOKEN", r"\S{16,}", "至少16个字符。", "needs at least 16 characters."),
    )
    problems = [_say(name, cn, en) for name, shape, cn, en in rules if name in values and not re.fullmatch(shape, values[name])]
    if len(secret := values.get("SECRET_KEY", "")) >= 32 and len(set(secret)) < 8:
        problems.append(_say("SECRET_KEY", "太简单，请用随机字符。", "is too simple; use random characters."))
    return problems


def _addresses(values: Mapping[str, str]) -> list[str]:
    rules = (
        ("PUBLIC_URL", r"https?://[^\s/?#]+[^\s?#]*", "须为http://或https://开头的网址。", "must be an address that starts with http:// or https://."),
        ("HOST", r"[A-Za-z0-9_.:\[\]-]+", "须为主机名或IP地址。", "must be a host name or an IP address."),
    )
    problems = [_say(name, cn, en) for name, shape, cn, en in rules if name in values and not re.fullmatch(shape, values[name])]
    if "REDIS_URL" in values and not _redis(values["REDIS_URL"]):
        problems.append(_say("REDIS_URL", "须为redis://、rediss://、unix://、redis+sentinel://或redis+cluster://开头的完整地址。",
                             "must be a whole address that starts with redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://."))
    try:
        _networks(values.get("PROXIES", ",".join(THIS_MACHINE)))
    except ValueError:
        problems.append(_say("PROXIES", "须为IP地址或网段，用逗号隔开。", "must be IP addresses or networks, with commas."))
    return problems


def _networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Addresses and networks, with commas between; ValueError."""
    return tuple(ipaddress.ip_network(one.strip(), strict=False) for one in text.split(","))


def _numbers(values: Mapping[str, str]) -> list[str]:
    problems = []
    for name, low, high in (("PORT", 1, 65535), ("JOURNAL_DAYS", 1, 3650)):
        value = values.get(name, str(low))
        if not (re.fullmatch(r"[0-9]{1,5}", value) and low <= int(value) <= high):
            problems.append(_say(name, f"须为{low}到{high}的整数，现为“{value}”。", f"must be a whole number from {low} to {high}, not {value!r}."))
    for name in ("WECHAT_CUSTOMER_SERVICE", "WECHAT_TAPPABLE", "WECHAT_SIGN_ONCE", "DESK"):
        if values.get(name, "0") not in ("0", "1"):
            problems.append(_say(name, f"须为0或1，现为“{values[name]}”。", f"must be 0 or 1, not {values[name]!r}."))
    return problems


def _mode(values: Mapping[str, str]) -> list[str]:
    mode = values.get("WECHAT_MODE", "")
    problems = []
    if mode and mode not in set(Mode):
        problems.append(_say("WECHAT_MODE", f"须为plain、compatible或safe，现为“{mode}”。", f"must be plain, compatible or safe, not {mode!r}."))
    if mode in (Mode.SAFE, Mode.COMPATIBLE) and "WECHAT_AES_KEY" not in values:
        problems.append(_say("WECHAT_MODE", f"{mode}模式需要WECHAT_AES_KEY。", f"{mode} needs WECHAT_AES_KEY."))
    if "WECHAT_AES_KEY" in values and "WECHAT_APP_ID" not in values:
        problems.append(_say("WECHAT_AES_KEY", "须同时设置WECHAT_APP_ID。", "needs WECHAT_APP_ID beside it."))
    if "WECHAT_AES_KEY" in values and "WECHAT_TOKEN" not in values:
        problems.append(_say("WECHAT_AES_KEY", "须同时设置WECHAT_TOKEN。", "needs WECHAT_TOKEN beside it."))
    return problems


def _several(values: Mapping[str, str]) -> list[str]:
    """What a machine without a desk needs of the one that has it."""
    if values.get("DESK") != "0":
        return []
    return [_say("DESK", f"DESK=0的机器须设置{name}，与有员工台的机器相同。", f"a machine with DESK=0 needs {name}, the same as the one with the desk.")
            for name in ("REDIS_URL", "SECRET_KEY") if name not in values]


def _redis(url: str) -> bool:
    """Whether it is an address of a Redis."""
    try:
        link.parsed(url)
        return bool(re.fullmatch(link.SHAPE, url))
    except ValueError:
        return False


def _data_dir(path: Path) -> Path:
    """The data folder, made where it is missing (0700) and found writable."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = path / f".probe-{os.getpid()}-{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError([_say("DATA_DIR", f"数据目录{path}不能写入（{reason}）。", f"the data folder {path} can't be written ({reason}).")]) from None
    return path.resolve()


def _kept_secret(data_dir: Path) -> str:
    """The key made at the first start, readable by the owner only; workers that start together agree on one."""
    path = data_dir / SECRET_FILE
    if not path.exists():
        draft = data_dir / f".{SECRET_FILE}-{secrets.token_hex(8)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, path)  # atomic, and never over an existing one
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    secret = path.read_text(encoding="ascii").strip()
    if len(secret) < 32:
        raise SettingsError([_say("SECRET_KEY", f"{path}已损坏，删除后重启即可。", f"{path} is damaged; delete it and start again.")])
    return secret
