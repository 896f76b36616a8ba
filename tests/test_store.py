"""An analysis on disk is the analysis."""

import json
from dataclasses import fields, replace

import numpy as np
import pytest

import funny
from funny.errors import MediaError
from funny.records import Edge, Edges
from funny.store import SCHEMA, load, save, to_json
from tests.values import analysis_of, signals_of, timeline_of

CONTRACT = {
    "video": {"path", "duration_s", "fps", "width", "height", "has_audio"},
    "models": {"emotion", "laughter", "head"},
}
LISTS = {"times_s", "scores", "face_found", "highlights", "notes"}


def with_edges(analysis):
    """The analysis with its first highlight's edges chosen, and what they were chosen by."""
    first, *rest = analysis.highlights
    chosen = replace(first, edges=Edges(Edge("pause", 7.25), Edge("cut", 12.0)))
    heard, seen = np.arange(25 * 40, dtype=np.uint8), np.arange(40, dtype=np.uint8)
    signals = replace(analysis.signals, envelope=heard, changes=seen)
    return replace(analysis, signals=signals, highlights=(chosen, *rest))


def assert_same(one, other):
    assert type(one) is type(other)
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if field.name in ("signals", "timeline"):
            assert_same(a, b)
        elif isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b, strict=True)
        else:
            assert a == b, field.name


@pytest.mark.parametrize(
    "analysis",
    [
        pytest.param(analysis_of(0, highlights=()), id="no-ticks"),
        pytest.param(analysis_of(3, highlights=()), id="no-highlights"),
        pytest.param(
            replace(analysis_of(40), signals=signals_of(40), timeline=timeline_of([0.5] * 40)),
            id="nobody-listened-or-explained",
        ),
        pytest.param(with_edges(analysis_of(40)), id="edges-were-chosen"),
        pytest.param(analysis_of(40), id="everything"),
    ],
)
def test_what_is_saved_is_loaded(analysis, tmp_path):
    save(analysis, tmp_path / "new" / "folder")
    assert_same(load(tmp_path / "new" / "folder"), analysis)


def test_the_package_saves_and_loads(tmp_path):
    funny.save(analysis_of(), str(tmp_path))
    assert_same(funny.load(str(tmp_path)), analysis_of())


def test_analysis_json_keeps_the_contract(tmp_path):
    save(analysis_of(), tmp_path)
    text = (tmp_path / "analysis.json").read_text("utf-8")
    found = json.loads(text)
    assert found["schema"] == "funny.analysis/1" == SCHEMA
    assert found["tick_hz"] == 2.0
    for name, keys in CONTRACT.items():
        assert keys <= set(found[name])
    assert all({"name", "source", "sha256"} == set(m) for m in found["models"].values())
    assert all(isinstance(found[name], list) for name in LISTS)
    assert len(found["times_s"]) == len(found["scores"]) == len(found["face_found"]) == 40
    assert isinstance(found["options"], dict)
    assert found["notes"] == ["No face.", "It is damaged."]
    assert "침착맨" in text


def test_a_highlight_in_json():
    first, second = to_json(analysis_of())["highlights"]
    assert {k: first[k] for k in ("start_s", "end_s", "peak_s", "score")} == {
        "start_s": 6.0,
        "end_s": 12.5,
        "peak_s": 9.5,
        "score": 0.875,
    }
    assert first["reasons"] == ["happiness 0.10 → 0.90", "loudness +11 dB"]
    assert [r["weight"] for r in first["reason_details"]] == [0.25, 0.0]
    assert (second["reasons"], second["kept"]) == ([], False)


def test_edges_in_json():
    first, second = to_json(with_edges(analysis_of()))["highlights"]
    assert first["edges"] == {
        "start": {"kind": "pause", "plain_s": 7.25},
        "end": {"kind": "cut", "plain_s": 12.0},
    }
    assert second["edges"] is None


def test_a_model_that_did_not_listen_is_not_named():
    silent = replace(analysis_of(), signals=signals_of(40))
    assert set(to_json(silent)["models"]) == {"emotion", "head"}


def rewrite(folder, **changes):
    path = folder / "analysis.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}))


def shorten(path, size):
    path.write_bytes(path.read_bytes()[:size])


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda d: (d / "analysis.json").unlink(), id="no-json"),
        pytest.param(lambda d: (d / "signals.npz").unlink(), id="no-npz"),
        pytest.param(lambda d: shorten(d / "analysis.json", 0), id="empty-json"),
        pytest.param(lambda d: shorten(d / "signals.npz", 0), id="empty-npz"),
        pytest.param(lambda d: shorten(d / "analysis.json", 99), id="half-a-json"),
        pytest.param(lambda d: shorten(d / "signals.npz", 999), id="half-an-npz"),
        pytest.param(lambda d: (d / "analysis.json").write_bytes(b"\xff\xfe\x00"), id="not-text"),
        pytest.param(lambda d: (d / "analysis.json").write_text("[]"), id="a-list"),
        pytest.param(lambda d: rewrite(d, video="a.mp4"), id="video-is-a-word"),
        pytest.param(lambda d: rewrite(d, models={}), id="no-models"),
        pytest.param(lambda d: np.savez(d / "signals.npz", rms=np.zeros(3)), id="one-column"),
    ],
)
def test_a_damaged_folder_is_a_media_error(damage, tmp_path):
    save(analysis_of(), tmp_path)
    damage(tmp_path)
    with pytest.raises(MediaError, match="holds no analysis that can be read"):
        load(tmp_path)


def test_another_schema_is_a_media_error(tmp_path):
    save(analysis_of(), tmp_path)
    rewrite(tmp_path, schema="funny.analysis/2")
    with pytest.raises(
        MediaError, match=r"schema is funny\.analysis/2, expected funny\.analysis/1"
    ):
        load(tmp_path)


def test_a_pickle_in_the_archive_is_not_opened(tmp_path):
    save(analysis_of(), tmp_path)
    np.savez(tmp_path / "signals.npz", scores=np.array([object()]))
    with pytest.raises(MediaError):
        load(tmp_path)


def test_an_analysis_from_before_scores_were_explained_still_loads(tmp_path):
    save(analysis_of(), tmp_path)
    with np.load(tmp_path / "signals.npz") as found:
        older = {k: found[k] for k in found.files if k not in ("contributions", "laughter")}
    np.savez_compressed(tmp_path / "signals.npz", **older)
    text = json.loads((tmp_path / "analysis.json").read_text("utf-8"))
    text["models"].pop("laughter", None)
    (tmp_path / "analysis.json").write_text(json.dumps(text), "utf-8")
    analysis = load(tmp_path)
    assert not analysis.timeline.contributions.any()
    assert not analysis.signals.laughter.any()


def test_an_analysis_from_before_edges_were_chosen_still_loads(tmp_path):
    save(analysis_of(), tmp_path)
    with np.load(tmp_path / "signals.npz") as found:
        older = {k: found[k] for k in found.files if k not in ("envelope", "changes")}
    np.savez_compressed(tmp_path / "signals.npz", **older)
    text = json.loads((tmp_path / "analysis.json").read_text("utf-8"))
    for highlight in text["highlights"]:
        del highlight["edges"]
    (tmp_path / "analysis.json").write_text(json.dumps(text), "utf-8")
    assert_same(load(tmp_path), analysis_of())
