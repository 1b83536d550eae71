"""The column of names in a pasted sheet of people: 序号, 姓名, 性别, 职务, cells parted by tabs."""

from __future__ import annotations

from handlers.pasting.surnames import is_dotted, is_foreign_name, is_name

HEADINGS = frozenset("姓名 名字 人员 人员姓名 成员 成员姓名 员工姓名 小组成员 班组成员 完成人 完成人姓名 主要完成人 主要完成人姓名 主要完成人员".split())
ROWS_AT_MOST = 400


def column_of_names(text: str) -> list[str]:
    """The names of a sheet: the cells below 姓名, or those of the only column that holds names; [] where there is no sheet."""
    rows = [[cell.strip() for cell in line.split("\t")] for line in text.split("\n")[:ROWS_AT_MOST] if line.strip()]
    if len(rows) < 2 or min(map(len, rows)) < 2:
        return []
    at = next((place for place, cell in enumerate(rows[0]) if "".join(cell.split()) in HEADINGS), None)
    if at is not None:
        return [row[at] for row in rows[1:] if at < len(row) and row[at]]
    columns = [place for place in range(min(map(len, rows))) if all(_may_be_name(row[place]) for row in rows)]
    return [row[columns[0]] for row in rows] if len(columns) == 1 else []


def _may_be_name(cell: str) -> bool:
    """张 三 too: a blank for alignment is judged where the list is read."""
    bare = "".join(cell.split())
    return is_name(bare) or is_foreign_name(bare) or is_dotted(bare)
