"""Which device and numbers models run on, a GPU that is lent call by call, and whose call it is."""

import importlib.util
import multiprocessing
import os
import pickle
import subprocess
import sys
import types
from contextvars import ContextVar
from pathlib import Path

import numpy as np
import pytest
import torch

from funny.device import batch_size, device, dtype, is_zero_gpu, on_gpu
from funny.errors import Cancelled, OptionError
from funny.extract.emotion import VA_MTL_CONFIG, Embedded, EmotionModel, Preprocessing, VaMtl
from funny.pipeline import Analyzer
from funny.records import ModelInfo
from funny.ui.desk import Desk
from funny.ui.jobs import Job
from funny.weights.folders import EMBEDDED, models_folder

ROOT = Path(__file__).parents[1]
CROPS = np.random.default_rng(0).integers(0, 256, (3, 3, 96, 80), np.uint8)
CPU, CUDA = ("cpu", torch.float32, 4), ("cuda", torch.float16, 128)


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """Nothing that a person or a Space has set."""
    monkeypatch.delenv("FUNNY_DEVICE", raising=False)
    monkeypatch.delenv("SPACES_ZERO_GPU", raising=False)


# One function says where


@pytest.mark.parametrize(
    ("chosen", "has_cuda", "expected"),
    [
        pytest.param("", False, CPU, id="empty-is-not-set"),
        pytest.param(None, False, CPU, id="no-cuda"),
        pytest.param(None, True, CUDA, id="cuda"),
        pytest.param("cpu", True, CPU, id="cpu-beside-cuda"),
        pytest.param("cuda", True, CUDA, id="cuda-chosen"),
        pytest.param("cuda:1", True, ("cuda:1", *CUDA[1:]), id="the-second-gpu"),
        pytest.param("meta", True, ("meta", *CPU[1:]), id="any-other"),
    ],
)
def test_device_numbers_and_batch(chosen, has_cuda, expected, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_cuda)
    if chosen is not None:
        monkeypatch.setenv("FUNNY_DEVICE", chosen)
    assert (str(device()), dtype(), batch_size()) == expected
    assert device(per_picture=True) == device()


@pytest.mark.parametrize("chosen", ["gpu", "cuda", "cuda:1"])
def test_a_device_that_is_not_there_is_refused_by_name(chosen, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setenv("FUNNY_DEVICE", chosen)
    with pytest.raises(OptionError, match=f"FUNNY_DEVICE={chosen}: "):
        device()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("", False, id="empty"),
        pytest.param("0", False, id="0"),
        pytest.param("false", False, id="false"),
        pytest.param("1", True, id="1"),
        pytest.param("t", True, id="t"),
        pytest.param("True", True, id="true"),
    ],
)
def test_a_space_says_that_its_gpu_is_lent(said, expected, monkeypatch):
    monkeypatch.setenv("SPACES_ZERO_GPU", said)
    assert is_zero_gpu() is expected


def test_where_the_gpu_is_lent_single_pictures_stay_on_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv("SPACES_ZERO_GPU", "1")
    assert (str(device()), str(device(per_picture=True))) == ("cuda", "cpu")


# Half precision


def embedded():
    return Embedded.load(models_folder() / EMBEDDED)


def va_mtl():
    torch.manual_seed(0)
    config = VA_MTL_CONFIG
    mean, std = tuple(config["mean"]), tuple(config["std"])
    preprocessing = Preprocessing(config["input_size"], config["crop"], mean, std)
    return VaMtl(VaMtl.build(), ModelInfo("random", "a test", "0" * 64), preprocessing)


MODELS = pytest.mark.parametrize("make", [embedded, va_mtl], ids=["embedded", "va-mtl"])


@MODELS
def test_half_precision_gives_almost_the_same_numbers(make, monkeypatch):
    monkeypatch.setenv("FUNNY_DEVICE", "cpu")
    single = make()(CROPS)
    monkeypatch.setattr("funny.extract.emotion.dtype", lambda: torch.float16)
    half = make()(CROPS)
    assert (type(half), half.dtype, half.shape) == (np.ndarray, np.float32, (3, 10))
    np.testing.assert_allclose(half, single, atol=2e-2)
    assert not np.array_equal(half, single), "it did not run in half precision"


@MODELS
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_real_gpu_gives_almost_the_same_numbers(make, monkeypatch):
    on_cuda = make()(CROPS)
    monkeypatch.setenv("FUNNY_DEVICE", "cpu")
    assert on_cuda.dtype == np.float32
    np.testing.assert_allclose(on_cuda, make()(CROPS), atol=2e-2)


# A GPU that is lent


class Spaces(types.ModuleType):
    """Stands in for `spaces`: the real one asks the Space's own GPU service for every call.

    What matters here it does as the real one: the work runs in a process that is forked after the
    models were made, and arguments and results get there and back as pickles.
    """

    def __init__(self):
        super().__init__("spaces")
        self.travelled = []
        self.durations = []

    def GPU(self, work, *, duration):
        self.durations.append(duration)

        def lent(*arguments):
            self.travelled.append(arguments)
            self.travelled.append(_forked(work, pickle.dumps(arguments)))
            return self.travelled[-1]

        return lent


def _forked(work, arguments):
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_answer, args=(theirs, work, arguments)
    )
    process.start()
    theirs.close()
    answer = ours.recv_bytes()
    process.join()
    pid, result = pickle.loads(answer)
    assert pid == process.pid != os.getpid()
    return result


def _answer(connection, work, arguments):
    torch.set_num_threads(1)  # OpenMP's other threads did not survive the fork
    connection.send_bytes(pickle.dumps((os.getpid(), work(*pickle.loads(arguments)))))


@pytest.fixture
def spaces(monkeypatch):
    stand_in = Spaces()
    monkeypatch.setenv("SPACES_ZERO_GPU", "1")
    monkeypatch.setenv("FUNNY_DEVICE", "cpu")
    monkeypatch.setitem(sys.modules, "spaces", stand_in)
    return stand_in


def test_where_no_gpu_is_lent_the_function_stays_what_it_is(monkeypatch):
    monkeypatch.setitem(sys.modules, "spaces", None)  # importing it would fail
    assert on_gpu(len) is len


def test_a_lent_gpu_gives_the_same_numbers(spaces, monkeypatch):
    lent = embedded()(CROPS)
    monkeypatch.delenv("SPACES_ZERO_GPU")
    np.testing.assert_allclose(lent, embedded()(CROPS), atol=1e-6)


def test_only_numpy_arrays_travel_to_a_lent_gpu(spaces):
    embedded()(CROPS)
    [[there], back] = spaces.travelled
    assert (type(there), there.dtype) == (np.ndarray, np.uint8)
    assert (type(back), back.dtype) == (np.ndarray, np.float32)


def test_a_call_says_how_long_it_may_hold_the_gpu(spaces):
    embedded()
    [duration] = spaces.durations
    assert 0 < duration <= 60  # seconds; the Hub's own default is the longest that is fair


@pytest.mark.skipif(importlib.util.find_spec("spaces") is None, reason="needs pip install spaces")
def test_outside_a_space_the_real_package_changes_nothing():
    code = "import spaces; print(spaces.GPU(len, duration=20) is len)"
    assert run(code).splitlines()[-1] == "True"


# What a program does first

STUB = """
import sys
print("spaces, torch is", "there" if "torch" in sys.modules else "not there yet")
GPU = lambda work, duration: work
gradio_auto_wrap = lambda work: work
"""


def run(code, **environment):
    """What a new Python prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def with_stub(tmp_path):
    """Where Python finds a `spaces` that says what was loaded before it."""
    (tmp_path / "spaces.py").write_text(STUB)
    path = [str(tmp_path), os.environ.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(filter(None, path)), "FUNNY_DEVICE": "cpu"}


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("from funny.runtime import prepare; prepare()", id="prepare"),
        pytest.param("from funny.cli import main; main(['weights', 'status'])", id="cli"),
        pytest.param("import app", id="app"),
    ],
)
def test_spaces_comes_before_torch(code, with_stub):
    lines = run(code, SPACES_ZERO_GPU="1", **with_stub).splitlines()
    assert lines[0] == "spaces, torch is not there yet"


def test_elsewhere_spaces_is_not_even_imported(with_stub):
    assert run("from funny.runtime import prepare; prepare()", **with_stub) == ""


# Whose call it is

visitor: ContextVar[str] = ContextVar("visitor", default="nobody")


@pytest.fixture
def as_visitor():
    token = visitor.set("somebody")
    yield
    visitor.reset(token)


def finished(job):
    while job.is_running:
        job.wait()
    return job


def test_work_of_a_job_knows_its_visitor(as_visitor):
    seen = []
    finished(Job(lambda job: seen.append(visitor.get())).start())
    assert seen == ["somebody"]


def test_the_emotion_model_of_an_analysis_is_called_for_its_visitor(as_visitor, monkeypatch):
    def stop(model, crops):
        raise Cancelled(visitor.get())

    monkeypatch.setattr(EmotionModel, "__call__", stop)
    work = Desk().begin(ROOT / "examples/first_laugh.mp4")
    work.analyze(Analyzer())
    assert str(finished(work.job).error) == "somebody"


def test_two_visitors_are_not_mixed_up():
    seen = []
    jobs = []
    for name in ("first", "second"):
        token = visitor.set(name)
        jobs.append(Job(lambda job, name=name: seen.append((name, visitor.get()))))
        visitor.reset(token)
    for job in jobs:
        finished(job.start())
    assert seen == [("first", "first"), ("second", "second")]
