"""Fonts that carry Chinese: found on the system, with a clear sentence where there is none."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageFont

PLACES = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts")
# File names, the best first: regular, bold. A file of several families is asked for the simplified Chinese one.
KNOWN = (
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"), ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf"), ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"),
    ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"), ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"), ("SourceHanSansCN-Regular.otf", "SourceHanSansCN-Bold.otf"),
    ("PingFang.ttc", "PingFang.ttc"), ("msyh.ttc", "msyhbd.ttc"), ("wqy-microhei.ttc", "wqy-microhei.ttc"), ("wqy-zenhei.ttc", "wqy-zenhei.ttc"), ("uming.ttc", "uming.ttc"),
    ("simhei.ttf", "simhei.ttf"), ("simsun.ttc", "simsun.ttc"), ("DroidSansFallbackFull.ttf", "DroidSansFallbackFull.ttf"),
    ("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"), ("STHeiti Light.ttc", "STHeiti Medium.ttc"), ("Hiragino Sans GB.ttc", "Hiragino Sans GB.ttc"),
)
MISSING = "这台服务器上没有中文字体，画不出图片。请安装一种，如：apt-get install fonts-noto-cjk，然后重启。 / No Chinese font on this server: install one, e.g. fonts-noto-cjk."


class NoChineseFont(Exception):
    """No font with Chinese on this machine; the message says what to do."""


def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The regular or bold font at ``size`` pixels. NoChineseFont."""
    from PIL import ImageFont
    path, index = _found(bold)
    return ImageFont.truetype(path, size, index=index)


@lru_cache(maxsize=2)
def _found(bold: bool) -> tuple[str, int]:
    files = _files()
    for regular, heavy in KNOWN:
        for name in (heavy, regular) if bold else (regular,):
            if name.lower() in files:
                return files[name.lower()], _simplified(files[name.lower()])
    raise NoChineseFont(MISSING)


def _files() -> dict[str, str]:
    """File name → path, for every font file on the system."""
    found: dict[str, str] = {}
    for place in PLACES:
        for folder, _, names in os.walk(Path(place).expanduser()):
            for name in names:
                found.setdefault(name.lower(), str(Path(folder) / name))
    return found


def _simplified(path: str) -> int:
    """Which font of a collection is the simplified Chinese one."""
    if not path.endswith(".ttc"):
        return 0
    from PIL import ImageFont
    for index in range(12):
        try:
            family = ImageFont.truetype(path, 12, index=index).getname()[0] or ""
        except OSError:
            break
        if family.endswith((" SC", " CN", "GB")) and "Mono" not in family:
            return index
    return 0
