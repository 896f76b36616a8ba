"""Labelled sets → manifests."""

import csv
import json

import pytest

from funny.errors import DatasetError, MediaError
from funny.learn.importers.sets import ImportOptions, import_set
from funny.learn.manifest import load_manifest

LENGTH_S = 120.0


@pytest.fixture
def videos(tmp_path):
    folder = tmp_path / "videos"
    folder.mkdir()
    return folder


def put(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def bring(kind, files, videos, length_s=LENGTH_S, **options):
    out = videos.parent / "out"
    return import_set(kind, files, videos, out, lambda path: length_s, ImportOptions(**options))


def show(path, *laughs, words=116):
    """A show of a word a second; after some of them people laugh for three seconds."""
    rows, time_s = [], 2.0
    for number in range(words):
        is_laugh = number in laughs
        rows.append((f"w{number}", json.dumps([time_s, time_s + 0.8]), "L" if is_laugh else "O"))
        time_s += 4.0 if is_laugh else 1.0
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("text", "timestamp", "label"), *rows])
    return path


def test_stand_up_laughs_after_the_labelled_word(videos):
    put(videos, "-abc_DEFghi.mp4")
    found = bring("standup4ai", [show(videos / "-abc_DEFghi.csv", 30, 60, words=100)], videos)
    funny = [clip for clip in found.clips if clip.label == "funny"]
    assert [clip.votes[0].time_s for clip in funny] == [32.8, 65.8]
    assert [(clip.start_s, clip.length_s) for clip in funny] == [(30.0, 6.0), (63.0, 6.0)]
    assert funny[0].votes[0].note == "laughter after: w23 w24 w25 w26 w27 w28 w29 w30"
    assert found.counts() == {"funny": 2, "ordinary": 2}
    assert found.notes == ("labels of StandUp4AI: `funny` is where an audience laughs",)


def test_where_nobody_speaks_nothing_is_ordinary(videos):
    put(videos, "a.mp4")
    found = bring("standup4ai", [show(videos / "a.csv", 10, words=50)], videos)
    (ordinary,) = [clip for clip in found.clips if clip.label == "ordinary"]
    assert ordinary.end_s <= 60


@pytest.mark.parametrize(
    ("labels", "spans"),
    [
        ("OOOOOOOO", []),
        ("OOLOOOOO", [(2.8, 3.0)]),
        ("OLLLOOOO", [(1.8, 4.0)]),
        ("OUUOOOOO", [(1.8, 2.0), (2.8, 3.0)]),
        ("OBILBLOO", [(1.8, 4.0), (4.8, 6.0)]),
        ("OOOOOOOL", [(7.8, 7.8)]),
    ],
)
def test_runs_of_labels(labels, spans):
    from funny.learn.importers.standup4ai import Word, laughs

    words = [Word("w", float(n), n + 0.8, label) for n, label in enumerate(labels)]
    assert [(cue.start_s, cue.end_s) for cue in laughs(words)] == spans


def test_a_word_that_was_stretched_over_the_laughter_does_not_hide_it():
    from funny.learn.importers.standup4ai import Word, laughs

    (found,) = laughs([Word("w", 10.0, 16.0, "L"), Word("w", 16.1, 16.5, "O")])
    assert (found.start_s, found.end_s) == (11.0, 16.1)


def test_damaged_words_are_counted(videos):
    put(videos, "a.mp4")
    path = show(videos / "a.csv", 30, words=100)
    path.write_text(path.read_text() + 'x,"[1, soon]",O\ny,,O\n"z')
    assert "3 damaged rows passed over: a" in bring("standup4ai", [path], videos).notes


def test_a_list_of_shows_tells_their_channel(videos):
    put(videos, "a.mp4")
    rows = "url,title,channel\nhttps://www.youtube.com/watch?v=a,t,Montreux\n"
    (videos / "list.csv").write_text(rows)
    files = [videos / "list.csv", show(videos / "a.csv", 30)]
    assert bring("standup4ai", files, videos).videos[0].streamer == "Montreux"


LINES = {
    f"1_{n}": {"utterance": f"u{n}", "speaker": "A", "show": "BBT", "sarcasm": n % 2 == 0}
    for n in range(6)
}


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "sarcasm_data.json"
    path.write_text(json.dumps(LINES))
    return path


@pytest.mark.parametrize(
    ("length_s", "span"), [(5.0, (0, 5)), (6.9, (0, 6.5)), (7.0, (0, 7)), (12.3, (5, 12))]
)
def test_the_point_of_a_line_is_at_its_end(videos, lines, length_s, span):
    put(videos, "1_0.mp4", "1_1.mp4")
    found = bring("mustard", [lines], videos, length_s)
    assert [(clip.start_s, clip.end_s) for clip in found.clips] == [span, span]
    assert [clip.label for clip in found.clips] == ["funny", "ordinary"]
    assert found.videos[0].streamer == "BBT"
    assert found.clips[0].votes[0].note == "A: u0"


def test_lines_that_are_too_short_are_said(videos, lines):
    put(videos, "1_0.mp4")
    with pytest.raises(DatasetError, match="1 videos are shorter than a clip"):
        bring("mustard", [lines], videos, 3.0)


def test_absent_videos_are_said(videos, lines):
    put(videos, "1_0.mp4", "1_3.mp4")
    notes = bring("mustard", [lines], videos).notes
    assert notes[1].startswith("4 of 6 videos are not in")
    assert notes[1].endswith(": 1_1, 1_2, 1_4, 1_5")


def test_so_many_of_each_class(videos, lines):
    put(videos, *(f"{name}.mp4" for name in LINES))
    found = bring("mustard", [lines], videos, count=2)
    assert found.counts() == {"funny": 2, "ordinary": 2}
    assert len(found.videos) == 4
    assert found != bring("mustard", [lines], videos, count=2, seed=1)


def test_labels_may_be_left_to_people(videos, lines):
    put(videos, "1_0.mp4")
    (clip,) = bring("mustard", [lines], videos, is_labelled=False).clips
    assert (clip.proposed, clip.label) == ("funny", None)


def replays(peaks=(40, 80)):
    return [1.0, *(0.9 if second in peaks else 0.1 for second in range(1, 120))]


def markers():
    return {
        "heatMarkers": [
            {
                "heatMarkerRenderer": {
                    "timeRangeStartMillis": 1000 * second,
                    "markerDurationMillis": 1000,
                    "heatMarkerIntensityScoreNormalized": value,
                }
            }
            for second, value in enumerate(replays())
        ]
    }


def info():
    bins = [{"start_time": n, "end_time": n + 1, "value": v} for n, v in enumerate(replays())]
    return {"id": "abcdefghijk", "webpage_url": "https://a", "heatmap": bins}


@pytest.mark.parametrize(
    ("files", "kinds"),
    [
        pytest.param({"train0026_ORaA_abcdefghijk.json": markers()}, "markers", id="markers"),
        pytest.param({"a.info.json": info()}, "info", id="info"),
        pytest.param({"scores.json": {"abcdefghijk": replays()}}, "scores", id="scores"),
        pytest.param(
            {
                "scores.json": {"video_1": replays()},
                "metadata.csv": "video_id,youtube_id\nvideo_1,abcdefghijk\n",
            },
            "set",
            id="scores-and-metadata",
        ),
    ],
)
def test_replays(videos, files, kinds):
    put(videos, "Title [abcdefghijk].mp4")
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (videos.parent / name).write_text(text)
    found = bring("mr-hisum", [videos.parent / name for name in files], videos)
    funny = [clip for clip in found.clips if clip.label == "funny"]
    assert [clip.start_s for clip in funny] == [37.0, 77.0]
    assert found.notes[0].endswith("`funny` is replayed often, which is not the same")
    assert found.counts()["ordinary"] == 2


def test_a_manifest_that_is_there_is_not_replaced(videos, lines):
    put(videos, "1_0.mp4")
    found = bring("mustard", [lines], videos)
    found.save()
    assert load_manifest(found.folder) == found
    with pytest.raises(DatasetError, match=r"is there already\. Choose another folder"):
        bring("mustard", [lines], videos)


def test_videos_in_folders_of_their_id_and_relative_inside_the_dataset(tmp_path, lines):
    out = tmp_path / "out"
    put(out / "videos", "1_0/whatever.mp4")
    found = import_set("mustard", [lines], out / "videos", out, lambda path: 6.0)
    assert found.videos[0].path == "videos/1_0/whatever.mp4"


def test_a_video_that_cannot_be_read_is_passed_over(videos, lines):
    put(videos, "1_0.mp4", "1_1.mp4")

    def lengths(path):
        if path.stem == "1_0":
            raise MediaError("1_0.mp4: is empty.")
        return 6.0

    found = import_set("mustard", [lines], videos, videos.parent / "out", lengths)
    assert [video.id for video in found.videos] == ["1_1"]
    assert "passed over: 1_0.mp4: is empty." in found.notes


@pytest.mark.parametrize(
    ("kind", "name", "text", "message"),
    [
        pytest.param("standup4ai", "a.csv", None, "a.csv: cannot be read", id="no-file"),
        pytest.param(
            "standup4ai", "a.csv", "a,b\n1,2\n", "expected the columns text", id="columns"
        ),
        pytest.param("mustard", "a.json", "{", "cannot be read as MUStARD", id="torn"),
        pytest.param("mustard", "a.json", "[]", "cannot be read as MUStARD", id="list"),
        pytest.param("mustard", "a.json", '{"a": {}}', "'a': expected sarcasm true", id="no-label"),
        pytest.param("mr-hisum", "a.h5", "x", "make JSON of it first", id="h5"),
        pytest.param("mr-hisum", "a.csv", "a,b\n1,2\n", "expected columns video_id", id="metadata"),
        pytest.param("mr-hisum", "a.json", "[]", "is no info.json", id="other-json"),
        pytest.param("mr-hisum", "a.json", '{"zzz": [1]}', "are not in", id="no-video"),
    ],
)
def test_files_that_are_something_else_are_named(videos, kind, name, text, message):
    put(videos, "a.mp4")
    path = videos.parent / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(DatasetError) as error:
        bring(kind, [path], videos)
    assert message in str(error.value)


def test_a_folder_without_videos_is_named(videos, lines):
    with pytest.raises(DatasetError, match=r"holds no videos\. Fetch those of the set"):
        bring("mustard", [lines], videos)
