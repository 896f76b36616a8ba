"""clips.parquet: what others read of it, and what is no such table."""

import errno
import json

import numpy as np
import pytest

from funny.errors import DatasetError, OptionError
from funny.extras import extra
from funny.learn import parquet
from funny.learn.dataset import identity
from funny.learn.parquet import NAME, About, about, read_rows, write_rows
from funny.score.features import FEATURES
from tests.study import MODELS, clips_of, rows_of, study

ABOUT = About("abc", MODELS)


@pytest.fixture
def rows():
    clips, signals = clips_of("v", 1, 6)
    return list(rows_of(clips, signals, "침착맨"))


@pytest.mark.parametrize("count", [0, 1, 6])
def test_a_table_comes_back_as_it_was_written(tmp_path, rows, count, monkeypatch):
    monkeypatch.setattr(parquet, "_BATCH_ROWS", 4)
    assert write_rows(tmp_path / NAME, rows[:count], ABOUT) == count
    found = list(read_rows(tmp_path / NAME))
    assert about(tmp_path / NAME) == ABOUT
    assert len(found) == count
    for one, two in zip(found, rows, strict=False):
        np.testing.assert_array_equal(one.around, two.around)
        assert {**vars(one), "around": 0, "face_share": 0} == {
            **vars(two),
            "around": 0,
            "face_share": 0,
        }


def test_datasets_and_pandas_read_it(tmp_path, rows, monkeypatch):
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    import datasets
    import pandas

    path = tmp_path / NAME
    write_rows(path, rows, ABOUT)
    table = datasets.Dataset.from_parquet(str(path), cache_dir=str(tmp_path / "cache"))
    streamed = datasets.load_dataset("parquet", data_files=str(path), split="train", streaming=True)
    frame = pandas.read_parquet(path)
    for n, (one, two) in enumerate(zip(table, streamed, strict=True)):
        for found in (one, two):
            assert (found["id"], found["label"]) == (rows[n].id, rows[n].label)
            np.testing.assert_array_equal(np.array(found["x"], np.float32), rows[n].x)
            np.testing.assert_array_equal(found["mask"], rows[n].mask)
        np.testing.assert_array_equal(np.stack(frame["x"][n]), rows[n].x)
    assert frame["streamer"].tolist() == ["침착맨"] * 6


def test_the_identity_of_the_manifest_is_in_the_metadata(tmp_path):
    from pyarrow import parquet as arrow

    manifest = study(tmp_path, 2, 4)
    said = json.loads(arrow.read_schema(tmp_path / NAME).metadata[b"funny"])
    assert said["manifest"] == identity(manifest)
    assert said["features"] == list(FEATURES)
    assert said["models"]["emotion"]["sha256"] == "abc"


def foreign(path):
    import pandas

    pandas.DataFrame({"id": ["a"]}).to_parquet(path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda p: None, "is not there", id="none"),
        pytest.param(lambda p: p.write_bytes(b""), "cannot be read", id="empty"),
        pytest.param(lambda p: p.write_bytes(b"PAR1" * 99), "cannot be read", id="garbage"),
        pytest.param(foreign, "is no funny.clips/1", id="another-table"),
    ],
)
def test_what_is_no_table_is_named_with_a_remedy(tmp_path, make, message):
    make(tmp_path / NAME)
    with pytest.raises(DatasetError, match=message) as refused:
        list(read_rows(tmp_path / NAME))
    assert str(refused.value).startswith(str(tmp_path / NAME))
    assert "`funny dataset build`" in str(refused.value)


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyError()])
def test_what_cannot_be_written_leaves_what_was_there(tmp_path, rows, error):
    write_rows(tmp_path / NAME, rows, ABOUT)
    before = (tmp_path / NAME).read_bytes()

    def fails():
        yield rows[0]
        raise error

    expected = DatasetError if isinstance(error, OSError) else KeyError
    with pytest.raises(expected):
        write_rows(tmp_path / NAME, fails(), ABOUT)
    assert (tmp_path / NAME).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_library_that_is_missing_is_named_with_the_command():
    wanted = r'nowhere is not installed. .*"\.\[tune\]"'
    with pytest.raises(OptionError, match=wanted), extra("tune"):
        import nowhere  # noqa: F401
