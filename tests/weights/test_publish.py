"""What is published is planned first, sent in one commit, and found again by those who use it."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
import torch
import yaml
from huggingface_hub import ModelCard
from safetensors.torch import save_file

from funny.cli import main
from funny.errors import OptionError, WeightsError
from funny.extract.emotion import VA_MTL_CONFIG, VaMtl
from funny.files import file_sha256, git_blob_id
from funny.moments.highlights import Thresholds
from funny.records import EMOTION_COLUMNS
from funny.score.heads import HeadConfig, LstmHead
from funny.weights.convert import convert
from funny.weights.emotion import resolve_emotion_model
from funny.weights.folders import CONFIG, VA_MTL, WEIGHTS, converted_folder, models_folder, registry
from funny.weights.heads import load_head, resolve_head, save_head
from funny.weights.publish import pinned_tag, plan, publish
from tests.hub import Hub

REPO, TAG = "tester/mine", pinned_tag()
HEAD_FILES = {CONFIG, "highlights.json", WEIGHTS, "README.md"}
HEADS = [path.name for path in models_folder().glob("head-*/")]
HEAD_ALONE = HEAD_FILES | {f"{head}/{name}" for head in HEADS for name in HEAD_FILES}
WITH_VA_MTL = HEAD_ALONE | {f"{VA_MTL}/{name}" for name in (CONFIG, WEIGHTS, "README.md")}
# A repository has it from its first moment on.
BORN_WITH = {".gitattributes"}


@pytest.fixture(scope="module")
def pickled(tmp_path_factory):
    """A network of VA-MTL's shape with random weights, as its authors would have saved it."""
    torch.manual_seed(0)
    file = tmp_path_factory.mktemp("pickled") / "enet_b0_8_va_mtl.pt"
    torch.save(VaMtl.build(), file)
    return file


@pytest.fixture(scope="module")
def converted(pickled, tmp_path_factory):
    weights = tmp_path_factory.mktemp("converted") / WEIGHTS
    convert(pickled, weights)
    return weights


@pytest.fixture
def pin(pickled, monkeypatch):
    """Lets the random weights be those that registry.toml pins."""
    monkeypatch.setitem(registry()["upstream"][VA_MTL], "blob", git_blob_id(pickled))


@pytest.fixture(autouse=True)
def hub(monkeypatch, tmp_path):
    """A Hub that all of huggingface_hub talks to, with a cache and a token of its own."""
    monkeypatch.delenv("HF_HUB_OFFLINE")
    with Hub() as hub:
        template = f"{hub.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        constants = {
            "HF_HUB_OFFLINE": False,
            "HF_HUB_DISABLE_XET": True,
            "HF_HUB_CACHE": str(tmp_path / "hub"),
            "HF_TOKEN_PATH": str(tmp_path / "token"),
            "ENDPOINT": hub.url,
            "HUGGINGFACE_CO_URL_TEMPLATE": template,
        }
        for name, value in constants.items():
            monkeypatch.setattr(f"huggingface_hub.constants.{name}", value)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_TOKEN", hub.token)
        yield hub


@pytest.fixture
def models(tmp_path, monkeypatch):
    """A models folder to change, in place of the released one."""
    folder = tmp_path / "models"
    for head in HEADS:
        shutil.copytree(models_folder() / head, folder / head)
    for module in ("publish", "heads"):
        monkeypatch.setattr(f"funny.weights.{module}.models_folder", lambda: folder)
    return folder


@pytest.fixture
def impatient(monkeypatch):
    """The Hub's client does not wait before it tries again."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def changes(hub):
    """What was asked of the Hub beyond reading and making the repository."""
    return [r.path for r in hub.requests if r.method != "GET" and not r.path.endswith("/create")]


# The plan


def test_the_plan_without_va_mtl_holds_every_head_one_of_them_twice_and_the_cards():
    planned = plan(REPO)
    assert {file.path for file in planned.files} == HEAD_ALONE
    assert len(planned.files) == len(HEAD_ALONE)
    assert not planned.has_emotion_model


def test_the_plan_with_va_mtl_holds_its_folder_too(converted):
    planned = plan(REPO, converted)
    assert {file.path for file in planned.files} == WITH_VA_MTL
    assert planned.has_emotion_model


def test_a_planned_file_is_the_file_to_the_byte(converted):
    files = {file.path: file for file in plan(REPO, converted).files}
    released = models_folder() / "head-lstm"
    sources = {f"{VA_MTL}/{name}": converted.with_name(name) for name in (CONFIG, WEIGHTS)}
    sources |= {f"{h}/{n}": models_folder() / h / n for h in HEADS for n in HEAD_FILES}
    sources |= {name: released / name for name in HEAD_FILES - {"README.md"}}
    for path, source in sources.items():
        assert files[path].content == source.read_bytes(), path
        assert files[path].size == source.stat().st_size
        assert files[path].sha256 == file_sha256(source)


def test_fetched_weights_are_published_without_being_named(pin, pickled):
    convert(pickled, converted_folder(git_blob_id(pickled)) / WEIGHTS)
    assert {file.path for file in plan(REPO).files} == WITH_VA_MTL


@pytest.mark.parametrize(
    "repo_id",
    [
        pytest.param("", id="empty"),
        pytest.param("a", id="no-owner"),
        pytest.param("a/", id="no-name"),
        pytest.param("/a", id="empty-owner"),
        pytest.param("a/b/c", id="three-parts"),
        pytest.param("../x", id="a-path"),
        pytest.param("a b/c", id="a-space"),
        pytest.param("a/b\n", id="a-line-break"),
        pytest.param("a/b.git", id="a-git-address"),
        pytest.param("a/" + "b" * 97, id="too-long"),
        pytest.param("누구/모델", id="not-ascii"),
    ],
)
def test_a_bad_name_is_refused_before_any_request(repo_id, hub, capsys):
    with pytest.raises(OptionError, match="expected owner/name"):
        plan(repo_id)
    assert main(["publish", "--repo", repo_id]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert hub.requests == []


def copied(converted, folder):
    for name in (CONFIG, WEIGHTS):
        shutil.copy(converted.with_name(name), folder / name)
    return folder / WEIGHTS


def without_config(weights):
    weights.with_name(CONFIG).unlink()


def of_another_shape(weights):
    torch.manual_seed(0)
    net = VaMtl.build()
    save_file({**net.state_dict(), "classifier.bias": torch.zeros(8)}, weights)


def of_other_numbers(weights):
    torch.manual_seed(1)
    save_file(VaMtl.build().state_dict(), weights)


def stated(**changed):
    def edit(weights):
        config = weights.with_name(CONFIG)
        found = {**json.loads(config.read_text("utf-8")), **changed}
        config.write_text(json.dumps({k: v for k, v in found.items() if v is not ...}))

    return edit


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        pytest.param(lambda weights: weights.unlink(), "cannot be read as safetensors", id="none"),
        pytest.param(without_config, "has no config.json beside it", id="no-config"),
        pytest.param(of_another_shape, "classifier.bias", id="another-shape"),
        pytest.param(of_other_numbers, "is not the file that its config", id="other-numbers"),
        pytest.param(stated(model="b2"), "model is b2, expected enet_b0_8", id="another-model"),
        pytest.param(stated(outputs=list(EMOTION_COLUMNS[::-1])), "outputs is", id="another-order"),
        pytest.param(stated(licence=...), "licence missing", id="no-licence"),
        pytest.param(stated(source=..., sha256=...), "source, sha256 missing", id="no-source"),
    ],
)
def test_weights_that_cannot_be_published_are_refused(damage, message, converted, tmp_path, hub):
    weights = copied(converted, tmp_path)
    damage(weights)
    with pytest.raises(WeightsError, match=message) as refused:
        plan(REPO, weights)
    assert str(refused.value).startswith(str(tmp_path))
    assert "\n" not in str(refused.value)
    assert hub.requests == []


@pytest.mark.parametrize("name", sorted(HEAD_FILES))
def test_a_head_that_is_not_whole_is_refused_by_the_name_of_the_file(name, models):
    (models / "head-lstm" / name).unlink()
    with pytest.raises(WeightsError, match=f"head-lstm/{name}: "):
        plan(REPO)


def test_only_folders_are_heads(models):
    (models / "head-notes.txt").write_text("not a head")
    assert {file.path for file in plan(REPO).files} == HEAD_ALONE


# The cards


def card_of(planned, path):
    [content] = [file.content for file in planned.files if file.path == path]
    return ModelCard(content.decode())


def front_of(card):
    """The front matter as any reader of YAML sees it."""
    _, front, _ = card.content.split("---\n", 2)
    return yaml.safe_load(front)


def test_weights_of_unknown_origin_are_not_called_open(converted):
    planned = plan(REPO, converted)
    for path in ("README.md", f"{VA_MTL}/README.md"):
        card = card_of(planned, path)
        assert card.data.license == front_of(card)["license"] == "other"
    assert "enet_b0_8_va_mtl.pt, which is not the pinned file" in card.text


def test_the_pinned_weights_carry_their_licence_and_source(pin, pickled, tmp_path):
    convert(pickled, tmp_path / WEIGHTS)
    planned = plan(REPO, tmp_path / WEIGHTS)
    for path in ("README.md", f"{VA_MTL}/README.md"):
        assert card_of(planned, path).data.license == "apache-2.0"
    text = card_of(planned, f"{VA_MTL}/README.md").text
    assert registry()["upstream"][VA_MTL]["source"] in text
    assert "| Licence | Apache-2.0 |" in text


def test_without_va_mtl_all_is_of_the_head_s_licence():
    assert front_of(card_of(plan(REPO), "README.md"))["license"] == "apache-2.0"


@pytest.mark.parametrize(
    ("path", "library", "task", "tag"),
    [
        pytest.param("README.md", "funny", "video-classification", "humor", id="root"),
        pytest.param(
            f"{VA_MTL}/README.md", "timm", "image-classification", "valence-arousal", id="emotion"
        ),
    ],
)
def test_the_front_matter_names_library_task_and_tags(path, library, task, tag, converted):
    card = card_of(plan(REPO, converted), path)
    assert (card.data.library_name, card.data.pipeline_tag) == (library, task)
    assert {tag, "facial-expression-recognition"} <= set(card.data.tags)
    assert front_of(card) == card.data.to_dict()


def test_the_emotion_card_lists_the_ten_outputs_in_their_order(converted):
    text = card_of(plan(REPO, converted), f"{VA_MTL}/README.md").text
    rows = [row.strip("| ").split(" | ") for row in text.splitlines() if row.startswith("| ")]
    numbered = [(int(row[0]), row[1]) for row in rows if row[0].isdigit()]
    assert numbered == list(enumerate(EMOTION_COLUMNS))
    assert len(numbered) == 10


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("224×224", id="input-size"),
        pytest.param(f"mean {VA_MTL_CONFIG['mean']}", id="mean"),
        pytest.param(f"standard deviation {VA_MTL_CONFIG['std']}", id="std"),
        pytest.param("first eight are logits", id="meaning"),
        pytest.param("clipped to −1..1", id="range"),
        pytest.param("61.93 %", id="figures"),
        pytest.param("## Intended use and limits", id="limits"),
        pytest.param("**Do not judge persons by them**", id="not-for-judging"),
        pytest.param("gender, skin and culture", id="bias"),
    ],
)
def test_the_emotion_card_says(said, converted):
    assert said in card_of(plan(REPO, converted), f"{VA_MTL}/README.md").text


def test_the_emotion_card_states_the_hash_of_the_weights(converted):
    text = card_of(plan(REPO, converted), f"{VA_MTL}/README.md").text
    assert f"`{hashlib.sha256(converted.read_bytes()).hexdigest()}`" in text


def test_the_root_card_leads_to_every_folder_and_shows_the_figures(converted):
    text = card_of(plan(REPO, converted), "README.md").text
    for folder in (*HEADS, VA_MTL):
        assert f"[`{folder}`]({folder}/README.md)" in text
    metrics = text.split("```json\n")[1].split("```")[0]
    assert json.loads(metrics) == load_head("lstm").config.metrics != {}
    assert "Trained on: simulated" in text
    assert f'LstmHead.from_pretrained("{REPO}")' in text
    assert "**Do not judge persons by them**" in text


# Sent


def test_one_commit_holds_what_was_planned_and_the_tag_is_on_it(hub, converted):
    planned = plan(REPO, converted)
    commit = publish(REPO, planned, TAG, private=False)
    there = hub.files(REPO, TAG)
    assert {name: there[name] for name in set(there) - BORN_WITH} == {
        file.path: file.content for file in planned.files
    }
    assert hub.files(REPO, commit.oid) == there
    assert commit.url == f"{hub.url}/{REPO}/commit/{commit.oid}"
    assert len([path for path in changes(hub) if "/commit/" in path]) == 1


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_the_repository_is_as_private_as_was_asked(private, hub):
    from huggingface_hub import HfApi

    publish(REPO, plan(REPO), TAG, private)
    assert HfApi(endpoint=hub.url, token=hub.token).repo_info(REPO).private == private


def test_without_a_token_nothing_is_sent(hub, monkeypatch):
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(OptionError, match="hf auth login"):
        publish(REPO, plan(REPO), TAG, private=False)
    assert hub.requests == []


def test_a_wrong_token_is_one_line(hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(WeightsError, match=f"{REPO}: .*401") as refused:
        publish(REPO, plan(REPO), TAG, private=False)
    assert "\n" not in str(refused.value)
    assert "hf_wrong" not in str(refused.value)


def test_a_taken_tag_is_refused_and_nothing_is_sent(hub):
    before = hub.add(REPO, {"README.md": b"older"}, tags=[TAG])
    with pytest.raises(OptionError, match=f"has a tag {TAG} already"):
        publish(REPO, plan(REPO), TAG, private=False)
    assert changes(hub) == []
    assert hub.files(REPO) == hub.files(REPO, TAG) == hub.files(REPO, before)


def test_what_is_public_is_not_taken_for_private(hub):
    hub.add(REPO, {"README.md": b"older"}, tags=[])
    with pytest.raises(OptionError, match="exists and is public"):
        publish(REPO, plan(REPO), TAG, private=True)
    assert changes(hub) == []
    assert hub.files(REPO) == {"README.md": b"older"}


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        pytest.param("/api/repos/create", "POST", id="repository"),
        pytest.param("/api/models/*/refs", "GET", id="tags"),
        pytest.param("*/info/lfs/objects/batch", "POST", id="large-file"),
        pytest.param("/api/models/*/commit/main", "POST", id="commit"),
    ],
)
def test_a_broken_hub_is_one_line_and_no_tag(pattern, method, hub, impatient):
    hub.add(REPO, {"README.md": b"older"}, tags=[])
    hub.fail(pattern, method=method, status=500)
    with pytest.raises(WeightsError, match=f"{REPO}: .*500") as refused:
        publish(REPO, plan(REPO), TAG, private=False)
    assert "\n" not in str(refused.value)
    assert not [path for path in changes(hub) if "/tag/" in path]
    assert hub.files(REPO) == {"README.md": b"older"}


def test_a_hub_that_is_not_there_is_one_line(hub, monkeypatch, impatient):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # the port of `discard`: nobody listens
    with pytest.raises(WeightsError, match=f"{REPO}: .*refused") as refused:
        publish(REPO, plan(REPO), TAG, private=False)
    assert "\n" not in str(refused.value)


def test_another_tag_leaves_the_first_as_it_was(hub, models):
    publish(REPO, plan(REPO), "v1", private=False)
    first = hub.files(REPO, "v1")
    (models / "head-lstm/highlights.json").write_text('{"onset": 0.5, "offset": 0.25}')
    publish(REPO, plan(REPO), "v2", private=False)
    assert hub.files(REPO, "v1") == first
    assert json.loads(hub.files(REPO, "v2")["highlights.json"])["onset"] == 0.5


def test_the_same_files_can_have_a_second_tag(hub):
    commits = [publish(REPO, plan(REPO), tag, private=False).oid for tag in ("v1", "v2")]
    assert commits[0] == commits[1]
    assert hub.files(REPO, "v1") == hub.files(REPO, "v2")


# The command line


def test_a_dry_run_prints_every_file_and_asks_nobody(hub, capsys, monkeypatch):
    monkeypatch.delenv("HF_TOKEN")
    assert main(["publish", "--repo", REPO, "--dry-run"]) == 0
    out = capsys.readouterr().out
    lines = {line.split()[-1]: line for line in out.splitlines() if "  " in line}
    for file in plan(REPO).files:
        assert f"{file.size:,}  {file.sha256[:12]}" in lines[file.path]
    assert set(lines) == HEAD_ALONE
    assert "VA-MTL is not among them" in out
    assert f"Nothing was sent. {REPO} would get these files in one commit, tag {TAG}." in out
    assert hub.requests == []


def test_a_publication_says_where_it_is_and_how_to_use_it(hub, capsys, converted):
    arguments = ["--repo", REPO, "--emotion-weights", str(converted), "--tag", "v7", "--private"]
    assert main(["publish", *arguments]) == 0
    out = capsys.readouterr().out
    assert f"{hub.url}/{REPO}/commit/" in out
    assert f"FUNNY_HUB_REPO={REPO}@v7" in out
    assert "VA-MTL is not among them" not in out
    assert set(hub.files(REPO, "v7")) == WITH_VA_MTL | BORN_WITH


def test_a_refusal_is_one_line_and_exit_code_2(capsys, monkeypatch):
    monkeypatch.delenv("HF_TOKEN")
    assert main(["publish", "--repo", REPO]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "funny: No token of the Hub: run `hf auth login`, or set HF_TOKEN."
    ]


# Used


def test_published_va_mtl_is_what_the_resolver_finds(hub, converted, monkeypatch):
    publish(REPO, plan(REPO, converted), TAG, private=True)
    monkeypatch.setenv("FUNNY_HUB_REPO", f"{REPO}@{TAG}")
    found = resolve_emotion_model("va-mtl")
    assert [a.source for a in found.attempts if a.state == "used"] == ["hub"]
    assert found.found.info.sha256 == file_sha256(converted)
    assert found.found.info.source.startswith(f"{REPO}@")


def test_a_published_head_is_found_by_its_name(hub, models, monkeypatch):
    config = HeadConfig(kind="lstm", training_data="a test", metrics={"auroc": 0.5})
    save_head(models / "head-mine", LstmHead(config), Thresholds(0.6, 0.2))
    shutil.copy(models / "head-lstm/README.md", models / "head-mine/README.md")
    mine = load_head("mine")
    publish(REPO, plan(REPO), TAG, private=False)
    shutil.rmtree(models / "head-mine")
    monkeypatch.setenv("FUNNY_HUB_REPO", f"{REPO}@{TAG}")
    found = resolve_head("mine")
    assert [a.source for a in found.attempts if a.state == "used"] == ["hub"]
    assert (found.found.config, found.found.thresholds) == (config, Thresholds(0.6, 0.2))
    assert found.found.info == mine.info


@torch.inference_mode()
def test_others_load_the_published_head_by_from_pretrained():
    publish(REPO, plan(REPO), TAG, private=False)
    theirs, ours = LstmHead.from_pretrained(REPO, revision=TAG), load_head("lstm")
    x, mask = torch.randn(4, 14, ours.net.inputs), torch.ones(4, 14, dtype=torch.bool)
    assert torch.equal(theirs(x, mask), ours.net(x, mask))
    assert theirs.config == ours.config


def test_nothing_of_this_machine_is_published(converted):
    files = plan(REPO, converted).files
    texts = {file.path: file.content.decode() for file in files if not file.path.endswith(WEIGHTS)}
    own = (converted.parent, Path.home(), models_folder().parent)
    assert [path for path, text in texts.items() if any(str(o) in text for o in own)] == []
