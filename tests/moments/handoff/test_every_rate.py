"""Every format at every rate, cut and marked, by a reader that is not ours; and the README's table.

The project files are read in `test_projects.py`, which knows timecodes and drop-frame too.
"""

import csv
import json
import re
from io import StringIO
from itertools import accumulate
from pathlib import Path

import pytest
import srt
import webvtt

from funny.moments.handoff.formats import FORMATS, export
from funny.moments.handoff.rates import STANDARD, Rate, can_drop
from funny.moments.handoff.values import CUT, MARK, ExportOptions
from funny.records import Highlight
from tests.moments.handoff.planted import RATES, analysis, frames, source
from tests.moments.handoff.readers import from_markers

PROJECTS = ("edl", "fcpxml", "premiere", "otio")
STARTS_S = (0.4, 100.37, 3700.01, 36_005.25)
FOUND = [Highlight(s, s + 13.31, s + 1, 0.9 - n / 100) for n, s in enumerate(STARTS_S)]
MILLISECOND, SECOND = 0.0006, 1.0


def of_srt(text):
    return [(s.start.total_seconds(), s.end.total_seconds()) for s in srt.parse(text)]


def of_vtt(text):
    return [(seconds(c.start), seconds(c.end)) for c in webvtt.from_string(text)]


def of_labels(text):
    return [(float(a), float(b)) for a, b, _ in csv.reader(StringIO(text), delimiter="\t")]


def of_csv(text):
    rows = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    return [(float(row["start_s"]), float(row["end_s"])) for row in rows]


def of_json(text):
    return [(h["start_s"], h["end_s"]) for h in json.loads(text)["highlights"]]


def of_losslesscut(text):
    return [(s["start"], s["end"]) for s in json.loads(text)["cutSegments"]]


def of_lines(text):
    """Lines as YouTube reads them: a time, then words; whole seconds, and no ends."""
    return [(seconds(line.split(" ")[0]), None) for line in text.splitlines()]


def seconds(text):
    return sum(float(part) * 60**n for n, part in enumerate(reversed(text.split(":"))))


READERS = {
    "srt": (of_srt, MILLISECOND),
    "vtt": (of_vtt, MILLISECOND),
    "audacity": (of_labels, 1e-6),
    "csv": (of_csv, MILLISECOND),
    "json": (of_json, 1e-9),
    "losslesscut": (of_losslesscut, 1e-6),
    "chapters": (of_lines, SECOND),
    "comment": (of_lines, SECOND),
}
every_rate = pytest.mark.parametrize("fps", [fps for _, fps in RATES], ids=[n for n, _ in RATES])


def laid_out(fps, mode):
    """Seconds at which each moment begins and ends: in the video, or frame after frame."""
    if mode == MARK:
        return [(h.start_s, h.end_s) for h in FOUND]
    lengths = [last - first for first, last in (frames(fps, h) for h in FOUND)]
    ends = list(accumulate(lengths))
    return [((end - n) / fps, end / fps) for end, n in zip(ends, lengths, strict=True)]


CASES = [(f.id, mode) for f in FORMATS if f.id in READERS for mode in f.modes]


@every_rate
@pytest.mark.parametrize(("name", "mode"), CASES, ids=["-".join(case) for case in CASES])
def test_lists_name_the_times(name, mode, fps):
    read, exact_s = READERS[name]
    text = export(analysis(FOUND), name, ExportOptions(mode=mode), source(fps)).decode()
    found, wanted = read(text), laid_out(fps, mode)
    if name == "chapters" and found[0] == (0.0, None) and mode == MARK:
        wanted[0] = (0.0, wanted[0][1])
    assert len(found) == len(wanted)
    for (start_s, end_s), (begins_s, ends_s) in zip(found, wanted, strict=True):
        assert start_s == pytest.approx(float(begins_s), abs=exact_s)
        assert end_s is None or end_s == pytest.approx(float(ends_s), abs=exact_s)


@every_rate
@pytest.mark.parametrize("mode", [CUT, MARK])
def test_resolve_gets_every_mark(mode, fps):
    options = ExportOptions(mode=mode)
    text = export(analysis(FOUND), "davinci", options, source(fps)).decode()
    start = Rate(fps, can_drop(fps)).frame_of("01:00:00:00")
    spans = [frames(fps, moment) for moment in FOUND]
    lengths = [last - first for first, last in spans]
    firsts = [0, *accumulate(lengths)][:-1] if mode == CUT else [first for first, _ in spans]
    found = [(first, length) for first, length, _ in from_markers(text, fps, start)]
    assert found == list(zip(firsts, lengths, strict=True))


def test_no_format_is_left_out():
    assert {f.id for f in FORMATS} == {*READERS, *PROJECTS, "davinci"}


README = Path(__file__).parents[3] / "README.md"


def table():
    """The README's rows: modes, rates and reader of each format."""
    text = README.read_text("utf-8")
    head = next(line for line in text.splitlines() if line.startswith("| `--format` |"))
    found = {}
    for line in text[text.index(head) :].split("\n\n")[0].splitlines()[2:]:
        names, _, modes, rates, reader = (cell.strip() for cell in line.strip("|").split("|"))
        for name in re.findall(r"`([a-z]+)`", names):
            found[name] = modes, rates, reader
    return found


def test_the_readmes_table_is_that_of_the_code():
    found = table()
    assert set(found) == {known.id for known in FORMATS}
    for known in FORMATS:
        modes, rates, reader = found[known.id]
        assert set(modes.split(", ")) == set(known.modes), known.id
        assert rates == "all eight" and reader, known.id
    *rates, last = STANDARD
    assert f"The eight are {', '.join(rates)} and {last} frames" in README.read_text("utf-8")
