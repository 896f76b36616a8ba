"""A video that is done in tasks gives the timeline of one that is analysed as a whole."""

from dataclasses import replace

import numpy as np
import pytest

from funny import store
from funny.extract import stretches, watching
from funny.extract.cache import SignalCache
from funny.pipeline import Analyzer
from funny.scale.doing import Doer
from funny.scale.summary import POINTS, curve_of
from funny.scale.tasks import Join, Listen, Look, Recall, Watch
from tests.extract.test_stretches import ANEW_TICKS, alone, empty, film, joined_by_a_larger
from tests.media import Sound, sine, write_media
from tests.scale.channel import OPTIONS, assert_same


@pytest.fixture(autouse=True)
def often(monkeypatch):
    """The whole picture is looked at anew every 8 s."""
    for module in (watching, stretches):
        monkeypatch.setattr(module, "ANEW_TICKS", ANEW_TICKS)


@pytest.fixture(scope="module")
def doer():
    return Doer(OPTIONS, 1)


def given(answer):
    assert not answer.problem
    return answer.value


def done(doer, path):
    """All tasks of a video, the last stretch first."""
    looked = given(doer.answer(Look(0, path)))
    watched = {t: given(doer.answer(Watch(0, looked.video, t))) for t in looked.stretches[::-1]}
    sound = given(doer.answer(Listen(0, looked.video)))
    parts = tuple(watched[ticks] for ticks in looked.stretches)
    return looked, given(doer.answer(Join(0, looked.video, sound, parts)))


def saved(made, folder):
    folder.mkdir()
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
    return store.load(folder)


@pytest.mark.parametrize(
    ("scene", "quick"),
    [
        pytest.param(empty, False, id="empty"),
        pytest.param(alone, True, id="alone-quick"),
        pytest.param(joined_by_a_larger, False, id="joined"),
    ],
)
def test_tasks_give_the_timeline_of_the_whole(tmp_path, scene, quick):
    options = replace(OPTIONS, quick=quick)
    video, doer = film(tmp_path, scene), Doer(options, 1)
    looked, made = done(doer, video.path)
    assert len(looked.stretches) == 5
    assert_same(saved(made, tmp_path / "a"), Analyzer(options).analyze(video.path))


def test_a_sound_without_a_picture_is_one_stretch(tmp_path, doer):
    path = tmp_path / "a.wav"
    write_media(path, None, Sound(sine(0.3, 20)))
    looked, made = done(doer, path)
    assert looked.stretches == ((0, None),)
    assert_same(saved(made, tmp_path / "a"), Analyzer(OPTIONS).analyze(path))


def test_a_summary_tells_of_every_moment_in_both_languages(tmp_path, doer):
    video = film(tmp_path, alone)
    looked, made = done(doer, video.path)
    analysis = saved(made, tmp_path / "a")
    told = made.summary["moments"]
    assert len(told) == len(analysis.highlights) > 0
    assert [m["score"] for m in told] == [round(h.score, 4) for h in analysis.highlights]
    assert {m["text"] == m["text_ko"] for m in told if m["reasons"]} <= {False}
    assert made.summary["sha"] == looked.video.sha == analysis.video.sha


def test_what_an_analysis_has_read_is_not_read_again(tmp_path):
    options = replace(OPTIONS, cache=True)
    video, doer = film(tmp_path, empty), Doer(options, 1)
    assert not given(doer.answer(Look(0, video.path))).is_known
    analysis = Analyzer(options).analyze(video.path)
    looked = given(doer.answer(Look(0, video.path)))
    assert looked.is_known
    made = given(doer.answer(Recall(0, looked.video)))
    assert_same(saved(made, tmp_path / "a"), analysis)


def test_what_a_batch_has_read_an_analysis_does_not_read_again(tmp_path, monkeypatch):
    options = replace(OPTIONS, cache=True)
    video = film(tmp_path, empty)
    _, made = done(Doer(options, 1), video.path)

    def refuse(*_):
        raise AssertionError("the video was read again")

    monkeypatch.setattr(SignalCache, "write", refuse)
    assert_same(saved(made, tmp_path / "a"), Analyzer(options).analyze(video.path))


def test_what_goes_wrong_is_one_sentence(tmp_path, doer, monkeypatch):
    (tmp_path / "a.mp4").write_bytes(b"nothing to see")
    missing = doer.answer(Look(0, tmp_path / "b.mp4")).problem
    damaged = doer.answer(Look(0, tmp_path / "a.mp4")).problem
    assert "no such file" in missing and "convert it to mp4" in damaged
    monkeypatch.setattr("funny.scale.doing.probe", lambda _: 1 / 0)
    odd = doer.answer(Look(0, tmp_path / "a.mp4")).problem
    assert odd.startswith(f"{tmp_path / 'a.mp4'}: cannot be analysed (ZeroDivisionError")


def test_a_stamp_tells_options_apart_that_change_results(doer):
    def stamp(**other):
        return Doer(replace(OPTIONS, **other), 1).loaded.stamp

    assert stamp() == doer.loaded.stamp == stamp(cache=True)
    assert len({stamp(), stamp(threshold=0.2), stamp(quick=True), stamp(head="conv1d")}) == 4


def test_a_curve_keeps_its_peaks():
    scores = np.zeros(10 * POINTS + 3)
    scores[777] = 0.93
    curve = curve_of(scores)
    assert (len(curve), max(curve), sum(v > 0 for v in curve)) == (POINTS, 93, 1)
    assert curve_of(np.array([0.5, 1.0])) == [50, 100]
    assert curve_of(np.zeros(0)) == []


@pytest.mark.parametrize("ticks", [POINTS + 1, POINTS * 3 // 2, POINTS * 2 - 1, POINTS * 7 + 5])
def test_a_peak_of_a_curve_is_where_it_is_in_the_video(ticks):
    for at in (0, ticks // 2, ticks - ticks // 5, ticks - 1):
        curve = curve_of(np.eye(ticks)[at])
        assert curve.index(100) / len(curve) == pytest.approx(at / ticks, abs=1.01 / POINTS)


def test_a_missing_track_is_told_of_the_video(tmp_path):
    doer = Doer(replace(OPTIONS, audio_track=3), 1)
    video = film(tmp_path, empty)
    looked = given(doer.answer(Look(0, video.path)))
    assert "--audio-track 3" in doer.answer(Listen(0, looked.video)).problem
