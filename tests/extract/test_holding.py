"""Programs that are started on a stranger's file have limits and know no secrets, where asked."""

import os
import subprocess
import sys

import pytest

from funny.extract.holding import started
from funny.extract.limits import Limits, enforce

TELLS = "import os; print(os.environ.get('HF_TOKEN'), 'PATH' in os.environ)"
WRITES = "import time; time.sleep(1); open('big', 'wb').write(bytes(100_000))"
DEVOURS = "import time; time.sleep(1); print(len(bytearray(1 << 30)))"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a line of Python; what it printed, and whether it went well."""
    monkeypatch.setenv("HF_TOKEN", "hf_secret")

    def run(code, apart):
        limits = Limits(memory_bytes=1 << 29, written_bytes=10_000)
        enforce(limits, apart)
        words = [sys.executable, "-c", code]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with started(words, cwd=tmp_path, text=True, **pipes) as process:
            said = process.stdout.read().strip()
        return said, process.returncode == 0

    yield run
    enforce(Limits())


@pytest.mark.parametrize(("apart", "said"), [(False, "hf_secret True"), (True, "None True")])
def test_secrets_are_told_to_nobody(run, apart, said):
    assert run(TELLS, apart) == (said, True)


@pytest.mark.skipif(sys.platform == "win32", reason="as Unix counts")
@pytest.mark.parametrize(("apart", "nice"), [(False, 0), (True, 10)])
def test_the_page_goes_first(run, apart, nice):
    said, _ = run("import os, time; time.sleep(1); print(os.nice(0))", apart)
    assert int(said) == os.nice(0) + nice


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize("apart", [False, True])
def test_what_is_written_has_an_end(run, tmp_path, apart):
    _, went_well = run(WRITES, apart)
    assert went_well is not apart
    assert (tmp_path / "big").stat().st_size == (10_000 if apart else 100_000)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize("apart", [False, True])
def test_memory_has_an_end(run, apart):
    assert run(DEVOURS, apart) == (("", False) if apart else (str(1 << 30), True))
