"""A run gives tasks out with back-pressure, and whatever happens to one video stays with it."""

from collections import Counter

import pytest

from funny.errors import FunnyError
from funny.fetch.options import FetchOptions
from funny.scale.ended import DONE, FAILED, SAME, THERE
from funny.scale.feed import Feed
from funny.scale.parts import WORK, Parts
from funny.scale.results import Results
from funny.scale.run import Run
from funny.scale.sources import Source
from funny.scale.tally import Tally
from funny.scale.tasks import Answer, Join, Listen, Look, Watch
from funny.scale.team import Done, Lost
from tests.scale.planted import Planted


def run(folder, names, team=None, retries=2, told=None):
    sources = [Source(name, folder / f"{name}.mp4") for name in names]
    feed = Feed(sources, folder / "source", FetchOptions(sites=None), 10)
    tallies = [] if told is None else told
    found = Run(feed, team or Planted(), Results(folder / "out"), retries, tallies.append)
    ended = {one.source.name: one for one in found.ended()}
    feed.close()
    return ended


def states(ended):
    return {name: one.state for name, one in ended.items()}


def lose(what, times, was_begun=True):
    """Loses the worker of a task so often."""
    lost = Counter()

    def trouble(task):
        if what(task) and lost["times"] < times:
            lost["times"] += 1
            return Lost(task, "SIGKILL", was_begun)
        return None

    return trouble


def is_second_stretch(task):
    return isinstance(task, Watch) and task.ticks[0] == 600 and task.video.sha[0] == "a"


def test_every_video_is_looked_at_listened_to_watched_and_joined(tmp_path):
    team = Planted()
    assert states(run(tmp_path, ["a", "b"], team)) == {"a": DONE, "b": DONE}
    kinds = Counter(type(task) for task in team.given)
    assert kinds == {Look: 2, Listen: 2, Watch: 6, Join: 2}
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a-aaaaaaaa", "b-bbbbbbbb"]
    join = next(task for task in team.given if isinstance(task, Join))
    assert join.sound == b"sound"
    assert join.stretches == (b"ticks-0-600", b"ticks-600-1200", b"ticks-1200-end")


def test_the_channel_is_never_given_out_at_once(tmp_path):
    team = Planted(room=3)
    run(tmp_path, [chr(ord("a") + n) for n in range(20)], team)
    assert team.most == 3
    # A video is done before the next ones are begun.
    looks = [task.of for task in team.given if isinstance(task, Look)]
    first_join = next(n for n, task in enumerate(team.given) if isinstance(task, Join))
    assert looks == sorted(looks)
    assert sum(isinstance(task, Look) for task in team.given[:first_join]) <= 4


def test_a_task_whose_worker_is_lost_is_given_out_again(tmp_path):
    team = Planted(lose(is_second_stretch, 2))
    assert states(run(tmp_path, ["a", "b"], team)) == {"a": DONE, "b": DONE}
    assert sum(map(is_second_stretch, team.given)) == 3


def test_a_video_that_takes_every_worker_down_fails_alone(tmp_path):
    team = Planted(lose(is_second_stretch, 99))
    ended = run(tmp_path, ["a", "b"], team)
    assert states(ended) == {"a": FAILED, "b": DONE}
    assert "lost 3 times (SIGKILL)" in ended["a"].problem
    assert sum(map(is_second_stretch, team.given)) == 3
    # Its other parts are worth keeping: there may be more memory next time.
    assert (tmp_path / "out" / WORK).is_dir()


def test_a_task_that_only_waited_for_its_worker_is_not_blamed(tmp_path):
    assert states(run(tmp_path, ["a"], Planted(lose(is_second_stretch, 9, False)))) == {"a": DONE}


@pytest.mark.parametrize("kind", [Look, Listen, Watch, Join])
def test_a_video_that_cannot_be_read_fails_alone_and_at_once(tmp_path, kind):
    def trouble(task):
        is_it = isinstance(task, kind) and (getattr(task, "path", None) or task.video.path)
        return Done(task, Answer(problem="x: why.")) if is_it and is_it.stem == "a" else None

    ended = run(tmp_path, ["a", "b", "c"], Planted(trouble))
    assert states(ended) == {"a": FAILED, "b": DONE, "c": DONE}
    assert ended["a"].problem == "x: why."
    assert not (tmp_path / "out" / WORK).exists()


def test_what_is_there_is_not_done_again(tmp_path):
    first = run(tmp_path, ["a", "b"])
    team = Planted()
    again = run(tmp_path, ["a", "b"], team)
    assert states(again) == {"a": THERE, "b": THERE}
    assert {type(task) for task in team.given} == {Look}
    assert {k: v.result for k, v in again.items()} == {k: v.result for k, v in first.items()}


def test_other_options_or_models_are_done_again(tmp_path):
    run(tmp_path, ["a"])
    assert states(run(tmp_path, ["a"], Planted(stamps=("other",)))) == {"a": DONE}


def test_a_renamed_video_is_there_and_linked_by_its_new_name(tmp_path):
    run(tmp_path, ["a-old"])
    ended = run(tmp_path, ["a-new"])
    assert states(ended) == {"a-new": THERE}
    assert ended["a-new"].result.path == str(tmp_path / "a-new.mp4")


def test_the_same_content_is_done_once(tmp_path):
    team = Planted()
    ended = run(tmp_path, ["a1", "a2", "b"], team)
    assert states(ended) == {"a1": DONE, "a2": SAME, "b": DONE}
    assert "same content as" in ended["a2"].problem
    assert sum(isinstance(task, Join) for task in team.given) == 2


def test_finished_parts_of_a_broken_run_are_used(tmp_path):
    parts = Parts(tmp_path / "out", f"key-{'a' * 64}")
    parts.keep("sound", b"heard before")
    parts.keep("ticks-600-1200", b"seen before")
    team, tallies = Planted(), []
    assert states(run(tmp_path, ["a"], team, told=tallies)) == {"a": DONE}
    assert [type(task) for task in team.given] == [Look, Watch, Watch, Join]
    assert team.given[-1].stretches == (b"ticks-0-600", b"seen before", b"ticks-1200-end")
    assert team.given[-1].sound == b"heard before"
    assert not (tmp_path / "out" / WORK).exists()
    assert tallies[-1].watched_s == tallies[-1].known_s == 400.0


def test_workers_with_other_models_are_never_mixed(tmp_path):
    with pytest.raises(FunnyError, match="other models"):
        run(tmp_path, ["a"], Planted(stamps=("one", "two")))


def test_a_tally_tells_how_far_and_how_fast():
    tally = Tally(done=1, left=2, watched_s=3600, known=2, known_s=7200, unknown=1, elapsed_s=600)
    assert (tally.whole_s, tally.speed, tally.left_s) == (10_800, 6.0, 1200.0)
    assert (Tally().left_s, Tally().speed, Tally().whole_s) == (None, 0.0, 0.0)
