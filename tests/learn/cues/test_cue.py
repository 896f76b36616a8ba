"""Cues that touch are one; votes are what the manifest keeps."""

from funny.learn.cues.cue import KINDS, Cue, joined
from funny.learn.manifest import Vote


def cue(start_s, end_s, strength=0.5, note=""):
    return Cue("chat", start_s, end_s, start_s, strength, note)


def test_nothing_is_joined_to_nothing():
    assert joined([], 1.0) == []


def test_cues_that_touch_are_one_that_begins_with_the_first_and_is_as_sure_as_the_surest():
    found = joined([cue(10, 12, 0.9, "b"), cue(2, 3), cue(9.5, 9.8, 0.1, "a")], 0.5)
    assert found == [cue(2, 3), Cue("chat", 9.5, 12, 9.5, 0.9, "b")]


def test_one_inside_another_does_not_shorten_it():
    assert joined([cue(0, 10), cue(1, 2)], 0.5)[0].end_s == 10


def test_a_vote_is_rounded_and_never_above_one():
    assert Cue("chat", 0, 1, 0.123456, 1.5, "n").vote == Vote("chat", 1.0, 0.12, "n")


def test_what_is_loud_or_replayed_alone_is_not_enough():
    from funny.learn.candidates import LEAST_STRENGTH

    weak = {kind for kind, worth in KINDS.items() if worth.weight < LEAST_STRENGTH}
    assert weak == {"loudness", "replayed"}
