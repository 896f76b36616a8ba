"""`funny weights`, and what `funny analyze` makes of weights, as whole programs.

They reach a Hub on loopback and nothing else: the authors' server is behind a proxy that is not
there, or that never answers.
"""

import hashlib
import json
import re
import socket
from itertools import product, takewhile

import pytest

from funny.cli import main
from funny.weights.folders import EMBEDDED, VA_MTL, WEIGHTS, models_folder
from tests.hub import Hub
from tests.media import Movie, Sound, burst, steady, write_media
from tests.weights.conftest import (
    REPO,
    copied_models,
    files_of,
    flip_a_bit,
    funny,
    good_weights,
    in_repository,
    outside,
    shipped,
)

VA_MTL_NAME, EMBEDDED_NAME = "enet_b0_8_va_mtl", "face-api-expression"
NO_FOLDER = "models/emotion-va-mtl is not there"
NO_REPOSITORY = "no repository is set (FUNNY_HUB_REPO=owner/name)"
NO_SERVER = "the server cannot be reached"
SHA256 = hashlib.sha256(good_weights()).hexdigest()


@pytest.fixture
def hub():
    with Hub() as hub:
        yield hub


@pytest.fixture
def published(hub):
    """Where the weights are from, as they are told, once the Hub has them."""
    commit = hub.add(REPO, in_repository(files_of(good_weights())))
    return f"{REPO}@{commit[:8]}/{VA_MTL}"


@pytest.fixture
def lonely(hub, tmp_path):
    """Environment of a program for which there is no repository and no way to the authors."""
    found = outside(hub.url, tmp_path)
    found.pop("FUNNY_HUB_REPO", None)
    return found


@pytest.fixture
def connected(lonely):
    return {**lonely, "FUNNY_HUB_REPO": REPO}


@pytest.fixture
def silence():
    """Address of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield "http://{}:{}".format(*server.getsockname())


ROW = re.compile(r"  (\w+) +(in use|no|-) +(.+?)(?: \(\d+\.\d s\))?")


def table(out, model="emotion model"):
    """Source → state and reason, of the lines below a model's name."""
    lines = out.splitlines()
    below = lines[lines.index(f"{model}:") + 1 :]
    found = map(ROW.fullmatch, takewhile(lambda line: line.startswith(" "), below))
    return {row[1]: (row[2], row[3]) for row in found}


def assert_one_line(err, beginning="funny: "):
    assert err.startswith(beginning)
    assert err.count("\n") == 1


# status


def test_status_tells_of_every_source_and_of_the_model_in_use(lonely):
    done = funny(lonely, "weights", "status")
    assert (done.code, done.err) == (0, "")
    found = table(done.out)
    assert list(found) == ["models", "hub", "upstream", "embedded"]
    assert found["models"] == ("no", NO_FOLDER)
    assert found["hub"] == ("no", NO_REPOSITORY)
    assert found["upstream"] == ("no", NO_SERVER)
    state, model = found["embedded"]
    assert (state, model.split()[0]) == ("in use", EMBEDDED_NAME)
    assert table(done.out, "head lstm")["models"][0] == "in use"


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        pytest.param((), "lstm", id="as-it-is"),
        pytest.param(("--features", "13"), "lstm", id="13"),
        pytest.param(("--features", "12"), "conv1d-12", id="12"),
        pytest.param(("--features", "12", "--head", "conv1d"), "conv1d-12", id="12-by-name"),
        pytest.param(("--head", "conv1d-12"), "conv1d-12", id="the-twin-by-its-name"),
    ],
)
def test_status_tells_of_the_head_of_so_many_numbers(arguments, name, capsys):
    assert main(["weights", "status", "--emotion", "embedded", "--json", *arguments]) == 0
    report = json.loads(capsys.readouterr().out)
    assert list(report) == ["emotion model", f"head {name}"]
    (used,) = [said for said in report[f"head {name}"] if said["state"] == "used"]
    folder = used["reason"].split(",")[0]
    assert (used["source"], folder) == ("models", str(models_folder() / f"head-{name}"))


def test_status_waits_for_nobody_who_does_not_answer(hub, connected, silence):
    hub.fail("*", delay_s=60)
    done = funny({**connected, "HTTPS_PROXY": silence}, "weights", "status", "--json")
    assert (done.code, done.err) == (0, "")
    said = {a["source"]: a for a in json.loads(done.out)["emotion model"]}
    assert [a["state"] for a in said.values()] == ["failed", "failed", "failed", "used"]
    for source in ("hub", "upstream"):
        assert re.search("no answer|timed out", said[source]["reason"])
        assert said[source]["took_s"] > 1
    assert sum(attempt["took_s"] for attempt in said.values()) < 8


def test_status_shows_what_the_hub_gave(connected, published):
    done = funny(connected, "weights", "status")
    assert (done.code, done.err) == (0, "")
    model = f"{VA_MTL_NAME} from {published}, sha256 {SHA256[:12]}"
    assert table(done.out) == {
        "models": ("no", NO_FOLDER),
        "hub": ("in use", model),
        "upstream": ("-", "not needed"),
        "embedded": ("-", "not needed"),
    }


def test_status_of_a_model_that_cannot_be_had_is_a_table_and_an_error(lonely):
    done = funny(lonely, "weights", "status", "--emotion", "va-mtl")
    assert done.code == 2
    assert {source: state for source, (state, _) in table(done.out).items()} == dict.fromkeys(
        ("models", "hub", "upstream"), "no"
    )
    assert_one_line(done.err)
    for reason in (NO_FOLDER, NO_REPOSITORY, NO_SERVER):
        assert reason in done.err


# fetch and verify


def test_what_was_fetched_is_whole_without_a_network_too(hub, connected, published):
    fetched = funny(connected, "weights", "fetch")
    assert (fetched.code, fetched.err) == (0, "")
    model = f"{VA_MTL_NAME} from {published}, sha256 {SHA256[:12]}"
    assert table(fetched.out)["hub"] == ("in use", model)
    hub.requests.clear()
    offline = {**connected, "HF_HUB_OFFLINE": "1"}
    verified = funny(offline, "weights", "verify")
    assert (verified.code, verified.err) == (0, "")
    assert f"whole    hub {REPO}@v1: {VA_MTL_NAME}, sha256 {SHA256[:12]}\n" in verified.out
    assert "damaged" not in verified.out
    assert hub.requests == []


def test_fetch_without_any_source_is_an_error_with_every_reason(lonely):
    done = funny(lonely, "weights", "fetch")
    assert (done.code, done.out) == (2, "")
    assert_one_line(done.err)
    said = f"(models: {NO_FOLDER}; hub: {NO_REPOSITORY}; upstream: {NO_SERVER})"
    assert said in done.err


def flip(folder):
    flip_a_bit(folder / WEIGHTS)


def empty(folder):
    (folder / WEIGHTS).write_bytes(b"")


def remove(folder):
    (folder / WEIGHTS).unlink()


def remove_config(folder):
    (folder / "config.json").unlink()


SHIPPED = shipped()
SOME = (EMBEDDED, "laughter", "head-lstm", "head-conv1d-12")
DAMAGES = [
    *(product((*SOME, VA_MTL), (flip, empty, remove))),
    *(product(SOME, (remove_config,))),  # weights of VA-MTL may lie alone
]


@pytest.mark.parametrize(
    ("name", "damage"),
    [pytest.param(name, damage, id=f"{damage.__name__}-{name}") for name, damage in DAMAGES],
)
def test_verify_names_what_is_damaged_and_what_is_whole(
    name, damage, tmp_path, monkeypatch, capsys
):
    models = copied_models(tmp_path, monkeypatch)
    (models / VA_MTL).mkdir()
    for file, content in files_of(good_weights()).items():
        (models / VA_MTL / file).write_bytes(content)
    damage(models / name)
    whole = {*SHIPPED, VA_MTL} - {name}
    assert main(["weights", "verify"]) == 2
    out, err = capsys.readouterr()
    said = {line.split()[1].strip(":"): line.split()[0] for line in out.splitlines()}
    assert said == {f"models/{name}": "damaged", **{f"models/{n}": "whole" for n in whole}}
    assert_one_line(err, f"funny: models/{name}: not as it should be")


def test_verify_of_what_ships_needs_no_network(tmp_path, monkeypatch, capsys):
    copied_models(tmp_path, monkeypatch)
    assert main(["weights", "verify"]) == 0
    out, err = capsys.readouterr()
    checked = [line.split(":")[0].split() for line in out.splitlines()]
    assert checked == [["whole", f"models/{name}"] for name in SHIPPED]
    assert err == ""


def test_verify_refuses_a_repository_that_cannot_be(monkeypatch, capsys):
    monkeypatch.setenv("FUNNY_HUB_REPO", "a/b/c")
    assert main(["weights", "verify"]) == 2
    assert_one_line(capsys.readouterr().err, "funny: expected owner/name")


# analyze


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(5, 4)), Sound(burst(2, 1, 4)))
    return path


def test_an_analysis_names_the_weights_that_the_hub_gave(connected, published, video):
    folder = video.with_name("out")
    done = funny(connected, "analyze", video, "--out", folder, "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")
    analysis = json.loads((folder / "analysis.json").read_text("utf-8"))
    assert analysis["models"]["emotion"] == {
        "name": VA_MTL_NAME,
        "source": published,
        "sha256": SHA256,
    }


def test_an_analysis_with_va_mtl_and_no_source_is_one_line_and_leaves_nothing(lonely, video):
    folder = video.with_name("out")
    done = funny(lonely, "analyze", video, "--out", folder, "--emotion", "va-mtl", "--quiet")
    assert (done.code, done.out) == (2, "")
    assert_one_line(done.err, "funny: No source has the weights of --emotion va-mtl")
    assert not folder.exists()
