"""Which source the weights come from, what every other one said, and that no fault leaves a trace.

huggingface_hub's own client asks a Hub on loopback, and requests the authors' server.
"""

import json
import os
import re
import socket
import threading
from contextlib import suppress
from itertools import chain, combinations

import numpy as np
import pytest
import torch
from safetensors.torch import save

from funny.errors import WeightsError
from funny.extract.emotion import VaMtl
from funny.files import file_sha256
from funny.weights import emotion
from funny.weights.folders import EMBEDDED, VA_MTL, WEIGHTS, converted_folder, registry
from funny.weights.sources import NoWeights
from funny.weights.verify import verify
from tests.weights.conftest import (
    REPO,
    UPSTREAM,
    files_of,
    finished,
    flip_a_bit,
    good_weights,
    in_repository,
    legacy_file,
    outside,
    pin,
    run,
    shipped,
    va_mtl_net,
)

VA_MTL_NAME, EMBEDDED_NAME = "enet_b0_8_va_mtl", "face-api-expression"
FETCHED = ("models", "hub", "upstream")
ALL = (*FETCHED, "embedded")
ABSENT = {
    "models": "models/emotion-va-mtl is not there",
    "hub": f"{REPO}@v1: no such repository, or it is private (set HF_TOKEN)",
    "upstream": "the server answered 404",
}
CROPS = np.random.default_rng(0).integers(0, 256, (2, 3, 96, 80), np.uint8)


def resolve(choice, weights=None, answer_s=20.0):
    """Asks with the patience that a busy machine needs."""
    return emotion.resolve_emotion_model(choice, weights, answer_s)


def load():
    return resolve("va-mtl").found


def asked(hub):
    """The sources that a server of theirs was asked for."""
    return {"upstream" if request.path == UPSTREAM else "hub" for request in hub.requests}


def reasons(attempts):
    return {attempt.source: attempt.reason for attempt in attempts if attempt.state == "failed"}


def without(source, **how):
    """What a source says that has no weights to give, be others to follow or not."""
    with pytest.raises(NoWeights) as refused:
        resolve("va-mtl", **how)
    assert "\n" not in str(refused.value)
    resolved = resolve("auto", **how)
    assert resolved.found.info.name == EMBEDDED_NAME
    strict, lenient = reasons(refused.value.attempts), reasons(resolved.attempts)
    assert set(strict) == set(lenient) == set(FETCHED)
    assert strict[source] in str(refused.value)
    return strict[source], lenient[source]


# The order


@pytest.mark.parametrize(
    "available",
    [
        pytest.param(subset, id="+".join(subset) or "none")
        for subset in chain.from_iterable(combinations(FETCHED, n) for n in range(4))
    ],
)
def test_the_first_source_that_has_them_speaks(available, offer, hub):
    for place in available:
        getattr(offer, place)()
    resolved = resolve("auto")
    at = ALL.index(available[0] if available else "embedded")
    said = [(a.source, a.state) for a in resolved.attempts]
    states = ["failed"] * at + ["used"] + ["not asked"] * (3 - at)
    assert said == list(zip(ALL, states, strict=True))
    assert reasons(resolved.attempts) == {place: ABSENT[place] for place in ALL[:at]}
    assert asked(hub) == {"hub", "upstream"} & set(ALL[: at + 1])
    assert resolved.found.info.name == (VA_MTL_NAME if available else EMBEDDED_NAME)


def test_what_is_used_is_told_with_its_source_and_hash(hub, offer, va_mtl_files):
    commit = offer.hub()
    resolved = resolve("va-mtl")
    assert resolved.found.info.source == f"{REPO}@{commit[:8]}/{VA_MTL}"
    assert resolved.found.info.sha256 == json.loads(va_mtl_files["config.json"])["sha256"]
    used = resolved.attempts[1]
    assert resolved.found.info.source in used.reason
    assert resolved.found.info.sha256[:12] in used.reason


def test_an_explicit_path_beats_all_others(hub, offer, tmp_path):
    for place in FETCHED:
        getattr(offer, place)()
    path = tmp_path / "mine.safetensors"
    path.write_bytes(save(va_mtl_net(1).state_dict()))
    resolved = resolve("auto", path)
    assert [(a.source, a.state) for a in resolved.attempts] == [("path", "used")]
    assert resolved.found.info.sha256 == file_sha256(path)
    assert hub.requests == []


@pytest.mark.parametrize("choice", ["auto", "va-mtl"])
@pytest.mark.parametrize("content", [None, b"", b"<!DOCTYPE html>"], ids=["none", "empty", "page"])
def test_a_bad_explicit_path_is_an_error_whatever_else_there_is(
    choice, content, hub, offer, tmp_path
):
    offer.hub()
    path = tmp_path / "mine.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WeightsError, match=f"^{path}: ") as refused:
        resolve(choice, path)
    assert "\n" not in str(refused.value)
    assert hub.requests == []


def test_damaged_weights_of_the_models_folder_are_told_and_passed_over(hub, offer, models):
    offer.models()
    offer.hub()
    flip_a_bit(models / VA_MTL / WEIGHTS)
    resolved = resolve("va-mtl")
    assert resolved.found.info.source.startswith(f"{REPO}@")
    assert "is not the file that its config.json was written for" in resolved.failures[0].reason


def test_va_mtl_is_an_error_of_one_line_with_every_source_and_reason(hub):
    with pytest.raises(NoWeights) as refused:
        load()
    said = "; ".join(f"{place}: {ABSENT[place]}" for place in FETCHED)
    assert str(refused.value) == (
        f"No source has the weights of --emotion va-mtl ({said}): "
        "add --emotion-weights PATH, or run `funny weights fetch` where there is a network."
    )


def test_embedded_asks_nobody(hub, offer):
    for place in FETCHED:
        getattr(offer, place)()
    resolved = resolve("embedded")
    assert [(a.source, a.state) for a in resolved.attempts] == [("embedded", "used")]
    assert hub.requests == []


def test_a_damaged_embedded_model_is_an_error_that_names_it(hub, models):
    (models / EMBEDDED / WEIGHTS).write_bytes(b"")
    with pytest.raises(NoWeights, match=f"embedded: {models / EMBEDDED / WEIGHTS}: cannot be read"):
        resolve("auto")


# Which repository, and which revision of it


@pytest.mark.parametrize(
    ("author", "chosen", "found"),
    [
        pytest.param(None, None, None, id="none"),
        pytest.param(None, "", None, id="empty"),
        pytest.param(None, "team/other", "team/other 1", id="pinned-revision"),
        pytest.param(None, "team/other@v1", "team/other 1", id="the-same-named"),
        pytest.param(None, "team/other@v2", "team/other 2", id="another-tag"),
        pytest.param(None, "team/other@main", "team/other 2", id="branch"),
        pytest.param(None, "team/other@COMMIT", "team/other 1", id="commit"),
        pytest.param("someone", None, "someone/funny-moments 1", id="space"),
        pytest.param("someone", "", "someone/funny-moments 1", id="space-and-empty"),
        pytest.param("someone", "team/other", "team/other 1", id="space-and-chosen"),
    ],
)
def test_the_repository_and_its_revision(author, chosen, found, hub, monkeypatch):
    first, second = (in_repository(files_of(save(va_mtl_net(n).state_dict()))) for n in (0, 1))
    commits = {}
    for repo_id in ("team/other", "someone/funny-moments"):
        commits[f"{repo_id} 1"] = hub.add(repo_id, first, tags=["v1"])
        commits[f"{repo_id} 2"] = hub.add(repo_id, second, tags=["v2"])
    chosen = chosen and chosen.replace("COMMIT", commits["team/other 1"])
    for name, value in (("SPACE_AUTHOR_NAME", author), ("FUNNY_HUB_REPO", chosen)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    resolved = resolve("auto")
    if found is None:
        nowhere = "no repository is set (FUNNY_HUB_REPO=owner/name)"
        assert reasons(resolved.attempts)["hub"] == nowhere
    else:
        repo_id = found.split()[0]
        assert resolved.found.info.source == f"{repo_id}@{commits[found][:8]}/{VA_MTL}"


@pytest.mark.parametrize("repo_id", ["a/b/c", "so many words", "../..", "a--b/c"])
def test_a_repository_that_cannot_be_is_told(repo_id, hub, monkeypatch):
    monkeypatch.setenv("FUNNY_HUB_REPO", repo_id)
    for reason in without("hub"):
        assert reason.startswith(f"{repo_id}@v1: ")
    assert "hub" not in asked(hub)


def test_a_private_repository_opens_with_a_token(hub, va_mtl_files, monkeypatch):
    hub.add(REPO, in_repository(va_mtl_files), private=True)
    assert set(without("hub")) == {ABSENT["hub"]}
    monkeypatch.setenv("HF_TOKEN", hub.token)
    assert load().info.source.startswith(f"{REPO}@")


def test_a_revision_that_moved_between_two_files_is_fetched_as_one(hub, offer, va_mtl_files):
    only_config = {name: c for name, c in va_mtl_files.items() if name != WEIGHTS}
    hub.add(REPO, in_repository(only_config))
    for reason in without("hub"):
        assert reason.endswith("it does not hold these weights")
    commit = offer.hub()
    assert load().info.source == f"{REPO}@{commit[:8]}/{VA_MTL}"


# What was fetched before


@pytest.mark.parametrize("place", ["hub", "upstream"])
def test_what_was_fetched_is_not_asked_for_again(place, hub, offer):
    getattr(offer, place)()
    first = resolve("va-mtl")
    assert asked(hub) == {"hub", place}
    hub.requests.clear()
    second = resolve("va-mtl")
    assert second.found.info == first.found.info
    assert place not in asked(hub)


def go_offline(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


@pytest.mark.parametrize("place", ["hub", "upstream"])
def test_offline_uses_what_was_fetched(place, hub, offer, monkeypatch):
    getattr(offer, place)()
    online = load().info
    hub.requests.clear()
    go_offline(monkeypatch)
    assert load().info == online
    assert hub.requests == []


@pytest.mark.parametrize("place", ["hub", "upstream"])
def test_offline_says_that_nothing_was_fetched(place, hub, offer, monkeypatch):
    getattr(offer, place)()
    go_offline(monkeypatch)
    for reason in without(place):
        assert reason.endswith("not fetched before, and HF_HUB_OFFLINE is set")
    assert hub.requests == []


def kept_file(place, hub_cache):
    if place == "hub":
        [file] = hub_cache.glob(f"*/snapshots/*/{VA_MTL}/{WEIGHTS}")
        return file.resolve()
    return converted_folder(registry()["upstream"][VA_MTL]["blob"]) / WEIGHTS


@pytest.mark.parametrize("place", ["hub", "upstream"])
def test_a_file_damaged_on_disk_is_fetched_again(place, hub, offer, hub_cache):
    getattr(offer, place)()
    before = load().info
    flip_a_bit(kept_file(place, hub_cache))
    hub.requests.clear()
    assert load().info == before
    assert place in asked(hub)
    assert file_sha256(kept_file(place, hub_cache)) == before.sha256


@pytest.mark.parametrize("place", ["hub", "upstream"])
def test_verify_tells_of_a_file_damaged_on_disk(place, hub, offer, hub_cache):
    getattr(offer, place)()
    load()
    assert all(check.is_whole for check in verify())
    flip_a_bit(kept_file(place, hub_cache))
    [damaged] = [check for check in verify() if not check.is_whole]
    assert damaged.name.startswith(place)
    assert WEIGHTS in damaged.text


@pytest.mark.parametrize("place", ["hub", "upstream"])
def test_a_file_damaged_on_disk_is_refused_offline(place, hub, offer, hub_cache, monkeypatch):
    getattr(offer, place)()
    load()
    flip_a_bit(kept_file(place, hub_cache))
    go_offline(monkeypatch)
    for reason in without(place):
        assert reason.endswith("damaged on this disk, and HF_HUB_OFFLINE is set")


# Faults of the Hub


def fault(spoil, reason, id, answer_s=20.0):
    return pytest.param(spoil, reason, answer_s, id=id)


def failing(pattern, **how):
    return lambda hub, patch: hub.fail(pattern, **how)


def with_environment(**variables):
    def spoil(hub, patch):
        for name, value in variables.items():
            patch.setenv(name, value)

    return spoil


def impatient(pattern, **how):
    """A download that is too slow for somebody who waits half a second for 64 KB."""

    def spoil(hub, patch):
        hub.fail(pattern, **how)
        patch.setattr("funny.weights.download.STALL_S", 0.5)
        patch.setattr("funny.weights.upstream.STALL_S", 0.5)
        patch.setattr("huggingface_hub.constants.HF_HUB_DOWNLOAD_TIMEOUT", 1)

    return spoil


NO_ETAG = {"ETag": None, "X-Linked-Etag": None}
RESOLVE, CDN = "*/resolve/*", "/cdn/*"
PROMISE, NO_HASH = "is not what its hash promises", "states no hash of"


@pytest.mark.parametrize(
    ("spoil", "reason", "answer_s"),
    [
        fault(with_environment(FUNNY_HUB_REPO="no/repo"), "no such repository", "no-repository"),
        fault(with_environment(FUNNY_HUB_REPO=f"{REPO}@v9"), "no such revision", "no-revision"),
        fault(with_environment(HF_TOKEN="hf_wrong"), "the server answered 401", "wrong-token"),
        fault(with_environment(HF_ENDPOINT="http://127.0.0.1:1"), "refused", "refused"),
        fault(failing(RESOLVE, status=500), "the server answered 500", "500"),
        fault(failing(RESOLVE, status=503), "the server answered 503", "503"),
        fault(failing(CDN, status=500), "the server answered 500", "500-of-the-file"),
        fault(failing(CDN, status=403), "the server answered 403", "403-of-the-file"),
        fault(failing("*", status=200), NO_HASH, "some-page-instead"),
        fault(failing(RESOLVE, delay_s=60), "no answer within|timed out", "slow-answer", 0.5),
        fault(failing(CDN, cut_after=0), "closed connection", "cut-at-once"),
        fault(failing(CDN, cut_after=1 << 13), "closed connection", "cut-in-mid-file"),
        fault(impatient(CDN, drip=(1 << 12, 0.05)), r"stalled after \d+ bytes", "too-slow"),
        fault(impatient(CDN, drip=(1 << 20, 60)), r"stalled after \d+ bytes", "stops-in-mid-file"),
        fault(failing(CDN, corrupt=True), PROMISE, "wrong-hash"),
        fault(failing("*/config.json", corrupt=True), PROMISE, "wrong-hash-of-config"),
        fault(failing("*.safetensors", etag="f" * 64), PROMISE, "another-hash"),
        fault(failing("*.safetensors", etag="f" * 32), NO_HASH, "unknown-kind-of-etag"),
        fault(failing("*.safetensors", headers=NO_ETAG), NO_HASH, "no-etag"),
        fault(failing("*/config.json", headers=NO_ETAG), NO_HASH, "no-etag-of-config"),
        fault(failing("*", headers={"X-Linked-Size": f"{1 << 40}"}), "larger than", "huge"),
        fault(failing("*", headers={"X-Linked-Size": "7"}), "Consistency", "another-size"),
        fault(failing("*", headers={"X-Repo-Commit": None}), "", "no-commit"),
    ],
)
def test_a_fault_of_the_hub_is_told_and_nothing_of_it_counts(
    spoil, reason, answer_s, hub, offer, hub_cache
):
    offer.hub()
    with pytest.MonkeyPatch.context() as patch:
        spoil(hub, patch)
        for said in without("hub", answer_s=answer_s):
            assert re.search(reason, said), said
    assert WEIGHTS not in finished(hub_cache)
    hub.heal()
    assert load().info.source.startswith(f"{REPO}@")
    assert WEIGHTS in finished(hub_cache)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(failing(CDN, cut_after=1000, times=1), id="cut-at-the-start"),
        pytest.param(failing(CDN, cut_after=5_000_000, times=1), id="cut-in-mid-file"),
        pytest.param(failing(CDN, cut_after=5_000_000), id="cut-again-and-again"),
        # 6 MB a second are enough where 128 KB are, though the client reads 10 MB at a time.
        pytest.param(impatient(CDN, drip=(600_000, 0.1)), id="slow-but-steady"),
    ],
)
def test_a_download_that_goes_on_succeeds(spoil, hub, offer, hub_cache, monkeypatch):
    offer.hub()
    spoil(hub, monkeypatch)
    assert load().info.source.startswith(f"{REPO}@")
    assert finished(hub_cache) == {"config.json", WEIGHTS}


def changed(**tensors):
    return save({**va_mtl_net().state_dict(), **tensors})


OF_OTHERS = changed(**{"classifier.weight": torch.zeros(7, 1280)})
NOT_FINITE = changed(**{"classifier.bias": torch.full((10,), torch.nan)})
OTHER_ORDER = ["valence", "arousal"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        pytest.param(files_of(b""), "cannot be read as safetensors", id="empty"),
        pytest.param(files_of(legacy_file()), "cannot be read as safetensors", id="a-pickle"),
        pytest.param(files_of(good_weights()[:-1]), "cannot be read", id="a-byte-short"),
        pytest.param(files_of(OF_OTHERS), "is not made for this model", id="another-shape"),
        pytest.param(files_of(NOT_FINITE), "numbers that are not finite", id="nan"),
        pytest.param(
            files_of(good_weights(), model="enet_b2"), "model is enet_b2, expected", id="model"
        ),
        pytest.param(
            files_of(good_weights(), outputs=OTHER_ORDER), "outputs is .* expected", id="outputs"
        ),
        pytest.param(files_of(good_weights(), mean=[1]), "expected three numbers", id="mean"),
        pytest.param(
            files_of(good_weights(), sha256="0" * 64),
            "is not the file that its config.json was written for",
            id="config-of-other-weights",
        ),
        pytest.param(
            {**files_of(good_weights()), "config.json": b"[]"}, "JSON object", id="no-object"
        ),
    ],
)
def test_a_repository_that_holds_something_else_is_told(files, reason, hub):
    hub.add(REPO, in_repository(files))
    for said in without("hub"):
        assert re.search(reason, said), said


# The authors' server


def test_the_authors_file_becomes_safetensors_with_the_same_outputs(hub, offer):
    offer.upstream()
    model = load()
    pinned = registry()["upstream"][VA_MTL]
    folder = converted_folder(pinned["blob"])
    assert model.info.source == pinned["source"]
    assert model.info.sha256 == file_sha256(folder / WEIGHTS)
    assert {path.name for path in folder.iterdir()} == {"config.json", WEIGHTS}
    original = VaMtl(va_mtl_net(), model.info, model.preprocessing)
    np.testing.assert_allclose(model(CROPS), original(CROPS), atol=1e-5)


def redirected(hub, patch):
    hub.host("/elsewhere", legacy_file())
    hub.fail(UPSTREAM, status=302, headers={"Location": f"{hub.url}/elsewhere"})


def redirected_later(hub, patch):
    hub.host("/elsewhere", legacy_file())
    elsewhere = {"Location": f"{hub.url}/elsewhere"}
    hub.fail(UPSTREAM, method="GET", status=302, headers=elsewhere)


@pytest.mark.parametrize(
    ("spoil", "reason", "answer_s"),
    [
        fault(failing(UPSTREAM, status=404), "the server answered 404", "404"),
        fault(failing(UPSTREAM, status=500), "the server answered 500", "500"),
        fault(
            failing(UPSTREAM, method="GET", status=503),
            "the server answered 503",
            "503-of-the-file",
        ),
        fault(failing(UPSTREAM, status=200), "has git blob id", "some-page-instead"),
        fault(redirected, "the server points elsewhere", "redirect"),
        fault(redirected_later, "has git blob id", "redirect-of-the-file"),
        fault(failing(UPSTREAM, delay_s=60), "no answer", "slow-answer", 0.5),
        fault(failing(UPSTREAM, cut_after=0), "the connection broke", "cut-at-once"),
        fault(failing(UPSTREAM, cut_after=1_000_000), "the connection broke", "cut-in-mid-file"),
        fault(impatient(UPSTREAM, drip=(1 << 12, 0.05)), "stalled after", "too-slow"),
        fault(
            impatient(UPSTREAM, drip=(1 << 20, 60)),
            "stalled after|no answer in time",
            "stops-in-mid-file",
        ),
        fault(failing(UPSTREAM, corrupt=True), "has git blob id [0-9a-f]{40}, expected", "corrupt"),
    ],
)
def test_a_fault_of_the_authors_server_is_told_and_leaves_nothing(
    spoil, reason, answer_s, hub, offer, cache_folder
):
    offer.upstream()
    with pytest.MonkeyPatch.context() as patch:
        spoil(hub, patch)
        for said in without("upstream", answer_s=answer_s):
            assert re.search(reason, said), said
    assert [path for path in cache_folder.rglob("*") if path.is_file()] == []
    assert list(cache_folder.glob("weights/*")) == []
    assert "/elsewhere" not in {request.path for request in hub.requests}
    hub.heal()
    assert load().info.name == VA_MTL_NAME


def test_the_authors_server_that_is_not_there_is_told(hub, monkeypatch):
    monkeypatch.setitem(registry()["upstream"], VA_MTL, pin("http://127.0.0.1:1/a.pt"))
    assert set(without("upstream")) == {"the server cannot be reached"}


@pytest.fixture
def babble():
    """Address of a server whose answer begins at once and never ends: no read is ever late."""
    stop = threading.Event()

    def answer(server):
        while not stop.is_set():
            with suppress(OSError), server.accept()[0] as connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                while not stop.wait(0.02):
                    connection.sendall(b"X: x\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        thread = threading.Thread(target=answer, args=(server,))
        thread.start()
        yield "http://{}:{}".format(*server.getsockname())
        stop.set()
        thread.join()


@pytest.mark.parametrize("place", ["hub", "upstream"])
def test_an_answer_that_never_ends_is_no_answer(place, hub, babble, monkeypatch):
    if place == "hub":
        monkeypatch.setenv("HF_ENDPOINT", babble)
    else:
        monkeypatch.setitem(registry()["upstream"], VA_MTL, pin(babble))
    resolved = resolve("auto", answer_s=0.3)
    assert reasons(resolved.attempts)[place].endswith("no answer within 0.3 s")


def test_a_cache_that_cannot_be_written_is_told(hub, offer, tmp_path, monkeypatch):
    offer.upstream()
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FUNNY_CACHE", str(tmp_path / "file"))
    for reason in without("upstream"):
        assert str(tmp_path / "file") in reason


# Several starts at once

FILE = {"hub": "/cdn/*", "upstream": UPSTREAM}
FETCH = """
import json, os, sys
import pooch, requests, timm
from huggingface_hub import get_hf_file_metadata, hf_hub_download
from funny.cli import main
from funny.weights.folders import registry
registry()["upstream"] = json.loads(sys.argv[1])
together = [os.fork() or os._exit(main(["weights", "fetch"])) for _ in range(4)]
print([os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in together])
"""
"""Four programs that have loaded all they need, and so come to the network at the same moment."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize("place", ["hub", "upstream"])
def test_four_starts_at_once_leave_one_whole_cache(place, hub, offer, tmp_path, monkeypatch):
    getattr(offer, place)()
    hub.fail(FILE[place], drip=(4 << 20, 0.3))  # else the first could end before the last begins
    environment = outside(hub.url, tmp_path, FUNNY_HUB_REPO=REPO)
    done = run(environment, "-c", FETCH, json.dumps(registry()["upstream"]))
    assert done.out.endswith("\n[0, 0, 0, 0]\n"), done.err
    assert sum(request.path.endswith((WEIGHTS, UPSTREAM)) for request in hub.requests) > 4
    # What they left is looked at from here.
    monkeypatch.setenv("FUNNY_CACHE", environment["FUNNY_CACHE"])
    hub_cache, own = tmp_path / "hub" / "hub", tmp_path / "funny" / "weights"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(hub_cache))
    checks = {check.name.split()[0]: check.is_whole for check in verify()}
    assert checks == {**{f"models/{name}": True for name in shipped()}, place: True}
    if place == "hub":
        assert finished(hub_cache) == {"config.json", WEIGHTS}
        assert list(hub_cache.rglob("*.incomplete")) == []
    else:
        blob = registry()["upstream"][VA_MTL]["blob"]
        assert [path.name for path in own.iterdir()] == [blob]
