"""Nobody reaches another visitor's work: not by a guess, not by a request of their own making."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.corpus.canaries import canaries
from tests.serving import App
from tests.strangers import files, mutations, names, places, sessions, uploads
from tests.strangers.asking import Visitor
from tests.strangers.scene import Scene
from tests.strangers.victim import NAME, Victim, private_video

GROUPS = {
    "disturb": list(sessions.disturbing()),  # first, while the victim's second video is read
    "name": list(names.attempts()),
    "place": list(places.attempts()),
    "file": list(files.attempts()),
    "upload": list(uploads.attempts()),
    "session": list(sessions.attempts()),
}
ATTEMPTS = [
    pytest.param(attempt, id=f"{group}-{kind}"[:90])
    for group, attempts in GROUPS.items()
    for kind, attempt in attempts
]


@pytest.fixture(scope="module")
def scene(tmp_path_factory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("strangers")
    (folder / "temporary").mkdir()
    usual = {"TMPDIR": str(folder / "temporary"), "FUNNY_PER_MINUTE": "900000"}
    with App(folder, **usual) as app, canaries(folder) as both:
        victim = Victim(Visitor(app.address), app.state, folder).work()
        attacker = Visitor(app.address)
        own = Victim(attacker, app.state, folder)
        player = own.uploaded("own.mp4", private_video(folder / "own.mp4", 40, 2))
        marks, before = victim.marks(), victim.unchanging()
        victim.begin_another()
        yield Scene(app.state, victim, attacker, player, both, marks, before)


def test_there_are_hundreds_of_attempts_each_unlike_the_others():
    assert len(ATTEMPTS) >= 200
    assert all(len(dict(attempts)) == len(attempts) for attempts in GROUPS.values())


def test_every_function_that_takes_a_name_is_tried(scene):
    parts = {
        part["id"]: part["props"].get("elem_id") for part in scene.attacker.config["components"]
    }
    taking = [
        function["api_name"]
        for function in scene.attacker.config["dependencies"]
        if function["backend_fn"] and "job" in [parts[number] for number in function["inputs"]]
    ]
    untried = set(taking) - set(names.known_names())
    assert untried == {"_analyze", "_analyze_1"}  # begin work of one's own, whatever the name


def test_the_victim_reads_all_of_it_by_the_same_means(scene):
    """So whatever comes out is noticed."""
    seen = scene.victim.seen()
    content = [scene.victim.visitor.get(url) for url in scene.victim.files_in(seen)]
    found = {mark for said in (seen, *content) for mark in scene.leaks(replace(said, asked=b""))}
    assert found == set(scene.marks)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_stranger_learns_nothing(scene, attempt):
    said = attempt(scene)
    assert scene.leaks(said) == [] and scene.faults(said) == []


def test_no_place_of_the_server_is_served_whether_it_tells_of_the_victim_or_not(scene):
    served = [kind for kind, go in GROUPS["place"] if not 400 <= go(scene).status < 500]
    assert served == []


@pytest.mark.torture
def test_a_stranger_learns_nothing_by_thousands_of_torn_requests(scene):
    for kind, attempt in mutations.attempts(seed=0, count=3000):
        said = attempt(scene)
        assert scene.leaks(said) == [] and scene.faults(said) == [], kind


@pytest.mark.parametrize("function", ["cut", "_cut", "answer"])
def test_a_name_of_nobody_is_refused_like_what_is_no_name(scene, function):
    event, job = scene.attacker.named(function), scene.victim.job
    guesses = [job[:-1], job.swapcase(), "A" * 22, "", "../x", "\0", None, [job], 7]
    said = [scene.attacker.do(event, scene.inputs(event, guess)) for guess in guesses]
    refusals = {_without_echo(one.text) for one in said}
    assert len(refusals) == 1 and {one.status for one in said} == {200}


def _without_echo(text: str) -> str:
    (error,) = re.findall(r'"error":("[^"]*")', text)
    return re.sub(r"(analysis ).*", r"\1", error)


@pytest.mark.parametrize("name", uploads.NAMES.values(), ids=uploads.NAMES)
def test_an_upload_lies_among_uploads_whatever_its_name(scene, name):
    said = scene.attacker.upload(name.format(**scene.places), b"not a video of anybody")
    assert all(path.parents[1] == scene.state / "uploads" for path in uploads.landed(said))


def test_after_all_that_the_victims_work_is_whole(scene):
    while set(scene.victim.jobs()) & {"queued", "running"}:
        time.sleep(0.2)
    assert "cancelled" not in scene.victim.jobs()
    assert scene.victim.unchanging() == scene.before
    assert (
        Path(scene.victim.player["path"]).read_bytes() == (scene.victim.folder / NAME).read_bytes()
    )


def test_the_server_asked_nobody_and_wrote_nothing_elsewhere(scene):
    assert scene.canaries.asked == [] and not scene.canaries.opened.is_set()
    assert {path.name for path in scene.state.iterdir()} <= {"desk", "uploads"}
    assert list(scene.victim.folder.rglob("*escaped*")) == [
        path for path in (scene.state / "uploads").rglob("*escaped*")
    ]
