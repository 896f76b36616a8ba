"""Whatever weights claim, they are read or refused in one sentence, and a claim costs no memory."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import funny
from funny.claims import MAX_HEADER_BYTES, MAX_JSON_BYTES
from funny.errors import WeightsError
from funny.score.heads import Conv1dHead
from funny.weights.folders import CONFIG, THRESHOLDS, WEIGHTS, models_folder
from tests.corpus.fuzz import mutated
from tests.weights.hostile import READERS, kind_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="who measures memory is POSIX")

MOST_MB = 100
"""What all refusals together may take of memory."""
SHIPPED = sorted(path.parent.name for path in models_folder().glob(f"*/{CONFIG}"))
ONE_OF_EACH = ("head-lstm", "emotion-embedded", "laughter")


class Reading:
    """A process that reads weights, and what it has taken of memory since it began."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.weights.hostile"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(funny.__file__).parent.parent,
        )
        self._began_mb = self.grown_mb = 0
        # Everything is loaded that reading needs.
        for name in ONE_OF_EACH:
            assert self.said(models_folder() / name) == "read"
        self._began_mb += self.grown_mb

    def said(self, folder):
        print(kind_of(folder), folder, file=self._process.stdin, flush=True)
        peak_mb, said = self._process.stdout.readline().split(" ", 1)
        self.grown_mb = int(peak_mb) - self._began_mb
        return said.rstrip("\n")

    def end(self):
        self._process.stdin.close()
        assert self._process.wait(30) == 0
        self._process.stdout.close()


@pytest.fixture(scope="module")
def reading():
    process = Reading()
    yield process
    process.end()


def copied(name, folder):
    return Path(shutil.copytree(models_folder() / name, folder / name))


def config(**changes):
    """Changes fields of config.json; `...` takes one away."""
    return of(CONFIG, **changes)


def of(name, **changes):
    def spoil(folder):
        found = {**json.loads((folder / name).read_text("utf-8")), **changes}
        text = json.dumps({k: v for k, v in found.items() if v is not ...})
        (folder / name).write_text(text)

    return spoil


def text(content, name=CONFIG):
    return lambda folder: (folder / name).write_bytes(content)


def header(entries, data=b"", length=None):
    """Safetensors that claim something."""
    content = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    size = (len(content) if length is None else length).to_bytes(8, "little")
    return text(size + content + data, WEIGHTS)


def claim(shape, end, dtype="F32", begin=0):
    return {"out.bias": {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}}


def tensors(change):
    def spoil(folder):
        found = load_file(folder / WEIGHTS)
        change(found)
        save_file(found, folder / WEIGHTS)

    return spoil


def with_value(name, value):
    return tensors(lambda found: found[name].view(-1)[:1].fill_(value))


def as_type(name, dtype):
    return tensors(lambda found: found.update({name: found[name].to(dtype)}))


def sparse(name, size):
    """Gigabytes that take no disk."""
    return lambda folder: os.truncate(folder / name, size)


def a_pipe(name):
    def spoil(folder):
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return spoil


def a_folder(name):
    def spoil(folder):
        (folder / name).unlink()
        (folder / name).mkdir()

    return spoil


HUGE, DIGITS = 10**12, 10**400
DEEP = b'{"metrics": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
NESTED = json.loads("[" * 50 + "]" * 50)

JSON = {
    "empty": (text(b""), "cannot be read"),
    "no-object": (text(b"12"), "expected a JSON object, got int"),
    "no-utf-8": (text(b"\xff\xfe{}"), "cannot be read"),
    "nested-100000-deep": (text(DEEP), "nested too deeply"),
    "nested-50-deep": (config(metrics=NESTED), "nested too deeply"),
    "twice-the-same-key": (text(b'{"kind": "lstm", "kind": "conv1d"}'), "says something twice"),
    "twice-further-in": (text(b'{"metrics": {"a": 1, "a": 2}}'), "says something twice"),
    "a-number-of-a-million-digits": (text(b'{"a": ' + b"9" * 10**6 + b"}"), "cannot be read"),
    "a-byte-too-large": (text(b" " * (MAX_JSON_BYTES + 1)), "larger than 1 MB"),
    "100-megabytes": (sparse(CONFIG, 100 << 20), "larger than 1 MB"),
    "a-terabyte": (sparse(CONFIG, 1 << 40), "larger than 1 MB"),
    "a-pipe": (a_pipe(CONFIG), "no plain file"),
    "a-folder": (a_folder(CONFIG), "no plain file"),
    "unknown-field-of-10000-letters": (config(**{"\x1b[2J" * 2500: 1}), "missing or unknown"),
}
BAD_NUMBERS = {
    "nan": float("nan"),
    "inf": float("inf"),
    "negative": -1,
    "huge": HUGE,
    "of-400-digits": DIGITS,
    "true": True,
    "text": "14",
    "none": None,
    "list": [14],
}
TOO_BAD = [value for value in BAD_NUMBERS.values() if value != -1]
FIELDS = {
    "kind": [None, 1, ["lstm"], {}, "transformer", "x" * 10**5],
    "features": [None, 5, {}, "laughter", ["x"] * 10**4, [["laughter"]]],
    "tick_hz": [*BAD_NUMBERS.values(), 4.0],
    "min_ticks": [*BAD_NUMBERS.values(), 0, 15, 1.5],
    "max_ticks": [*BAD_NUMBERS.values(), 9, 121, 14.5],
    "width": [v for v in BAD_NUMBERS.values() if v is not None],
    "kernel": BAD_NUMBERS.values(),
    "dropout": BAD_NUMBERS.values(),
    "calibration": [
        None,
        {},
        "10",
        [1],
        [1, 2, 3],
        *([1, v] for v in TOO_BAD),
    ],
    "training_data": [None, 1, [], {}],
    "metrics": [None, 1, [], "good"],
}
OF_THRESHOLDS = {
    **{f"onset-{k}": (of(THRESHOLDS, onset=v), "expected") for k, v in BAD_NUMBERS.items()},
    "offset-above-onset": (of(THRESHOLDS, onset=0.1, offset=0.2), "expected 0 <= offset <="),
    "unknown": (of(THRESHOLDS, **{"x" * 10**5: 1}), "expected onset and offset"),
    "nested": (text(DEEP, THRESHOLDS), "nested too deeply"),
}
TENSORS = {
    "empty": (text(b"", WEIGHTS), "cannot be read as safetensors"),
    "seven-bytes": (text(b"1234567", WEIGHTS), "cannot be read as safetensors"),
    "header-of-2-to-the-64": (header(b"{}", length=2**64 - 1), "its header claims"),
    "header-a-byte-too-large": (header(b"{}", length=MAX_HEADER_BYTES + 1), "its header claims"),
    "header-longer-than-the-file": (header(b"{}", length=100), "cannot be read"),
    "header-no-json": (header(b"{{{{"), "cannot be read"),
    "header-a-list": (header(b"[]"), "cannot be read"),
    "header-nested": (header(b'{"a":' + b"[" * 10**5 + b"]" * 10**5 + b"}"), "cannot be read"),
    "no-tensors": (header({}), "not made for this model"),
    "trillions-in-a-tiny-file": (header(claim([HUGE], 4 * HUGE)), "cannot be read"),
    "shape-overflows": (header(claim([2**62, 2**62], 4), bytes(4)), "cannot be read"),
    "shape-negative": (header(claim([-1], 4), bytes(4)), "cannot be read"),
    "shape-of-halves": (header(claim([0.5], 4), bytes(4)), "cannot be read"),
    "shape-and-range-differ": (header(claim([2], 4), bytes(4)), "cannot be read"),
    "range-backwards": (header(claim([1], 0, begin=4), bytes(4)), "cannot be read"),
    "range-beyond-the-file": (header(claim([2], 8), bytes(4)), "cannot be read"),
    "bytes-that-no-tensor-has": (header(claim([1], 4), bytes(8)), "cannot be read"),
    "unknown-type": (header(claim([1], 4, "F31"), bytes(4)), "cannot be read"),
    "eight-bit-floats": (header(claim([1], 1, "F8_E4M3"), bytes(1)), "is of type F8_E4M3"),
    "nothing-by-trillions": (header(claim([0, HUGE], 0)), "not made for this model"),
    "a-gigabyte": (sparse(WEIGHTS, 1 << 30), "takes"),
    "a-terabyte": (sparse(WEIGHTS, 1 << 40), "takes"),
    "a-pipe": (a_pipe(WEIGHTS), "no plain file"),
    "a-folder": (a_folder(WEIGHTS), "no plain file"),
    "nan": (with_value("out.bias", float("nan")), "not finite"),
    "inf": (with_value("out.weight", float("-inf")), "not finite"),
    "a-double-that-no-float-holds": (
        tensors(lambda found: found.update({"out.bias": found["out.bias"].double() + 1e300})),
        "not finite",
    ),
    "whole-numbers": (as_type("out.bias", torch.int64), "out.bias is of type I64"),
    "truths": (as_type("out.bias", torch.bool), "out.bias is of type BOOL"),
    "complex": (as_type("out.bias", torch.complex64), "out.bias is of type C64"),
}
OF_A_HEAD = {
    "spread-of-zero": (with_value("std", 0.0), "std holds numbers that are not above 0"),
    "spread-below-zero": (with_value("std", -1.0), "std holds numbers that are not above 0"),
    "another-kind": (config(kind="conv1d"), "not made for this model"),
    "another-width": (config(width=512), "not made for this model"),
    **{
        f"{field}-{place}": (config(**{field: value}), "")
        for field, values in FIELDS.items()
        for place, value in enumerate(values)
    },
    **{f"no-{field}": (config(**{field: ...}), "missing") for field in ("kind", "metrics")},
    **OF_THRESHOLDS,
}
MEANS = [
    None,
    1,
    "abc",
    [1, 2],
    [1, 2, 3, 4],
    *([1, 2, v] for v in TOO_BAD),
]
OF_AN_EMOTION_MODEL = {
    "model": (config(model="another"), "model is another, expected face-api-expression"),
    "no-model": (config(model=...), "model is None"),
    "classes": (config(classes=["neutral"]), "classes is"),
    "no-source": (config(source=...), "source is None, expected text"),
    "source": (config(source=[1]), "expected text"),
    "crop": (config(crop=["box"]), "crop: expected box or square"),
    "std-of-nearly-nothing": (config(std=[1e-300, 1, 1]), "std: expected three numbers"),
    **{
        f"{field}-{place}": (config(**{field: value}), f"{field}: ")
        for field in ("mean", "std")
        for place, value in enumerate(MEANS)
        if not isinstance(value, int | None)
    },
    **{f"size-{k}": (config(input_size=v), "input_size") for k, v in BAD_NUMBERS.items()},
}
OF_A_LISTENER = {
    "causal": (config(causal="no"), "causal is no, expected true or false"),
    "another-kind": (config(causal=1), "causal is 1, expected true or false"),
    "no-source": (config(source=...), "source is None, expected text"),
    "variance-below-zero": (with_value("convs.0.1.running_var", -1.0), "variances below 0"),
    "half-a-count": (
        as_type("convs.0.1.num_batches_tracked", torch.float32),
        "num_batches_tracked is of type F32",
    ),
}
ROWS = [
    pytest.param(name, spoil, word, id=f"{name}-{label}")
    for name, table in {
        "head-lstm": {**JSON, **TENSORS, **OF_A_HEAD},
        "emotion-embedded": OF_AN_EMOTION_MODEL,
        "laughter": OF_A_LISTENER,
    }.items()
    for label, (spoil, word) in table.items()
]


def assert_refused(said, folder):
    """One sentence that begins with the file's name."""
    assert said.startswith(f"refused {folder}{os.sep}"), said
    assert len(said) < 900 and "\\n" not in said and "\\x1b" not in said


@pytest.mark.parametrize(("name", "spoil", "word"), ROWS)
def test_what_cannot_be_is_refused_in_a_sentence(name, spoil, word, reading, tmp_path):
    folder = copied(name, tmp_path)
    spoil(folder)
    said = reading.said(folder)
    assert_refused(said, folder)
    assert word in said
    assert reading.grown_mb < MOST_MB


def test_weights_of_half_the_size_are_read(reading, tmp_path):
    folder = copied("head-lstm", tmp_path)
    tensors(lambda found: found.update({k: v.bfloat16() for k, v in found.items()}))(folder)
    assert reading.said(folder) == "read"


@pytest.mark.parametrize("name", SHIPPED)
def test_what_comes_with_the_code_is_read(name, reading):
    assert reading.said(models_folder() / name) == "read"


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        pytest.param(config(features=["x"] * 10**5), ValueError, id="features"),
        pytest.param(config(width=HUGE), ValueError, id="width"),
        pytest.param(sparse(WEIGHTS, 1 << 40), WeightsError, id="a-terabyte"),
        pytest.param(with_value("out.bias", float("nan")), WeightsError, id="nan"),
    ],
)
def test_from_pretrained_believes_no_more(spoil, error, tmp_path):
    folder = copied("head-conv1d", tmp_path)
    spoil(folder)
    with pytest.raises(error):
        Conv1dHead.from_pretrained(folder)


# Torn by a seeded fuzzer


def torn(name, seed, folder):
    """A copy of a released folder, damaged in one of its files."""
    spoilt = copied(name, folder)
    file = spoilt / (CONFIG, WEIGHTS)[seed % 2]
    file.write_bytes(mutated(file.read_bytes(), seed))
    return spoilt


def hunt(seeds, reading, folder):
    refused = 0
    for seed in seeds:
        spoilt = torn(SHIPPED[seed // 2 % len(SHIPPED)], seed, folder)
        said = reading.said(spoilt)
        if said != "read":
            assert_refused(said, spoilt)
            refused += 1
        shutil.rmtree(spoilt)
    return refused


def test_torn_weights_are_read_or_refused(reading, tmp_path):
    refused = hunt(range(200), reading, tmp_path)
    assert 100 < refused < 200
    assert reading.grown_mb < MOST_MB


@pytest.mark.torture
def test_thousands_of_torn_weights_are_read_or_refused(reading, tmp_path):
    hunt(range(200, 3200), reading, tmp_path)
    assert reading.grown_mb < MOST_MB


def test_every_folder_of_weights_has_its_reader():
    assert {kind_of(models_folder() / name) for name in SHIPPED} <= set(READERS)
