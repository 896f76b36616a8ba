"""The loopback Hub answers huggingface_hub's own client as the real one does."""

import hashlib
import io
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
    HfApi,
    get_hf_file_metadata,
    hf_hub_download,
    hf_hub_url,
)
from huggingface_hub.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import get_session

from tests.hub import Hub

REPO, PRIVATE, NEW = "someone/heads", "someone/secret", "tester/new"
CARD = b"---\nlicense: apache-2.0\n---\n# Heads\n"
WEIGHTS = bytes(range(256)) * 400
FILES = {"README.md": CARD, "config.json": b"{}", "face/model.safetensors": WEIGHTS}
LARGE = "face/model.safetensors"
SHA256 = hashlib.sha256(WEIGHTS).hexdigest()


@pytest.fixture
def hub(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # the client's, before it tries again
    with Hub() as hub:
        yield hub


@pytest.fixture(autouse=True)
def commit(hub):
    """What main and v1 of a public and a private repository hold."""
    hub.add(PRIVATE, FILES, private=True)
    return hub.add(REPO, FILES)


@pytest.fixture
def api(hub):
    return HfApi(endpoint=hub.url, token=hub.token)


@pytest.fixture
def download(hub, tmp_path):
    def download(name=LARGE, repo_id=REPO, **how):
        path = hf_hub_download(
            repo_id, name, endpoint=hub.url, cache_dir=tmp_path, **{"token": False, **how}
        )
        return Path(path).read_bytes()

    return download


def head(hub, name, repo_id=REPO, **how):
    url = hf_hub_url(repo_id, name, endpoint=hub.url, revision=how.pop("revision", None))
    return get_hf_file_metadata(url, endpoint=hub.url, **{"token": False, **how})


def status_of(error):
    return error.value.response.status_code


def asked(hub, method):
    return [request.path for request in hub.requests if request.method == method]


# Reading


def test_a_small_file_is_described_by_its_git_id(hub, commit):
    found = head(hub, "README.md")
    git_id = hashlib.sha1(b"blob %d\0" % len(CARD) + CARD).hexdigest()
    assert (found.etag, found.size, found.commit_hash) == (git_id, len(CARD), commit)
    assert found.location == f"{hub.url}/{REPO}/resolve/main/README.md"


def test_a_large_file_is_described_by_its_sha256_and_lies_on_the_cdn(hub, commit):
    found = head(hub, LARGE)
    assert (found.etag, found.size, found.commit_hash) == (SHA256, len(WEIGHTS), commit)
    assert found.location.startswith(f"{hub.cdn_url}/cdn/{SHA256}/model.safetensors?X-Amz-")
    assert found.xet_file_data is None


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("revision", ["main", "v1", "commit"])
def test_downloads_by_branch_tag_and_commit(hub, download, name, revision, commit):
    named = {"commit": commit}.get(revision, revision)
    assert download(name, revision=named) == FILES[name]


def test_an_older_tag_keeps_its_files(hub, download):
    hub.add(REPO, {"config.json": b"new"}, tags=["v2"])
    assert download("config.json", revision="v1") == b"{}"
    assert download("config.json", revision="v2") == download("config.json") == b"new"
    assert hub.files(REPO) == {"config.json": b"new"}
    assert hub.files(REPO, "v1") == FILES


def test_the_token_stays_off_the_cdn(hub, download):
    assert download(token=hub.token) == WEIGHTS
    with_token = {r.path.split("/")[1]: "authorization" in r.headers for r in hub.requests}
    assert with_token == {"someone": True, "cdn": False}


@pytest.mark.parametrize(
    ("asked_for", "status", "content"),
    [
        pytest.param("", 200, WEIGHTS, id="all"),
        pytest.param("bytes=5-9", 206, WEIGHTS[5:10], id="middle"),
        pytest.param("bytes=102399-", 206, WEIGHTS[-1:], id="end"),
        pytest.param("bytes=102400-", 416, None, id="beyond"),
    ],
)
def test_the_cdn_answers_ranges(hub, asked_for, status, content):
    answer = get_session().get(head(hub, LARGE).location, headers={"Range": asked_for})
    assert answer.status_code == status
    assert content in (None, answer.content)


def test_the_cdn_answers_head(hub):
    answer = get_session().head(head(hub, LARGE).location)
    assert (answer.status_code, answer.headers["content-length"]) == (200, str(len(WEIGHTS)))


def test_the_cdn_wants_its_signature(hub):
    url = head(hub, LARGE).location
    assert get_session().get(url.partition("?")[0]).status_code == 403


@pytest.mark.parametrize(
    ("repo_id", "name", "revision", "token", "error", "status"),
    [
        pytest.param(REPO, "none.bin", "v1", False, RemoteEntryNotFoundError, 404, id="file"),
        pytest.param(REPO, LARGE, "v9", False, RevisionNotFoundError, 404, id="revision"),
        pytest.param("no/repo", LARGE, "main", False, RepositoryNotFoundError, 401, id="repo"),
        pytest.param(
            "no/repo", LARGE, "main", Hub.token, RepositoryNotFoundError, 404, id="repo-with-token"
        ),
        pytest.param(PRIVATE, LARGE, "main", False, RepositoryNotFoundError, 401, id="private"),
        pytest.param(REPO, LARGE, "main", "hf_wrong", HfHubHTTPError, 401, id="wrong-token"),
    ],
)
def test_what_is_not_there(download, repo_id, name, revision, token, error, status):
    with pytest.raises(error) as raised:
        download(name, repo_id, revision=revision, token=token)
    assert (type(raised.value), status_of(raised)) == (error, status)


def test_a_missing_file_states_its_commit(hub, commit):
    with pytest.raises(EntryNotFoundError) as raised:
        head(hub, "none.bin", revision="v1")
    assert raised.value.response.headers["X-Repo-Commit"] == commit


@pytest.mark.parametrize("name", FILES)
def test_a_private_repository_opens_with_the_token(hub, download, name):
    assert download(name, PRIVATE, token=hub.token) == FILES[name]


def test_lists_and_describes(hub, api, commit):
    assert api.list_repo_files(REPO) == sorted(FILES)
    info = api.model_info(REPO, revision="v1", files_metadata=True)
    assert (info.id, info.sha, info.private) == (REPO, commit, False)
    assert {s.rfilename: s.size for s in info.siblings} == {n: len(b) for n, b in FILES.items()}
    assert {s.rfilename: s.lfs.sha256 for s in info.siblings if s.lfs} == {LARGE: SHA256}
    assert [s.rfilename for s in api.model_info(REPO).siblings] == sorted(FILES)


def test_lists_folders(api):
    assert [entry.path for entry in api.list_repo_tree(REPO)] == [
        "README.md",
        "config.json",
        "face",
    ]
    (entry,) = api.list_repo_tree(REPO, "face")
    assert (entry.path, entry.size, entry.lfs.sha256) == (LARGE, len(WEIGHTS), SHA256)
    with pytest.raises(EntryNotFoundError):
        list(api.list_repo_tree(REPO, "voice"))


def test_lists_branches_and_tags(hub, api, commit):
    refs = api.list_repo_refs(REPO)
    assert [(b.name, b.ref, b.target_commit) for b in refs.branches] == [
        ("main", "refs/heads/main", commit)
    ]
    assert [(t.name, t.ref, t.target_commit) for t in refs.tags] == [("v1", "refs/tags/v1", commit)]


@pytest.mark.parametrize(
    ("repo_id", "revision", "exists"),
    [(REPO, "v1", True), (REPO, "v9", False), (PRIVATE, "v1", True), ("no/repo", "v1", False)],
)
def test_says_what_exists(api, repo_id, revision, exists):
    assert api.revision_exists(repo_id, revision) == exists


def test_hosts_plain_files(hub):
    path = "/opencv/opencv_zoo/main/models/face.onnx"
    hub.host(path, b"onnx")
    with urllib.request.urlopen(hub.url + path) as answer:
        assert answer.read() == b"onnx"
    assert get_session().head(hub.url + path).headers["content-length"] == "4"
    assert get_session().get(hub.url + "/else").status_code == 404


def test_notes_what_was_asked(hub):
    get_session().post(f"{hub.url}/a%20b?c=d", content=b"12345", headers={"X-Ray": "1"})
    (request,) = hub.requests
    assert (request.method, request.path, request.length) == ("POST", "/a b", 5)
    assert request.headers["x-ray"] == "1"


# Faults


def ranges(hub):
    return [r.headers.get("range") for r in hub.requests if r.path.startswith("/cdn/")]


@pytest.mark.parametrize(
    ("chunk", "second"),
    [
        pytest.param(500, "bytes=1000-", id="resumes"),
        pytest.param(10_000_000, None, id="starts-again"),  # the client drops an unfinished chunk
    ],
)
def test_a_download_goes_on_where_it_was_cut(hub, download, monkeypatch, chunk, second):
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", chunk)
    hub.fail("/cdn/*", cut_after=1000, times=1)
    assert download() == WEIGHTS
    assert ranges(hub) == [None, second]


def test_every_answer_can_be_cut(hub, download, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 500)
    hub.fail("/cdn/*", cut_after=20_000)
    assert download() == WEIGHTS
    assert ranges(hub) == [None, *(f"bytes={n}0000-" for n in range(2, 11, 2))]


def test_a_cut_with_nothing_sent_ends_the_download(hub, download):
    hub.fail("/cdn/*", cut_after=0)
    with pytest.raises(Exception, match="peer closed connection"):
        download()


@pytest.mark.parametrize("status", [500, 503])
def test_a_failing_hub_is_tried_again_and_then_given_up(hub, download, status):
    hub.fail("*/resolve/*", method="HEAD", status=status, times=2)
    assert download() == WEIGHTS
    hub.fail("*/resolve/*", status=status)
    with pytest.raises(LocalEntryNotFoundError) as raised:
        download("README.md")
    assert raised.value.__cause__.response.status_code == status


def test_a_stated_status_maps_to_an_error(hub):
    hub.fail("*/README.md", status=403)
    with pytest.raises(HfHubHTTPError, match="Forbidden") as raised:
        head(hub, "README.md")
    assert status_of(raised) == 403
    assert head(hub, "config.json").size == 2
    hub.heal()
    assert head(hub, "README.md").size == len(CARD)


@pytest.mark.parametrize("name", ["README.md", LARGE])
def test_corrupt_bytes_have_the_same_number(hub, download, name):
    hub.fail("*" + name.split("/")[-1], corrupt=True)
    content = download(name)
    assert len(content) == len(FILES[name])
    assert content != FILES[name]


@pytest.mark.parametrize("name", ["README.md", LARGE])
def test_another_etag(hub, name):
    hub.fail("*/resolve/*", etag="f" * 64)
    assert head(hub, name).etag == "f" * 64


@pytest.mark.parametrize(
    ("headers", "size", "with_commit"),
    [
        pytest.param({"x-linked-size": None}, None, True, id="dropped"),
        pytest.param({"x-linked-size": "7"}, 7, True, id="replaced"),
        pytest.param({"X-Repo-Commit": None}, len(WEIGHTS), False, id="no-commit"),
    ],
)
def test_headers_can_be_replaced_and_dropped(hub, headers, size, with_commit, commit):
    hub.fail("*/resolve/*", headers=headers)
    found = head(hub, LARGE)
    assert (found.size, found.commit_hash) == (size, commit if with_commit else None)


def test_a_body_without_its_length_still_ends(hub, download):
    hub.fail("/cdn/*", headers={"Content-Length": None})
    assert download() == WEIGHTS


def test_drip_sends_a_little_at_a_time(hub, download):
    hub.fail("/cdn/*", drip=(len(WEIGHTS) // 4, 0.05))
    begin = time.monotonic()
    assert download() == WEIGHTS
    assert time.monotonic() - begin > 0.15


def test_a_late_answer_outlasts_the_patience_of_the_client(hub):
    hub.fail("*/resolve/*", delay_s=60, times=1)
    with pytest.raises(Exception, match="timed out"):
        head(hub, LARGE, timeout=0.1)
    assert head(hub, LARGE).etag == SHA256


def test_the_oldest_fault_that_is_left_counts(hub):
    hub.fail("*/config.json", status=404, times=1)
    hub.fail("*", status=403, times=1)
    answers = [get_session().get(f"{hub.url}/{REPO}/resolve/main/config.json") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 403, 200]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"delay_s": 60}, id="delay"),
        pytest.param({"drip": (1, 60)}, id="drip"),
        pytest.param({}, id="idle"),
    ],
)
def test_stops_at_once(hub, capfd, fault):
    with Hub() as other:
        other.add(REPO, FILES)
        other.fail("*", **fault)
        client = threading.Thread(
            target=_get_quietly, args=(f"{other.url}/{REPO}/resolve/main/README.md",)
        )
        client.start()
        while not other.requests:
            threading.Event().wait(0.01)
        begin = time.monotonic()
    assert time.monotonic() - begin < 1
    client.join()
    with pytest.raises(Exception, match="refused"):
        get_session().get(other.url)
    assert capfd.readouterr().err == ""


def _get_quietly(url):
    try:
        get_session().get(url)
    except Exception:
        return


def test_says_nothing_of_clients_that_went_away(hub, capfd):
    hub.fail("*", drip=(1000, 0.001))
    with get_session().stream("GET", head(hub, LARGE).location) as answer:
        next(answer.iter_bytes(1000))
    hub.__exit__()
    assert capfd.readouterr().err == ""


def test_serves_many_clients_at_once(hub, tmp_path):
    def fetch(number):
        hf_hub_download(
            REPO, LARGE, endpoint=hub.url, cache_dir=tmp_path / str(number), token=False
        )

    clients = [threading.Thread(target=fetch, args=(number,)) for number in range(8)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert [p.read_bytes() == WEIGHTS for p in tmp_path.glob(f"*/*/snapshots/*/{LARGE}")] == [
        True
    ] * 8


# Writing


def additions(files):
    return [CommitOperationAdd(name, content) for name, content in files.items()]


def test_publishes(hub, api, download):
    repo = api.create_repo(NEW)
    assert (repo.repo_id, api.list_repo_files(NEW)) == (NEW, [".gitattributes"])
    commit = api.create_commit(NEW, additions(FILES), commit_message="Heads")
    api.create_tag(NEW, tag="v1")
    assert api.list_repo_files(NEW, revision="v1") == sorted([".gitattributes", *FILES])
    assert [download(name, NEW, revision="v1") for name in FILES] == list(FILES.values())
    assert api.model_info(NEW).sha == head(hub, LARGE, NEW).commit_hash == commit.oid
    assert commit.commit_url == f"{hub.url}/{NEW}/commit/{commit.oid}"


def test_uploads_a_large_file_by_lfs_and_only_once(hub, api):
    api.create_repo(NEW)
    other = WEIGHTS[::-1]
    api.create_commit(NEW, additions({LARGE: other}), commit_message="New content")
    api.create_commit(NEW, additions({"copy.bin": other}), commit_message="The same content")
    assert asked(hub, "PUT") == [f"/lfs/{hashlib.sha256(other).hexdigest()}"]
    assert asked(hub, "POST").count(f"/{NEW}.git/info/lfs/objects/verify") == 1
    assert hub.files(NEW)["copy.bin"] == hub.files(NEW)[LARGE] == other


def test_an_open_file_goes_by_lfs_even_with_xet(hub, api, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", False)
    api.create_repo(NEW)
    operation = CommitOperationAdd("model.pt", io.BytesIO(b"opened"))
    api.create_commit(NEW, [operation], commit_message="Opened")
    assert hub.files(NEW)["model.pt"] == b"opened"


def test_uploads_a_folder(hub, api, tmp_path):
    folder = tmp_path / "folder"
    (folder / "face").mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content[::-1] if name == LARGE else content)
    api.create_repo(NEW)
    api.upload_folder(repo_id=NEW, folder_path=folder, delete_patterns="*")
    assert hub.files(NEW) == FILES | {
        LARGE: WEIGHTS[::-1],
        ".gitattributes": hub.files(NEW)[".gitattributes"],
    }


def test_does_not_commit_what_is_there_already(hub, api, commit):
    assert api.create_commit(REPO, additions(FILES), commit_message="Again").oid == commit
    assert not [path for path in asked(hub, "POST") if "/commit/" in path]


@pytest.mark.parametrize(
    ("path", "left"),
    [("config.json", {"README.md", LARGE}), ("face/", {"README.md", "config.json"})],
    ids=["file", "folder"],
)
def test_deletes(hub, api, path, left):
    api.create_commit(REPO, [CommitOperationDelete(path)], commit_message="Less")
    assert set(hub.files(REPO)) == left
    assert set(hub.files(REPO, "v1")) == set(FILES)


def test_a_tag_can_not_be_made_twice(hub, api):
    with pytest.raises(HfHubHTTPError) as raised:
        api.create_tag(REPO, tag="v1")
    assert status_of(raised) == 409
    api.create_tag(REPO, tag="v1", exist_ok=True)
    api.create_tag(REPO, tag="v2", revision="v1")
    assert hub.files(REPO, "v2") == FILES


def test_a_tag_can_be_deleted(api):
    api.delete_tag(REPO, tag="v1")
    assert not api.revision_exists(REPO, "v1")
    with pytest.raises(RevisionNotFoundError):
        api.delete_tag(REPO, tag="v1")


def test_a_repository_can_not_be_made_twice(api):
    assert api.create_repo("mine", private=True).repo_id == "tester/mine"
    assert api.model_info("tester/mine").private
    with pytest.raises(HfHubHTTPError) as raised:
        api.create_repo("mine")
    assert status_of(raised) == 409
    assert api.create_repo("mine", exist_ok=True).repo_id == "tester/mine"


def test_knows_the_user(hub, api):
    assert api.whoami()["name"] == "tester"
    with pytest.raises(HfHubHTTPError, match="Invalid user token") as raised:
        HfApi(endpoint=hub.url, token="hf_wrong").whoami()
    assert status_of(raised) == 401
    assert get_session().get(f"{hub.url}/api/whoami-v2").status_code == 401


def test_a_card_without_metadata_is_warned_of(hub, api):
    with pytest.warns(UserWarning, match="empty or missing yaml metadata"):
        api.create_commit(REPO, additions({"README.md": b"# Bare"}), commit_message="Bare")


@pytest.mark.parametrize(
    ("write", "error", "status"),
    [
        pytest.param(
            lambda api: api.create_commit(
                REPO, additions({"a.txt": b"a"}), commit_message="a", parent_commit="0" * 40
            ),
            HfHubHTTPError,
            412,
            id="parent",
        ),
        pytest.param(
            lambda api: api.create_commit(
                REPO, [CommitOperationDelete("none.txt")], commit_message="a"
            ),
            EntryNotFoundError,
            404,
            id="deleted",
        ),
        pytest.param(
            lambda api: api.create_commit(
                REPO, additions({"a.txt": b"a"}), commit_message="a", revision="v1"
            ),
            RevisionNotFoundError,
            404,
            id="not-a-branch",
        ),
        pytest.param(
            lambda api: api.create_commit(
                REPO, additions({"a.txt": b"a"}), commit_message="a", create_pr=True
            ),
            HfHubHTTPError,
            400,
            id="pull-request",
        ),
        pytest.param(
            lambda api: api.create_tag("no/repo", tag="v1"),
            RepositoryNotFoundError,
            404,
            id="repo",
        ),
        pytest.param(
            lambda api: api.create_tag(REPO, tag="v2", revision="v9"),
            RevisionNotFoundError,
            404,
            id="revision",
        ),
    ],
)
def test_refuses_to_write(hub, api, write, error, status):
    with pytest.raises(error) as raised:
        write(api)
    assert status_of(raised) == status
    assert hub.files(REPO) == FILES


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/repos/create"),
        ("POST", f"/api/models/{REPO}/preupload/main"),
        ("POST", f"/{REPO}.git/info/lfs/objects/batch"),
        ("POST", f"/{REPO}.git/info/lfs/objects/verify"),
        ("POST", f"/api/models/{REPO}/commit/main"),
        ("POST", f"/api/models/{REPO}/tag/main"),
        ("DELETE", f"/api/models/{REPO}/tag/v1"),
    ],
)
@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer hf_wrong"}], ids=["none", "wrong"]
)
def test_writing_wants_the_token(hub, method, path, headers):
    answer = get_session().request(method, hub.url + path, headers=headers)
    assert answer.status_code == 401
    assert hub.files(REPO, "v1") == FILES


def test_an_object_must_be_what_was_announced(hub):
    oid = hashlib.sha256(b"announced").hexdigest()
    batch = get_session().post(
        f"{hub.url}/{REPO}.git/info/lfs/objects/batch",
        headers={"Authorization": f"Bearer {hub.token}"},
        json={"operation": "upload", "objects": [{"oid": oid, "size": 9}]},
    )
    actions = batch.json()["objects"][0]["actions"]
    assert get_session().put(actions["upload"]["href"], content=b"different").status_code == 400
    assert get_session().put(f"{hub.url}/lfs/{oid}", content=b"announced").status_code == 403
    assert get_session().put(actions["upload"]["href"], content=b"announced").status_code == 200


def test_a_commit_wants_its_objects(hub, api, monkeypatch):
    monkeypatch.setattr("huggingface_hub._commit_api._upload_files", lambda **how: None)
    with pytest.raises(HfHubHTTPError, match="does not exist"):
        api.create_commit(REPO, additions({"a.bin": b"never sent"}), commit_message="Hollow")
    assert hub.files(REPO) == FILES
