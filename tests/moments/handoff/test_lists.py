"""Lists of times, read back by the rules of the programs that take them."""

import csv
import itertools
import json
import re
from datetime import timedelta
from io import StringIO

import pytest
import srt
import webvtt

from funny.errors import OptionError
from funny.moments.handoff.formats import export, exported
from funny.moments.handoff.lists import CHAPTER_S
from funny.moments.handoff.values import ExportOptions
from funny.records import Highlight
from tests.moments.handoff.planted import FOUND, KEPT, LENGTH_S, analysis, source

TITLES = ["Funny #3", "Funny #2", "Funny #1"]


def made(name, found=None, length_s=LENGTH_S, **options):
    """The text of an export."""
    given = analysis(FOUND if found is None else found, length_s)
    return export(given, name, ExportOptions(**options), source()).decode()


def moments(*starts_s, score=0.9):
    """Moments of five seconds, each a little less funny than the one before."""
    return [Highlight(s, s + 5, s + 1, score - n / 100) for n, s in enumerate(starts_s)]


def chapters(text):
    """Seconds and titles, by YouTube's rules: first at 0:00, three at least, 10 s apart."""
    found = [re.fullmatch(r"(?:(\d+):)?(\d?\d):(\d\d) (\S.*)", line) for line in text.splitlines()]
    assert all(found)
    times = [3600 * int(m[1] or 0) + 60 * int(m[2]) + int(m[3]) for m in found]
    assert times[0] == 0 and len(times) >= 3
    assert all(b - a >= 10 for a, b in itertools.pairwise(times))
    return list(zip(times, (m[4] for m in found), strict=True))


def test_chapters_name_the_moments():
    assert chapters(made("chapters")) == [
        (0, "Funny #3"),
        (60, "Funny #2"),
        (36_005, "Funny #1"),
    ]


def test_what_comes_before_the_first_moment_is_a_chapter():
    found = chapters(made("chapters", moments(60, 120)))
    assert found == [(0, "Start"), (60, "Funny #1"), (120, "Funny #2")]


def test_of_two_moments_too_close_the_funnier_has_the_chapter():
    given = analysis(moments(100, 300, 92, 109, 310), 400)
    file = exported(given, "chapters", ExportOptions())
    found = chapters(file.content.decode())
    assert found == [(0, "Start"), (100, "Funny #1"), (300, "Funny #2"), (310, "Funny #5")]
    assert "2 moments" in file.notes[0]


def test_the_last_chapter_is_long_enough():
    [*_, last] = chapters(made("chapters", moments(50, 60, 90.5), 99.9))
    assert last == (60, "Funny #2")


@pytest.mark.parametrize("found", [moments(60), moments(3, 9), moments(60, 65)])
def test_too_few_chapters_are_refused(found):
    with pytest.raises(OptionError, match="3 on, 10 s apart"):
        made("chapters", found)
    assert CHAPTER_S == 10


def test_subtitles_are_subtitles():
    found = list(srt.parse(made("srt"), ignore_errors=False))
    assert [s.index for s in found] == [1, 2, 3]
    assert [s.content.split("\n")[0] for s in found] == TITLES
    for subtitle, moment in zip(found, KEPT, strict=True):
        assert abs(subtitle.start - timedelta(seconds=moment.start_s)) <= timedelta(milliseconds=1)
        assert abs(subtitle.end - timedelta(seconds=moment.end_s)) <= timedelta(milliseconds=1)


def test_web_subtitles_are_web_subtitles():
    found = webvtt.from_string(made("vtt"))
    assert [caption.lines[0] for caption in found] == TITLES
    assert [caption.start for caption in found] == ["00:00:00.333", "00:01:00.000", "10:00:05.250"]
    assert [caption.end for caption in found] == ["00:00:04.000", "00:01:15.125", "10:00:12.500"]


def test_labels_are_parted_by_tabs():
    rows = list(csv.reader(StringIO(made("audacity")), delimiter="\t"))
    assert [(float(a), float(b)) for a, b, _ in rows] == [
        (pytest.approx(m.start_s, abs=1e-6), pytest.approx(m.end_s, abs=1e-6)) for m in KEPT
    ]
    assert [text.split(":")[0] for _, _, text in rows] == TITLES


def test_losslesscut_gets_segments_and_the_files_name():
    project = json.loads(made("losslesscut"))
    assert project["version"] == 1 and project["mediaFileName"] == "긴 방송 #1 100%.mp4"
    spans = [(segment["start"], segment["end"]) for segment in project["cutSegments"]]
    assert spans == [(m.start_s, m.end_s) for m in KEPT]


def test_a_comment_holds_times_that_become_links():
    lines = made("comment").splitlines()
    assert [line.split(" ")[0] for line in lines] == ["0:00", "1:00", "10:00:05"]
    assert lines[2] == "10:00:05 Funny #1: score 0.95; happiness 0.10 → 0.90; loudness +11 dB"


def test_a_table_holds_every_moment():
    rows = list(csv.DictReader(StringIO(made("csv", only_kept=False).removeprefix("\ufeff"))))
    assert [row["rank"] for row in rows] == ["3", "2", "4", "1"]
    assert [row["kept"] for row in rows] == ["yes", "yes", "no", "yes"]
    assert [row["start"] for row in rows] == ["00:00:00", "00:01:00", "00:10:00", "10:00:05"]


def test_programs_get_the_moments_and_why():
    content = json.loads(made("json", handles_s=1.0))
    assert content["schema"] == "funny.highlights/1"
    assert content["video"]["duration_s"] == LENGTH_S
    first, *_, last = content["highlights"]
    assert (first["start_s"], first["end_s"]) == (0.0, 5.0)
    assert first["without_handles"] == [1 / 3, 4.0]
    assert [r["signal"] for r in last["reason_details"]] == ["happiness", "loudness"]


@pytest.mark.parametrize("name", ["chapters", "srt", "vtt", "audacity", "comment"])
def test_words_are_korean_where_that_is_asked_for(name):
    text = made(name, language="ko")
    assert "웃긴 순간 #1" in text and "Funny" not in text
    assert name == "chapters" or ("기쁨" in text and "happiness" not in text)


@pytest.mark.parametrize("name", ["chapters", "srt", "vtt", "audacity", "comment", "davinci"])
def test_times_are_of_the_timeline_where_it_is_cut(name):
    found = [*moments(100, 300, 500, 700)]
    text = made(
        name,
        [h.__class__(h.start_s, h.start_s + 20, h.peak_s, h.score) for h in found],
        length_s=1000.0,
        mode="cut",
    )
    wanted = {
        "chapters": "0:20 Funny #2",
        "srt": "00:00:20,000 --> 00:00:40,000",
        "vtt": "00:00:20.000 --> 00:00:40.000",
        "audacity": "20.000000\t40.000000",
        "comment": "0:20 Funny #2",
        "davinci": "01:00:20:00 01:00:20:01",
    }
    assert wanted[name] in text
