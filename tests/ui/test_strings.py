"""Both languages say the same."""

import ast
import string
from pathlib import Path

import pytest

import funny.extract.notes
from funny.moments.reasons import _NOTABLE
from funny.records import ModelInfo, Note
from funny.ui.strings import (
    STRINGS,
    language_of,
    models_text,
    note_text,
    reason_words,
    say,
)


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_two_languages():
    assert set(STRINGS) == {"en", "ko"}
    assert list(STRINGS["en"]) == list(STRINGS["ko"])


@pytest.mark.parametrize("key", STRINGS["en"])
def test_a_string_takes_the_same_values_in_both(key):
    assert placeholders(STRINGS["en"][key]) == placeholders(STRINGS["ko"][key])
    assert all(STRINGS[language][key].strip() for language in STRINGS)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        pytest.param(None, "en", id="none"),
        pytest.param("", "en", id="empty"),
        pytest.param("*", "en", id="any"),
        pytest.param("kok", "en", id="konkani"),
        pytest.param("fr-FR", "en", id="french"),
        pytest.param("en-US,en;q=0.9,ko;q=0.8", "en", id="english-first"),
        pytest.param("ko", "ko", id="korean"),
        pytest.param("KO-kr", "ko", id="capitals"),
        pytest.param("ko-KR,ko;q=0.9", "ko", id="browser"),
        pytest.param("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko", id="browser-with-english"),
    ],
)
def test_language_of_a_browser(header, language):
    assert language_of(header) == language


def note_kinds():
    """The kinds of all notes that the extractor can make, read from its source."""
    tree = ast.parse(Path(funny.extract.notes.__file__).read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return sorted({c.args[0].value for c in calls if getattr(c.func, "id", "") == "Note"})


def test_the_extractor_makes_notes():
    assert len(note_kinds()) >= 6


@pytest.mark.parametrize("kind", note_kinds())
def test_a_note_has_a_korean_twin(kind):
    note = Note(kind, "In English.", 61.0, 3600.0)
    assert note_text("en", note) == "In English."
    korean = note_text("ko", note)
    assert any("가" <= letter <= "힣" for letter in korean)
    assert "{" not in korean


def test_a_note_says_when():
    korean = note_text("ko", Note("damaged", "It is damaged.", 61.0, 3600.0))
    assert "00:01:01" in korean
    assert "01:00:00" in korean


def test_an_unknown_note_stays_as_it_is():
    assert note_text("ko", Note("other", "As it is.")) == "As it is."


def test_saying_fills_in():
    assert say("en", "progress_short", stage="Scoring", percent=7) == "Scoring · 7 %"


@pytest.mark.parametrize("language", STRINGS)
def test_every_reason_has_a_word(language):
    assert set(reason_words(language)) == set(_NOTABLE)


@pytest.mark.parametrize("language", STRINGS)
def test_the_embedded_model_never_passes_for_va_mtl(language):
    head = ModelInfo("head-conv1d", "", "")
    embedded = models_text(language, ModelInfo("face-api-expression", "", ""), head)
    assert "face-api-expression" in embedded
    assert STRINGS[language]["embedded"] in embedded
    real = models_text(language, ModelInfo("enet_b0_8_va_mtl", "", ""), head)
    assert "enet_b0_8_va_mtl" in real
    assert STRINGS[language]["embedded"] not in real


def test_why_weights_are_absent_is_said_in_the_readers_language():
    failures = [("models", "models/emotion-va-mtl is not there"), ("hub", "unheard of")]
    embedded, head = ModelInfo("face-api-expression", "", ""), ModelInfo("head", "", "")
    korean = models_text("ko", embedded, head, failures)
    assert "models/emotion-va-mtl 폴더가 없습니다" in korean
    assert "hub: unheard of" in korean
    assert "models/emotion-va-mtl is not there" in models_text("en", embedded, head, failures)
