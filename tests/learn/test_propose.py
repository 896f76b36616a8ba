"""Proposals from planted signs: counts, caps, balance, what stays, what is refused."""

import pytest

from funny.errors import DatasetError, OptionError
from funny.learn.cues.chat import Delay
from funny.learn.cues.cue import Cue
from funny.learn.evidence import Evidence
from funny.learn.manifest import Clip, Manifest, SourceVideo
from funny.learn.propose import ProposeOptions, choose
from funny.learn.tally import tally
from tests.values import signals_of


def laugh(time_s, strength=0.9):
    return Cue("laughter", time_s, time_s + 4, time_s, strength)


def evidence(name, *cues, duration_s=1200.0, notes=(), delay=None):
    video = SourceVideo(name, f"videos/{name}/{name}.mp4", duration_s, "침착맨")
    return Evidence(video, cues, signals_of(round(duration_s * 2)), notes, delay)


def laughs(name, count=6, **more):
    """A video with so many laughs, the later the surer."""
    return evidence(name, *(laugh(100 + 120 * n, 0.8 + n / 100) for n in range(count)), **more)


def propose(folder, *found, kept=None, **options):
    return choose(folder, found, (), ProposeOptions(**options), kept)


def of_class(manifest, name, video=None):
    clips = [clip for clip in manifest.clips if clip.proposed == name]
    return [clip for clip in clips if video in (None, clip.video)]


@pytest.mark.parametrize("options", [{"count": 0}, {"count": -3}, {"per_video": 0}])
def test_counts_below_one_are_refused(options):
    with pytest.raises(OptionError, match="expected a number of at least 1"):
        ProposeOptions(**options)


def test_both_classes_are_of_one_size_and_nobody_labelled_them(tmp_path):
    found = propose(tmp_path, laughs("a"), laughs("b"))
    assert found.counts() == {"funny": 12, "ordinary": 12}
    assert {clip.label for clip in found.clips} == {None}
    assert [video.id for video in found.videos] == ["a", "b"]


def test_the_surest_are_taken(tmp_path):
    found = propose(tmp_path, laughs("a"), count=2)
    assert [clip.votes[0].time_s for clip in of_class(found, "funny")] == [580, 700]


def test_no_video_gives_more_than_twice_its_share(tmp_path):
    videos = [laughs("a", 9), *(laughs(name, 2) for name in "bcde")]
    found = propose(tmp_path, *videos, count=10)
    assert len(of_class(found, "funny", "a")) == 4
    capped = propose(tmp_path, *videos, count=10, per_video=1)
    assert [len(of_class(capped, "funny", name)) for name in "abcde"] == [1] * 5


def test_the_seed_decides_and_order_is_kept(tmp_path):
    first, again, other = (propose(tmp_path, laughs("a"), seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    assert list(first.clips) == sorted(first.clips, key=lambda clip: clip.start_s)


def test_what_no_ordinary_clip_matches_is_left_out_and_said(tmp_path):
    found = propose(tmp_path, laughs("a", 3, duration_s=365.0), laughs("b", 1, duration_s=112.0))
    counts = found.counts()
    assert counts["funny"] == counts["ordinary"]
    crowded = evidence("a", *(laugh(t) for t in range(20, 130, 10)), duration_s=160.0)
    found = propose(tmp_path, crowded)
    assert [note for note in found.notes if note.endswith("no more ordinary time to match them")]


def kept(folder, *clips):
    video = SourceVideo("a", "videos/a/a.mp4", 1200.0)
    return Manifest(folder, (video, SourceVideo("gone", "gone.mp4", 60.0)), clips)


def test_what_was_proposed_before_stays_and_counts(tmp_path):
    before = (
        Clip("mine", "a", 700.0, 706.0, "funny", "ordinary", 0.2),
        Clip("other", "gone", 10.0, 16.0, "ordinary"),
    )
    found = propose(tmp_path, laughs("a"), kept=kept(tmp_path, *before), count=3)
    assert set(before) <= set(found.clips)
    assert [clip.start_s for clip in of_class(found, "funny")] == [457, 577, 700]
    assert len(of_class(found, "ordinary")) == 3
    assert {video.id for video in found.videos} == {"a", "gone"}


def test_proposing_again_changes_nothing(tmp_path):
    once = propose(tmp_path, laughs("a"), count=4)
    again = propose(tmp_path, laughs("a"), kept=once, count=4)
    assert again == once


def test_proposing_more_adds(tmp_path):
    once = propose(tmp_path, laughs("a"), count=2)
    more = propose(tmp_path, laughs("a"), laughs("b"), kept=once, count=8)
    assert set(once.clips) < set(more.clips)
    assert more.counts() == {"funny": 8, "ordinary": 8}


def test_notes_say_what_was_missing_and_where(tmp_path):
    several = [laughs(name, 1, notes=("no live chat",)) for name in "abcdef"]
    several.append(laughs("g", 1, delay=Delay(4.5, True)))
    several.append(laughs("h", 1, delay=Delay(6.0, False)))
    assert propose(tmp_path, *several).notes == (
        "no live chat: a, b, c, d and 2 more",
        "chat comes 4.5 s late, as 1 videos themselves say",
        "chat of 1 videos is taken to come 6 s late",
    )


def test_notes_say_what_lies_at_the_edges(tmp_path):
    start = [Cue(kind, 10, 14, 10, 1.0) for kind in ("laughter", "chat", "subtitle")]
    found = propose(tmp_path, evidence("a", *start, laugh(600)))
    assert found.notes[-1].startswith("1 clips lie near the start or end of their video")
    assert min(of_class(found, "funny"), key=lambda c: c.start_s).strength < 0.5


def test_no_sign_is_an_error_that_says_what_was_missing(tmp_path):
    with pytest.raises(DatasetError) as error:
        propose(tmp_path, evidence("a", notes=("no live chat",)), evidence("b"))
    assert "no sign says that anything is funny (no live chat: a)" in str(error.value)
    assert "Collect videos with live chat" in str(error.value)


def test_no_ordinary_time_is_an_error(tmp_path):
    crowded = evidence("a", *(laugh(t) for t in range(12, 75, 5)), duration_s=80.0)
    with pytest.raises(DatasetError, match=r"nothing ordinary to compare with\. Collect"):
        propose(tmp_path, crowded)


def test_a_tally_of_every_kind(tmp_path):
    both = evidence("a", laugh(100), Cue("chat", 100, 104, 101, 0.5), laugh(400, 0.1), laugh(700))
    rows = {row.cue: row for row in tally([both], propose(tmp_path, both))}
    heard, chat = rows["laughter"], rows["chat"]
    assert (heard.found, heard.clips, heard.alone, heard.strength) == (3, 2, 1, 0.9)
    assert (chat.found, chat.clips, chat.alone, chat.strength) == (1, 1, 0, 0.5)
    assert rows["comment"].found == 0 and "label" not in rows
