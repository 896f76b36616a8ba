"""What a Space and a licence reader expect of the files around the code."""

import re
from pathlib import Path

import pytest
import yaml

from funny.files import file_sha256
from funny.weights.folders import registry

ROOT = Path(__file__).parents[1]
FOLDERS = sorted(path.parent.name for path in (ROOT / "models").glob("*/model.safetensors"))


def front_matter():
    text = (ROOT / "README.md").read_text("utf-8")
    assert text.startswith("---\n"), "a Space reads its settings from the first byte"
    lines = text.split("---\n")[1].splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_the_space_runs_the_gradio_that_is_pinned():
    pinned = re.search(r"^gradio==(\S+)$", (ROOT / "requirements.txt").read_text(), re.M)
    assert pinned and front_matter()["sdk_version"] == pinned[1]


def test_the_space_starts_a_file_that_is_there():
    assert (ROOT / front_matter()["app_file"]).is_file()


def test_the_space_has_a_python_that_zero_gpu_has():
    assert front_matter()["python_version"].strip('"') in ("3.10", "3.12")


def test_the_space_lists_the_models_of_the_hub_that_it_uses():
    models = yaml.safe_load(front_matter()["models"])
    assert isinstance(models, list)
    assert [name for name in models if not re.fullmatch(r"[\w.-]+/[\w.-]+", name)] == []


def test_a_short_description_fits_the_hub():
    assert len(front_matter()["short_description"]) <= 60


@pytest.mark.parametrize("folder", FOLDERS)
def test_weights_have_a_card(folder):
    assert (ROOT / "models" / folder / "README.md").is_file()


@pytest.mark.parametrize("folder", FOLDERS)
def test_weights_are_those_that_are_pinned(folder):
    pinned = registry()["sha256"].get(folder)
    assert pinned == file_sha256(ROOT / "models" / folder / "model.safetensors")


@pytest.mark.parametrize("folder", [name for name in FOLDERS if name.startswith("head-")])
def test_the_card_of_a_head_says_early_that_faces_were_simulated(folder):
    card = (ROOT / "models" / folder / "README.md").read_text("utf-8")
    before_the_table = card.split("\n|")[0]
    assert "simulated faces" in before_the_table


def test_licences_are_there():
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert "MIT License" in (ROOT / "models/emotion-embedded/LICENSE").read_text()


def test_the_pictures_of_the_readme_are_there():
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert pictures and all((ROOT / picture).is_file() for picture in pictures)
