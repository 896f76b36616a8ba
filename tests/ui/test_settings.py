"""The app's limits come from the environment, and a typed path leads nowhere else."""

from dataclasses import fields, replace
from pathlib import Path

import platformdirs
import pytest

from funny.errors import OptionError
from funny.extract.limits import PUBLIC, Limits, enforce, in_force, is_apart
from funny.ui.settings import Settings


def test_an_empty_environment_is_a_machine_of_ones_own():
    usual = Settings(state=Path(platformdirs.user_state_dir("funny", appauthor=False)))
    assert Settings.read({}) == usual
    assert Settings.read({"FUNNY_QUEUE": "", "FUNNY_FOLDERS": ""}) == usual


@pytest.mark.parametrize(
    ("asked", "state", "room"),
    [
        pytest.param({"FUNNY_STATE": "0"}, None, None, id="nowhere"),
        pytest.param({"FUNNY_STATE": "/data/방송"}, Path("/data/방송"), None, id="a-disk"),
        pytest.param({"FUNNY_STATE": "0", "FUNNY_ROOM_GB": "2.5"}, None, 2_500_000_000, id="room"),
        pytest.param({"FUNNY_STATE": "0", "SPACE_ID": "a/b"}, None, 20_000_000_000, id="a-space"),
    ],
)
def test_where_work_is_kept_and_how_much(asked, state, room):
    settings = Settings.read(asked)
    assert (settings.state, settings.room) == (state, room)


def test_everything_can_be_set(tmp_path):
    (tmp_path / "방송").mkdir()
    asked = {
        "FUNNY_MAX_UPLOAD": "2gb",
        "FUNNY_QUEUE": "7",
        "FUNNY_WATCHERS": "3",
        "FUNNY_KEEP_HOURS": "0.5",
        "FUNNY_FOLDERS": f"{tmp_path}:{tmp_path / '방송'}",
        "FUNNY_STATE": str(tmp_path),
        "FUNNY_WAITING": "5",
        "FUNNY_WAITING_EACH": "2",
        "FUNNY_PROXIES": "1",
        "FUNNY_PER_MINUTE": "60",
    }
    folders = (tmp_path, tmp_path / "방송")
    assert Settings.read(asked) == Settings(
        *("2gb", 7, 3, 1800.0, folders),
        state=tmp_path,
        waiting=5,
        waiting_each=2,
        proxies=1,
        per_minute=60,
    )


LIMITS = {
    "FUNNY_MAX_GB": ("bytes", 3e9),
    "FUNNY_MAX_HOURS": ("duration_s", 10_800),
    "FUNNY_MAX_MEGAPIXELS": ("pixels", 3_000_000),
    "FUNNY_MAX_STREAMS": ("streams", 3),
    "FUNNY_MAX_DECODE": ("decode_s", 3),
    "FUNNY_MAX_MEMORY_GB": ("memory_bytes", 3 << 30),
    "FUNNY_MAX_WRITTEN_GB": ("written_bytes", 3e9),
}


@pytest.fixture
def nothing_in_force(monkeypatch):
    for name in ("SPACE_ID", "GRADIO_SERVER_NAME"):
        monkeypatch.delenv(name, raising=False)
    yield
    enforce(Limits())


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_can_be_stated(nothing_in_force, name):
    field, number = LIMITS[name]
    Settings.read({name: "3"}).guard("0.0.0.0")
    assert in_force() == replace(PUBLIC, **{field: number})
    with pytest.raises(OptionError, match=f"{name}=none"):
        Settings.read({name: "none"})


def test_every_limit_has_a_name():
    assert {field for field, _ in LIMITS.values()} == {field.name for field in fields(Limits)}


@pytest.mark.parametrize(
    ("host", "is_shared", "told", "is_public"),
    [
        pytest.param(None, False, {}, False, id="as-it-comes"),
        pytest.param("127.0.0.1", False, {}, False, id="this-machine"),
        pytest.param("localhost", False, {}, False, id="by-name"),
        pytest.param("0.0.0.0", False, {}, True, id="every-network"),
        pytest.param("192.168.1.7", False, {}, True, id="one-network"),
        pytest.param(None, False, {"GRADIO_SERVER_NAME": "0.0.0.0"}, True, id="gradio"),
        pytest.param(None, True, {}, True, id="tunnel"),
        pytest.param(None, False, {"SPACE_ID": "a/b"}, True, id="space"),
    ],
)
@pytest.mark.parametrize("isolate", [None, True, False])
def test_strangers_meet_limits(
    nothing_in_force, monkeypatch, host, is_shared, told, is_public, isolate
):
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    Settings(isolate=isolate).guard(host, is_shared)
    assert in_force() == (PUBLIC if is_public else Limits())
    assert is_apart() is (is_public if isolate is None else isolate)


@pytest.mark.parametrize(("said", "meant"), [("", None), ("0", False), ("1", True)])
def test_reading_apart_can_be_chosen(said, meant):
    assert Settings.read({"FUNNY_ISOLATE": said}).isolate is meant


def test_reading_apart_half_is_refused():
    with pytest.raises(OptionError, match="FUNNY_ISOLATE=yes: expected 0 or 1"):
        Settings.read({"FUNNY_ISOLATE": "yes"})


@pytest.mark.parametrize("text", ["0", "-1", "many", "nan", "inf", "1e9"])
@pytest.mark.parametrize("name", ["FUNNY_QUEUE", "FUNNY_WATCHERS", "FUNNY_KEEP_HOURS"])
def test_a_number_that_is_none_is_said(name, text):
    with pytest.raises(OptionError, match=f"{name}={text}: expected a number above 0"):
        Settings.read({name: text})


@pytest.mark.parametrize(
    ("asked", "live"),
    [
        pytest.param({}, 1, id="usually"),
        pytest.param({"SPACE_ID": "a/b"}, 0, id="a-space"),
        pytest.param({"SPACE_ID": "a/b", "FUNNY_LIVE": "2"}, 2, id="a-space-that-may"),
        pytest.param({"FUNNY_LIVE": "0"}, 0, id="none"),
    ],
)
def test_how_many_pages_may_be_live(asked, live):
    assert Settings.read(asked).live == live


@pytest.mark.parametrize(
    ("asked", "proxies"),
    [
        pytest.param({}, 0, id="of-ones-own"),
        pytest.param({"SPACE_ID": "a/b"}, 1, id="a-space"),
        pytest.param({"SPACE_ID": "a/b", "FUNNY_PROXIES": "0"}, 0, id="said"),
    ],
)
def test_how_many_proxies_are_believed(asked, proxies):
    assert Settings.read(asked).proxies == proxies


@pytest.mark.parametrize("text", ["-1", "one", "1.5"])
def test_a_number_of_proxies_that_is_none_is_said(text):
    with pytest.raises(OptionError, match=f"FUNNY_PROXIES={text}: expected 0 or more"):
        Settings.read({"FUNNY_PROXIES": text})


def test_a_folder_that_is_none_is_said(tmp_path):
    with pytest.raises(OptionError, match="missing is no folder"):
        Settings.read({"FUNNY_FOLDERS": str(tmp_path / "missing")})


@pytest.fixture
def recordings(tmp_path):
    folder = tmp_path / "recordings"
    (folder / "2026").mkdir(parents=True)
    (folder / "2026" / "방송 1.mkv").write_bytes(b"")
    (tmp_path / "secret.mp4").write_bytes(b"")
    (folder / "way-out.mp4").symlink_to(tmp_path / "secret.mp4")
    (tmp_path / "recordings-of-others").mkdir()
    (tmp_path / "recordings-of-others" / "a.mp4").write_bytes(b"")
    return folder


@pytest.mark.parametrize("form", ["{}", " {} ", '"{}"', "{}/../2026/방송 1.mkv"])
def test_a_file_of_a_folder_is_opened(recordings, form):
    path = recordings / "2026" / "방송 1.mkv"
    typed = form.format(path if "/.." not in form else path.parent)
    assert Settings(folders=(recordings,)).opened(typed) == path


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("{0}/../secret.mp4", id="climbing-out"),
        pytest.param("{0}/way-out.mp4", id="a-link-that-leads-out"),
        pytest.param("{0}-of-others/a.mp4", id="a-folder-that-begins-alike"),
        pytest.param("{0}/2026", id="a-folder"),
        pytest.param("{0}/nothing.mp4", id="nothing"),
        pytest.param("/etc/passwd", id="elsewhere"),
        pytest.param("/dev/zero", id="a-device"),
        pytest.param("", id="empty"),
        pytest.param("a" * 5000, id="long"),
        pytest.param("nul\0byte", id="a-zero-byte"),
        pytest.param("~nobody-of-that-name/a.mp4", id="an-unknown-home"),
    ],
)
def test_everything_else_is_refused_alike(recordings, typed):
    with pytest.raises(OptionError, match="there is no such file in"):
        Settings(folders=(recordings,)).opened(typed.format(recordings))


def test_without_folders_nothing_is_opened(recordings):
    with pytest.raises(OptionError, match="there is no such file"):
        Settings().opened(str(recordings / "2026" / "방송 1.mkv"))
