"""An index read from a file answers like the one that was built, and is built again whenever it is not the same any more."""

import marshal
import stat
import threading

import pytest

from knowledge import compiled, snapshot
from knowledge.index import Index

KEY = b"words of a notice"


@pytest.fixture(scope="module")
def built():
    return snapshot.packaged().newest()[1]


@pytest.fixture
def builds(built):
    """A builder that counts."""
    def build():
        build.times += 1
        return built
    build.times = 0
    return build


def ranked(index, *question, **more):
    """The hits, the scores as far as they do not depend on the order in which a set is walked."""
    return [(hit.entry, round(hit.score, 9), round(hit.strength, 9), hit.from_context) for hit in index.rank(*question, **more)]


def files(folder):
    return sorted(folder.glob(f"*{compiled.SUFFIX}"))


def test_it_answers_as_the_one_that_was_built(built):
    read = Index.unpacked(marshal.loads(marshal.dumps(built.packed())))
    questions = [text for one in snapshot.packaged().newest()[0].entries.values() for text in (one.title, *one.phrasings[:3])]
    assert len(questions) > 1_000
    for text in (*questions, "副件二在哪下载", "fujian 4 谁填", "成过什么时候申抱"):
        assert read.mend(text) == built.mend(text) and read.exact(text) == built.exact(text)
        assert read.unfamiliar(text, "seal") == built.unfamiliar(text, "seal")
        concepts = read.concepts(text)
        assert concepts == built.concepts(text) and ranked(read, concepts, text) == ranked(built, concepts, text)
        assert ranked(read, concepts, "那班组呢", concepts, leans_on="seal") == ranked(built, concepts, "那班组呢", concepts, leans_on="seal")


BUILDS = {"_read", "_sets", "all", "weight"}  # only what builds an index needs them


def test_nothing_of_it_is_forgotten(built):
    read = Index.unpacked(marshal.loads(marshal.dumps(built.packed())))
    pairs = [(read, built), *((getattr(read, part), getattr(built, part)) for part in ("_concepts", "_sounds", "_wordings"))]
    for one, whole in pairs:
        assert vars(one).keys() == vars(whole).keys() - BUILDS


def test_the_second_process_reads_what_the_first_built(tmp_path, builds, built):
    compiled.index_for(KEY, tmp_path, builds)
    again = compiled.index_for(KEY, tmp_path, builds)
    assert builds.times == 1 and again is not built and again.exact("申报什么时候截止") == built.exact("申报什么时候截止")
    assert [stat.S_IMODE(one.stat().st_mode) for one in files(tmp_path)] == [0o600]


def test_other_words_or_another_builder_need_another_index(tmp_path, builds, monkeypatch):
    compiled.index_for(KEY, tmp_path, builds)
    compiled.index_for(b"other words", tmp_path, builds)
    monkeypatch.setattr(compiled, "_builder", lambda: b"a newer program")
    compiled.index_for(KEY, tmp_path, builds)
    assert builds.times == 3 and len(files(tmp_path)) == 3


@pytest.mark.parametrize("package", ["opencc", "pypinyin"])
def test_other_tables_need_another_index(monkeypatch, package):
    before = compiled._builder()
    installed = compiled.version
    monkeypatch.setattr(compiled, "version", lambda name: "0" if name == package else installed(name))
    compiled._builder.cache_clear()
    try:
        assert compiled._builder() != before
    finally:
        compiled._builder.cache_clear()


@pytest.mark.parametrize("harm", [lambda whole: b"", lambda whole: whole[:-1], lambda whole: whole[:500] + bytes([whole[500] ^ 1]) + whole[501:], lambda whole: b"\0" * 40])
def test_a_damaged_file_is_built_again(tmp_path, builds, harm):
    compiled.index_for(KEY, tmp_path, builds)
    [path] = files(tmp_path)
    path.write_bytes(harm(path.read_bytes()))
    compiled.index_for(KEY, tmp_path, builds)
    compiled.index_for(KEY, tmp_path, builds)
    assert builds.times == 2


def test_a_folder_that_cannot_be_written_costs_no_answer(tmp_path, builds):
    (tmp_path / "file").touch()
    assert compiled.index_for(KEY, tmp_path / "file" / "no folder", builds) and builds.times == 1


def test_those_who_come_together_build_once(tmp_path, builds):
    threads = [threading.Thread(target=compiled.index_for, args=(KEY, tmp_path, builds)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert builds.times == 1


def test_old_files_make_room(tmp_path, builds):
    for number in range(compiled.KEPT + 3):
        compiled.index_for(bytes([number]), tmp_path, builds)
    assert len(files(tmp_path)) == compiled.KEPT and not list(tmp_path.glob("*.tmp"))
