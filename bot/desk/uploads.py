"""Uploaded workbooks: looked through before anything opens them, kept in one folder for the confirmation, then deleted."""

from __future__ import annotations

import hashlib
import os
import re
import time
import zipfile
from io import BytesIO
from pathlib import Path

AT_MOST = 10 << 20  # bytes
UNPACKED_AT_MOST = 100 << 20
PARTS_AT_MOST = 2000
KEPT = 3600.0  # seconds between the dry run and the import
FORBIDDEN = re.compile(r"vbaproject|/macrosheets/|/externallinks/|/connections\.xml|/querytables/|/embeddings/|/activex/|/ctrlprops/", re.I)
EXTERNAL = re.compile(rb'<Relationship\b[^>]*TargetMode\s*=\s*["\']External["\'][^>]*>', re.I)


class Hostile(ValueError):
    """A file that is not opened; the message is a sentence."""


def look_through(data: bytes) -> None:
    """Hostile unless the file is a plain workbook of a sensible size, without macros, entities and links to elsewhere."""
    if len(data) > AT_MOST:
        raise Hostile("文件超过10MB，请删去不用的内容。")
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
            _sizes(parts)
            for part in parts:
                _part(part.filename, packed.read(part))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
        if isinstance(error, Hostile):
            raise
        raise Hostile("这不是能读的 .xlsx 文件，请在 Excel 里另存为“Excel 工作簿（.xlsx）”。") from None
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise Hostile("这不是 Excel 工作簿（.xlsx）。")


def _sizes(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > PARTS_AT_MOST or sum(part.file_size for part in parts) > UNPACKED_AT_MOST:
        raise Hostile("文件解开后太大，没有打开。")
    if len({part.filename for part in parts}) != len(parts):
        raise Hostile("文件里有重名的部分，没有打开。")


def _part(name: str, content: bytes) -> None:
    if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
        raise Hostile("文件里有不正常的路径，没有打开。")
    if FORBIDDEN.search(f"/{name}"):
        raise Hostile("文件里有宏、嵌入对象或指向别处的链接，没有打开。请另存为不带宏的 .xlsx。")
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        return
    head = content[:200]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head or re.search(rb"encoding\s*=\s*[\"'](?!utf-?8|us-ascii)", head, re.I):
        raise Hostile("文件的编码不正常，没有打开。")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Hostile("文件里有实体定义，没有打开。")
    if b"macroEnabled" in content and name == "[Content_Types].xml":
        raise Hostile("文件里有宏，没有打开。请另存为不带宏的 .xlsx。")
    if any(b"hyperlink" not in one[0].lower() for one in EXTERNAL.finditer(content)):
        raise Hostile("文件里有指向别处的链接，没有打开。")


def keep(folder: Path, data: bytes) -> str:
    """Keep the file for the confirmation; the name under which it is found again."""
    folder.mkdir(mode=0o700, exist_ok=True)
    _tidy(folder)
    name = hashlib.sha256(data).hexdigest()
    with open(os.open(folder / f"{name}.xlsx", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
        out.write(data)
    return name


def kept(folder: Path, name: str) -> bytes | None:
    """The file kept under that name."""
    path = folder / f"{name}.xlsx"
    if not re.fullmatch("[0-9a-f]{64}", name) or not path.is_file():
        return None
    return path.read_bytes()


def drop(folder: Path, name: str) -> None:
    if re.fullmatch("[0-9a-f]{64}", name):
        (folder / f"{name}.xlsx").unlink(missing_ok=True)


def _tidy(folder: Path) -> None:
    for path in folder.glob("*.xlsx"):
        if time.time() - path.stat().st_mtime > KEPT:
            path.unlink(missing_ok=True)
