"""Files that others read while they are written."""

from __future__ import annotations

import errno
import os

import pytest

from knowledge import files


def test_a_file_is_replaced_and_its_owner_s_alone(tmp_path):
    path = tmp_path / "a"
    for data in (b"one", b"", b"three"):
        files.replace(path, data)
        assert path.read_bytes() == data and path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_one_and_no_draft(tmp_path, monkeypatch, failing):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")
    path = tmp_path / "a"
    files.replace(path, b"old")
    monkeypatch.setattr(os, failing, full)
    with pytest.raises(OSError, match="No space"):
        files.replace(path, b"new")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_none_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        files.replace(tmp_path / "no" / "a", b"x")


def test_the_mark_changes_with_the_file(tmp_path):
    path = tmp_path / "a"
    assert files.mark(path) is None
    files.replace(path, b"one")
    first = files.mark(path)
    assert first == files.mark(str(path))
    files.replace(path, b"two")
    assert files.mark(path) != first
