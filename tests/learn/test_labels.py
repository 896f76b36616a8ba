"""What was answered is on the disk: after a kill, a torn journal, damage, and a full disk."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from funny.errors import DatasetError
from funny.learn.labels import LOG, NAME, Answer, Labels, read_answers

WRITER = """
import sys
from pathlib import Path
from funny.learn.labels import Answer, Labels

folder, who, first, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with Labels(folder) as labels:
    print("ready", flush=True)
    for n in range(first, first + count):
        labels.add(Answer(who, f"c{n}", "funny", 0.0, 6.0, 1.0, float(n)))
        print(f"c{n}", flush=True)
"""


def answer(clip, label="funny", annotator="anna", **changes):
    return replace(Answer(annotator, clip, label, 1.0, 7.0, 2.5, 100.0), **changes)


def said(folder, **how):
    with Labels(folder) as labels:
        return [a.clip for a in labels.answers(**how)]


@pytest.fixture
def folder(tmp_path):
    """A dataset with five answers, the last of which was taken back."""
    with Labels(tmp_path) as labels:
        for n in range(5):
            labels.add(answer(f"c{n}"))
        labels.undo("anna")
    return tmp_path


FIVE, FOUR = [f"c{n}" for n in range(5)], [f"c{n}" for n in range(4)]


def test_nobody_said_anything(tmp_path):
    assert read_answers(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_an_answer_comes_back_as_it_was_given(tmp_path):
    given = answer("침착맨-1", "ordinary", "안나", start_s=0.5, end_s=6.25, took_s=1.75)
    with Labels(tmp_path) as labels:
        kept = labels.add(given)
    assert replace(kept, uid="") == given
    assert read_answers(tmp_path) == [kept]


@pytest.mark.parametrize("label", ["", "Funny", "1", "none"])
def test_what_is_no_label_is_refused(tmp_path, label):
    with Labels(tmp_path) as labels, pytest.raises(DatasetError, match="expected funny, ordinary"):
        labels.add(answer("c1", label))
    assert read_answers(tmp_path) == []


def test_numbers_of_any_kind_are_kept_as_they_are_read(tmp_path):
    given = answer("c1", start_s=1, end_s=np.float32(7.5), took_s=np.float64(2), at_s=10**9)
    with Labels(tmp_path) as labels:
        kept = labels.add(given)
    assert read_answers(tmp_path) == [kept]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_time_is_refused(value):
    with pytest.raises(DatasetError, match="took_s: expected finite"):
        answer("c1", took_s=value)


def test_undo_marks_and_deletes_nothing(folder):
    assert said(folder) == FOUR
    assert said(folder, undone=True) == FIVE


def test_undo_takes_back_the_last_that_holds_of_this_person_alone(tmp_path):
    with Labels(tmp_path) as labels:
        for clip, who in (("a", "anna"), ("b", "anna"), ("c", "ben")):
            labels.add(answer(clip, annotator=who))
        assert [labels.undo("anna").clip for _ in range(2)] == ["b", "a"]
        assert labels.undo("anna") is None
        assert [a.clip for a in labels.answers()] == ["c"]


# Damage


def garbled(name, at=0.5):
    def damage(folder):
        path = folder / name
        content = bytearray(path.read_bytes())
        first = int(len(content) * at)
        content[first : first + 200] = os.urandom(len(content[first : first + 200]))
        path.write_bytes(content)

    return damage


def changed(old, new):
    def damage(folder):
        path = folder / NAME
        content = path.read_bytes()
        assert old.encode() in content
        path.write_bytes(content.replace(old.encode(), new.encode("latin-1")))

    return damage


def cut(name, share):
    def damage(folder):
        path = folder / name
        os.truncate(path, int(path.stat().st_size * share))

    return damage


def torn_line(folder):
    with (folder / LOG).open("ab") as log:
        log.write(b'\n0badc0de {"answer": {"annotator": "an')


def without_table(folder):
    with sqlite3.connect(folder / NAME) as base:
        base.execute("DROP TABLE answers")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda f: None, id="none"),
        pytest.param(garbled(NAME, 0), id="database-without-a-head"),
        pytest.param(garbled(NAME, 0.3), id="database-with-a-garbled-page"),
        pytest.param(changed("c2", "c8"), id="database-with-another-letter"),
        pytest.param(changed("anna", "ann\xff"), id="database-with-no-letter"),
        pytest.param(cut(NAME, 0.5), id="half-a-database"),
        pytest.param(cut(NAME, 0), id="empty-database"),
        pytest.param(lambda f: (f / NAME).write_text("not a database" * 99), id="something-else"),
        pytest.param(lambda f: (f / NAME).unlink(), id="no-database"),
        pytest.param(without_table, id="no-table"),
        pytest.param(lambda f: (f / LOG).unlink(), id="no-log"),
        pytest.param(garbled(LOG, 0.4), id="garbled-log"),
        pytest.param(cut(LOG, 0.7), id="cut-log"),
        pytest.param(torn_line, id="torn-line"),
    ],
)
def test_what_is_damaged_is_mended_from_the_other(folder, damage):
    damage(folder)
    assert said(folder) == FOUR
    assert sorted(said(folder, undone=True)) == FIVE
    with Labels(folder) as labels:
        assert labels.notes == []  # all is as it should be by now
        labels.add(answer("c5"))
    assert said(folder) == [*FOUR, "c5"]


@pytest.mark.parametrize("share", [0, 0.1, 0.4, 0.9, 0.99])
@pytest.mark.parametrize("damage", [cut, garbled], ids=["cut", "garbled"])
def test_a_torn_journal_loses_nothing(tmp_path, share, damage):
    there, copy = tmp_path / "there", tmp_path / "copy"
    with Labels(there) as labels:
        for n in range(40):
            labels.add(answer(f"c{n}"))
        shutil.copytree(there, copy)  # as a power cut would leave it: nobody closed it
    journal = f"{NAME}-wal"
    assert (copy / journal).stat().st_size > 0
    damage(journal, share)(copy)
    assert said(copy) == [f"c{n}" for n in range(40)]


def test_a_damaged_database_is_set_aside_and_told_of(folder):
    garbled(NAME, 0)(folder)
    before = (folder / NAME).read_bytes()
    with Labels(folder) as labels:
        [aside] = folder.glob(f"{NAME}.damaged-*[0-9]")
        assert any("set aside as " + aside.name in note for note in labels.notes)
    assert aside.read_bytes() == before


def test_two_damaged_databases_are_both_kept(folder):
    for _ in range(2):
        garbled(NAME, 0)(folder)
        assert said(folder) == FOUR
    assert len(list(folder.glob(f"{NAME}.damaged-*[0-9]"))) == 2


# Other processes


def writer(folder, who, first=0, count=10_000):
    command = [sys.executable, "-c", WRITER, str(folder), who, str(first), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_killed_writer_loses_nothing_that_it_told_of(tmp_path):
    told = []
    for _ in range(4):
        process = writer(tmp_path, "anna", first=len(told))
        assert process.stdout.readline() == "ready\n"
        told += [process.stdout.readline().strip() for _ in range(20)]
        time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        told += process.stdout.read().split()
        process.wait()
        kept = said(tmp_path)
        assert kept[: len(told)] == told
        # What was on its way may be there, and no more than that.
        assert len(kept) <= len(told) + 1
        told = kept


def test_several_processes_write_at_once(tmp_path):
    people = ("anna", "ben", "cho")
    processes = [writer(tmp_path, who, count=40) for who in people]
    assert [process.wait(120) for process in processes] == [0, 0, 0]
    answers = read_answers(tmp_path)
    for who in people:
        assert [a.clip for a in answers if a.annotator == who] == [f"c{n}" for n in range(40)]


FULL = """
import resource, sys
from pathlib import Path
from funny.errors import DatasetError
from funny.learn.labels import Answer, Labels

with Labels(Path(sys.argv[1])) as labels:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    try:
        for n in range(1000):
            labels.add(Answer("anna", f"c{n}", "funny", 0.0, 6.0, 1.0, float(n)))
            print(f"c{n}", flush=True)
    except DatasetError as error:
        print("told:", error)
"""


@pytest.mark.parametrize("room", [4_000, 20_000, 60_000])
def test_a_full_disk_is_told_and_loses_nothing(tmp_path, room):
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path), str(room)], capture_output=True, text=True
    )
    *told, message = done.stdout.splitlines()
    assert message.startswith("told:") and "answered before is kept" in message
    assert said(tmp_path)[: len(told)] == told
    with Labels(tmp_path) as labels:
        labels.add(answer("after"))
    assert said(tmp_path)[-1] == "after"


def test_a_folder_that_cannot_be_one(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DatasetError, match="file"):
        Labels(tmp_path / "file")


# Two files


def test_the_answers_of_another_file_are_taken_over_once(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    with Labels(other) as labels:
        labels.add(answer("c0", "ordinary", "ben"))
        labels.add(answer("c9", "ordinary", "ben"))
        labels.undo("ben")
    with Labels(folder) as labels:
        assert labels.take_over(other / NAME) == 2
        assert labels.take_over(other) == 0
        assert [a.clip for a in labels.answers() if a.annotator == "ben"] == ["c0"]
    garbled(NAME, 0)(folder)
    assert said(folder) == [*FOUR, "c0"]  # they are in the log, too


def test_what_was_taken_back_later_is_taken_back_here(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    with Labels(other) as theirs, Labels(folder) as ours:
        theirs.add(answer("c7", annotator="ben"))
        ours.take_over(other)
        theirs.undo("ben")
        ours.take_over(other)
    assert "c7" not in said(folder)
    assert "c7" in said(folder, undone=True)


def test_no_other_file(folder, tmp_path_factory):
    empty = tmp_path_factory.mktemp("empty")
    with Labels(folder) as labels, pytest.raises(DatasetError, match=f"holds no {NAME}"):
        labels.take_over(empty)
    assert list(empty.iterdir()) == []


def test_the_next_answer_waits_for_nobody(tmp_path):
    """An answer is kept, and the next clip known, far sooner than a person notices."""
    with Labels(tmp_path) as labels:
        for n in range(50):
            labels.add(answer(f"c{n}"))
        assert labels.answered("anna") == {f"c{n}" for n in range(50)}
        assert labels.answered("ben") == set()


def test_the_file_is_plain_sqlite(folder):
    path = Path(folder) / NAME
    with sqlite3.connect(path) as base:
        rows = base.execute("SELECT clip, label, undone_s IS NULL FROM answers").fetchall()
    assert rows == [(clip, "funny", int(clip != "c4")) for clip in FIVE]
