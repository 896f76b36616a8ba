"""A small Hugging Face Hub on loopback that answers huggingface_hub's own client.

It keeps model repositories in memory, serves small files itself, and sends clients to a second
server, the CDN, for large ones, as the real Hub does. `Hub.fail` makes either of them misbehave.

Uploads use plain LFS, and only the client can choose that: huggingface_hub 2.4 uploads by Xet
wherever hf_xet is installed, and reads nothing in the answers to `preupload` or to the LFS batch
that would stop it. Set HF_HUB_DISABLE_XET=1 before it is imported (or
`huggingface_hub.constants.HF_HUB_DISABLE_XET` after), or give `create_commit` open binary files,
which it never sends by Xet; else the upload ends at once, as there is no xet-write-token here.
Downloads use Xet only if the answer to HEAD has an X-Xet-Hash, and none here has.

A refusal that the real client knows by its https:// URL alone (401 on a write) states its
X-Error-Code here, so that the client raises the same error over http://.
"""

import base64
import contextlib
import hashlib
import json
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import KW_ONLY, dataclass, field
from fnmatch import fnmatchcase
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, quote, unquote, urlsplit

USER = "tester"
_LARGE = (".safetensors", ".bin", ".pt")
_FLIPPED = bytes(range(255, -1, -1))
_NEW_REPOSITORY = {
    ".gitattributes": "".join(
        f"*{s} filter=lfs diff=lfs merge=lfs -text\n" for s in _LARGE
    ).encode()
}

Tree = dict[str, bytes]


@dataclass(frozen=True)
class Request:
    """What one of the two servers was asked."""

    method: str
    path: str
    """Unquoted, without the query."""
    headers: dict[str, str]
    """Names in lower case."""
    length: int
    """Bytes of the body."""


class Hub:
    """Both servers, from `with Hub() as hub:` to its end."""

    token = "hf_test"

    def __init__(self):
        self.requests: list[Request] = []
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._faults: list[Fault] = []
        self._servers = [_Server(self, _HUB), _Server(self, _CDN)]
        self.url, self.cdn_url = (server.url for server in self._servers)
        self._state = _State(self.url, self.cdn_url)

    def __enter__(self):
        for server in self._servers:
            server.start()
        return self

    def __exit__(self, *error):
        self._stopping.set()
        for server in self._servers:
            server.stop()

    def add(
        self, repo_id: str, files: Tree, *, tags: Iterable[str] = ("v1",), private=False
    ) -> str:
        """Replaces all files on main and lets the tags point there; returns the commit id."""
        with self._lock:
            repo = self._state.repos.setdefault(repo_id, _Repo())
            repo.private = private
            commit = self._state.commit(repo, "main", files)
            repo.tags.update(dict.fromkeys(tags, commit))
            return commit

    def files(self, repo_id: str, revision: str = "main") -> Tree:
        with self._lock:
            return dict(self._state.repos[repo_id].files(revision))

    def host(self, path: str, content: bytes):
        """Serves a plain file, as raw.githubusercontent.com would."""
        with self._lock:
            self._state.hosted[path] = content

    def fail(self, pattern: str, **how):
        """Spoils answers of either server as a `Fault` says; the oldest that fits counts."""
        with self._lock:
            self._faults.append(Fault(pattern, **how))

    def heal(self):
        """Forgets all faults."""
        with self._lock:
            self._faults.clear()

    def take(self, request: Request) -> "Fault":
        """Notes a request; returns the fault that it meets."""
        with self._lock:
            self.requests.append(request)
            fault = next((f for f in self._faults if f.meets(request)), Fault("*"))
            if fault.times is not None:
                fault.times -= 1
            return fault

    def answer(self, routes: "_Routes", call: "_Call") -> "_Answer":
        with self._lock:
            return routes.answer(self._state, call)

    def wait(self, seconds: float):
        """Waits, but not beyond the end of the hub."""
        if self._stopping.wait(seconds):
            raise ConnectionAbortedError


@dataclass
class _Repo:
    private: bool = False
    commits: dict[str, Tree] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def commit_of(self, revision: str) -> str:
        commit = self.branches.get(revision) or self.tags.get(revision, revision)
        if commit not in self.commits:
            raise _Refused(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return commit

    def files(self, revision: str) -> Tree:
        return self.commits[self.commit_of(revision)]

    def commit(self, branch: str, files: Tree) -> str:
        content = {name: _git_id(body) for name, body in sorted(files.items())}
        known = (len(self.commits), self.branches.get(branch), content)
        commit = hashlib.sha1(repr(known).encode()).hexdigest()
        self.commits[commit], self.branches[branch] = dict(files), commit
        return commit


@dataclass
class _State:
    """All that the hub keeps; guarded by the hub's lock."""

    url: str
    cdn_url: str
    repos: dict[str, _Repo] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    """Content of large files by SHA-256, of all repositories."""
    hosted: dict[str, bytes] = field(default_factory=dict)

    def commit(self, repo: _Repo, branch: str, files: Tree) -> str:
        large = [body for name, body in files.items() if _is_large(name)]
        self.objects.update({_sha256(body): body for body in large})
        return repo.commit(branch, files)

    def readable(self, call: "_Call", repo_id: str) -> _Repo:
        repo = self.repos.get(repo_id)
        if repo is None or (repo.private and not call.authorized):
            raise _no_repository(call)
        return repo

    def writable(self, call: "_Call", repo_id: str) -> _Repo:
        if not call.authorized:
            raise _no_repository(call)
        return self.readable(call, repo_id)

    def content(self, oid: str) -> bytes:
        if oid not in self.objects:
            raise _Refused(400, f"LFS pointer pointed to a file that does not exist: {oid}")
        return self.objects[oid]


@dataclass(frozen=True)
class _Call:
    """A request, as the routes need it."""

    request: Request
    target: str
    """Path, still quoted."""
    query: dict[str, str]
    body: bytes

    @property
    def token(self) -> str:
        return self.request.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def authorized(self) -> bool:
        return self.token == Hub.token

    def json(self) -> dict:
        return json.loads(self.body)


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes = b""


class _Refused(Exception):
    """Carries the answer of a route that will not do what it was asked."""

    def __init__(self, status: int, message: str, code: str = "", headers: dict | None = None):
        stated = {"X-Error-Message": message, **({"X-Error-Code": code} if code else {})}
        self.answer = _json({"error": message}, status, {**stated, **(headers or {})})


class _Routes:
    """The functions of one server, by method and path."""

    def __init__(self):
        self._routes: list[tuple[list[str], re.Pattern, Callable[..., _Answer]]] = []

    def on(self, methods: str, path: str):
        """Lets a function answer; it gets what the braces stand for, unquoted."""
        groups = {"repo": "([^/]+/[^/]+)", "part": "([^/]+)", "rest": "(.+)"}
        pattern = re.compile(re.sub(r"\{(\w+)\}", lambda m: groups[m[1]], path))

        def register(function):
            self._routes.append((methods.split(), pattern, function))
            return function

        return register

    def answer(self, state: _State, call: _Call) -> _Answer:
        try:
            return self._answer(state, call)
        except _Refused as refused:
            return refused.answer

    def _answer(self, state, call):
        for methods, pattern, function in self._routes:
            match = pattern.fullmatch(call.target)
            if match and call.request.method in methods:
                return function(state, call, *map(unquote, match.groups()))
        raise _Refused(404, "Sorry, we can't find the page you are looking for.")


class _HubRoutes(_Routes):
    def _answer(self, state, call):
        if call.request.path in state.hosted:
            return _file(call, state.hosted[call.request.path])
        if call.token and not call.authorized:  # even where none is needed
            raise _Refused(401, "Invalid credentials in Authorization header")
        return super()._answer(state, call)


_HUB, _CDN = _HubRoutes(), _Routes()


# Reading


@_HUB.on("GET HEAD", "/{repo}/resolve/{part}/{rest}")
def _resolve(state, call, repo_id, revision, name):
    repo = state.readable(call, repo_id)
    stated = {"X-Repo-Commit": repo.commit_of(revision)}
    content = repo.files(revision).get(name)
    if content is None:
        raise _Refused(404, "Entry not found", "EntryNotFound", stated)
    if _is_large(name):
        return _redirect(state, name, content, stated)
    return _file(call, content, {"ETag": f'"{_git_id(content)}"', **stated})


def _redirect(state, name, content, stated):
    oid = _sha256(content)
    location = f"{state.cdn_url}/cdn/{oid}/{quote(PurePosixPath(name).name)}?{_signature(oid)}"
    linked = {"X-Linked-Etag": f'"{oid}"', "X-Linked-Size": str(len(content))}
    return _Answer(302, {"Location": location, **linked, **stated})


@_CDN.on("GET HEAD", "/cdn/{part}/{part}")
def _cdn(state, call, oid, name):
    _check_signature(call, oid)
    return _file(call, state.objects[oid], {"ETag": f'"{oid}"'})


@_HUB.on("GET", "/api/models/{repo}")
def _model(state, call, repo_id):
    return _revision(state, call, repo_id, "main")


@_HUB.on("GET", "/api/models/{repo}/revision/{part}")
def _revision(state, call, repo_id, revision):
    repo = state.readable(call, repo_id)
    files = repo.files(revision)
    named = {"_id": repo_id, "id": repo_id, "modelId": repo_id, "author": repo_id.split("/")[0]}
    kept = {"sha": repo.commit_of(revision), "private": repo.private, "gated": False, "tags": []}
    siblings = [_sibling(name, body, "blobs" in call.query) for name, body in sorted(files.items())]
    return _json({**named, **kept, "siblings": siblings})


def _sibling(name, content, with_blob):
    if not with_blob:
        return {"rfilename": name}
    entry = _file_entry(name, content)
    blob = {"rfilename": name, "blobId": entry["oid"], "size": entry["size"]}
    return (
        {**blob, "lfs": {**entry["lfs"], "sha256": entry["lfs"]["oid"]}} if "lfs" in entry else blob
    )


@_HUB.on("GET", "/api/models/{repo}/tree/{part}")
def _tree(state, call, repo_id, revision, folder=""):
    repo = state.readable(call, repo_id)
    files = {n: b for n, b in repo.files(revision).items() if _is_within(n, folder)}
    if folder and not files:
        stated = {"X-Repo-Commit": repo.commit_of(revision)}
        raise _Refused(404, f"{folder} does not exist", "EntryNotFound", stated)
    entries = [_file_entry(name, body) for name, body in files.items()] + _folder_entries(files)
    recursive = call.query.get("recursive") in ("1", "true")
    listed = [e for e in entries if _is_within(e["path"], folder, directly=not recursive)]
    return _json(sorted(listed, key=lambda entry: entry["path"]))


@_HUB.on("GET", "/api/models/{repo}/tree/{part}/{rest}")
def _subtree(state, call, repo_id, revision, folder):
    return _tree(state, call, repo_id, revision, folder)


def _file_entry(name, content):
    stored = _pointer(content) if _is_large(name) else content
    entry = {"type": "file", "path": name, "size": len(content), "oid": _git_id(stored)}
    lfs = {"oid": _sha256(content), "size": len(content), "pointerSize": len(stored)}
    return {**entry, "lfs": lfs} if _is_large(name) else entry


def _folder_entries(files):
    folders = {str(parent) for name in files for parent in PurePosixPath(name).parents} - {"."}
    return [
        {"type": "directory", "path": folder, "size": 0, "oid": _git_id(folder.encode())}
        for folder in folders
    ]


@_HUB.on("GET", "/api/models/{repo}/refs")
def _refs(state, call, repo_id):
    repo = state.readable(call, repo_id)
    branches, tags = _ref_list("heads", repo.branches), _ref_list("tags", repo.tags)
    return _json({"branches": branches, "tags": tags, "converts": [], "pullRequests": []})


def _ref_list(kind, commits):
    return [
        {"name": name, "ref": f"refs/{kind}/{name}", "targetCommit": commit}
        for name, commit in commits.items()
    ]


@_HUB.on("GET", "/api/whoami-v2")
def _whoami(state, call):
    _check_token(call)
    return _json({"type": "user", "id": USER, "name": USER, "fullname": USER, "orgs": []})


# Writing


@_HUB.on("POST", "/api/repos/create")
def _create(state, call):
    _check_token(call)
    wanted = call.json()
    repo_id = f"{wanted.get('organization') or USER}/{wanted['name']}"
    named = {"url": f"{state.url}/{repo_id}", "name": repo_id, "id": repo_id}
    if repo_id in state.repos:
        return _json({"error": "You already created this model repo", **named}, 409)
    repo = state.repos[repo_id] = _Repo(_asks_for_private(wanted))
    state.commit(repo, "main", _NEW_REPOSITORY)
    return _json(named)


def _asks_for_private(wanted):
    return wanted.get("visibility") == "private" or bool(wanted.get("private"))


@_HUB.on("POST", "/api/validate-yaml")
def _validate_yaml(state, call):
    has_metadata = call.json()["content"].startswith("---\n")
    missing = {"message": "empty or missing yaml metadata in repo card"}
    return _json({"errors": [], "warnings": [] if has_metadata else [missing]})


@_HUB.on("POST", "/api/models/{repo}/preupload/{part}")
def _preupload(state, call, repo_id, revision):
    present = state.writable(call, repo_id).files(revision)
    modes = [_upload_mode(file["path"], present) for file in call.json()["files"]]
    return _json({"files": modes})


def _upload_mode(name, present):
    mode = {"path": name, "uploadMode": "lfs" if _is_large(name) else "regular"}
    # The client leaves a file out of the commit if the id shows that it is there already.
    known = {"oid": _stated_id(name, present[name])} if name in present else {}
    return {**mode, "shouldIgnore": False, **known}


@_HUB.on("POST", r"/{repo}\.git/info/lfs/objects/batch")
def _lfs_batch(state, call, repo_id):
    state.writable(call, repo_id)
    verify = f"{state.url}/{repo_id}.git/info/lfs/objects/verify"
    objects = [_lfs_object(state, asked, verify) for asked in call.json()["objects"]]
    return _json({"transfer": "basic", "objects": objects})


def _lfs_object(state, asked, verify):
    oid = asked["oid"]
    upload = f"{state.url}/lfs/{oid}?{_signature(oid)}"
    actions = {"upload": {"href": upload, "header": {}}, "verify": {"href": verify, "header": {}}}
    return asked if oid in state.objects else {**asked, "actions": actions}


@_HUB.on("PUT", "/lfs/{part}")
def _lfs_put(state, call, oid):
    _check_signature(call, oid)
    if _sha256(call.body) != oid:
        raise _Refused(400, "The SHA-256 of the object is not the one that was announced")
    state.objects[oid] = call.body
    return _Answer(200, {"ETag": f'"{oid}"'})


@_HUB.on("POST", r"/{repo}\.git/info/lfs/objects/verify")
def _lfs_verify(state, call, repo_id):
    state.writable(call, repo_id)
    asked = call.json()
    if len(state.content(asked["oid"])) != asked["size"]:
        raise _Refused(400, "The object has another size")
    return _json({})


@_HUB.on("POST", "/api/models/{repo}/commit/{part}")
def _commit(state, call, repo_id, branch):
    repo = state.writable(call, repo_id)
    if "create_pr" in call.query:
        raise _Refused(400, "This hub has no pull requests")
    if branch not in repo.branches:
        raise _Refused(404, f"Invalid rev id: {branch}", "RevisionNotFound")
    lines = [json.loads(line) for line in call.body.splitlines()]
    files = _changed(state, repo.branches[branch], repo.files(branch), lines)
    oid = state.commit(repo, branch, files)
    return _json(
        {"success": True, "commitOid": oid, "commitUrl": f"{state.url}/{repo_id}/commit/{oid}"}
    )


def _changed(state, parent, files, lines):
    files = dict(files)
    for line in lines:
        match line["key"], line["value"]:
            case "header", header if header.get("parentCommit", parent) != parent:
                raise _Refused(412, "A commit has happened since. Please refresh and try again.")
            case "file", {"path": path, "content": content}:
                files[path] = base64.b64decode(content)
            case "lfsFile", {"path": path, "oid": oid}:
                files[path] = state.content(oid)
            case "deletedFile" | "deletedFolder", {"path": path}:
                _delete(files, path)
    return files


def _delete(files, path):
    gone = [name for name in files if name == path or _is_within(name, path)]
    if not gone:
        raise _Refused(404, "A file with this name doesn't exist", "EntryNotFound")
    for name in gone:
        del files[name]


@_HUB.on("POST", "/api/models/{repo}/tag/{part}")
def _tag(state, call, repo_id, revision):
    repo, tag = state.writable(call, repo_id), call.json()["tag"]
    commit = repo.commit_of(revision)
    if tag in repo.tags:
        raise _Refused(409, f"Tag reference exists already: {tag}")
    repo.tags[tag] = commit
    return _json({})


@_HUB.on("DELETE", "/api/models/{repo}/tag/{part}")
def _untag(state, call, repo_id, tag):
    if state.writable(call, repo_id).tags.pop(tag, None) is None:
        raise _Refused(404, f"Invalid rev id: {tag}", "RevisionNotFound")
    return _json({})


# What routes have in common


def _is_large(name: str) -> bool:
    return name.endswith(_LARGE)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _git_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _stated_id(name: str, content: bytes) -> str:
    return _sha256(content) if _is_large(name) else _git_id(content)


def _pointer(content: bytes) -> bytes:
    """What git keeps of a large file."""
    version = "version https://git-lfs.github.com/spec/v1"
    return f"{version}\noid sha256:{_sha256(content)}\nsize {len(content)}\n".encode()


def _is_within(path: str, folder: str, directly: bool = False) -> bool:
    prefix = f"{folder.rstrip('/')}/" if folder else ""
    inner = path.removeprefix(prefix)
    return path.startswith(prefix) and not (directly and "/" in inner)


def _signature(oid: str) -> str:
    return f"X-Amz-Expires=3600&X-Amz-Signature={_sha256(f'{Hub.token} {oid}'.encode())}"


def _check_signature(call: _Call, oid: str):
    if call.query != dict(parse_qsl(_signature(oid))):
        raise _Refused(403, "SignatureDoesNotMatch")


def _check_token(call: _Call):
    if not call.authorized:
        raise _Refused(401, "Invalid username or password.")


def _no_repository(call: _Call) -> _Refused:
    if call.authorized:
        return _Refused(404, "Repository not found", "RepoNotFound")
    return _Refused(401, "Invalid username or password.", "RepoNotFound")


def _json(content: object, status: int = 200, headers: dict[str, str] | None = None) -> _Answer:
    stated = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return _Answer(status, stated, json.dumps(content).encode())


def _file(call: _Call, content: bytes, headers: dict[str, str] | None = None) -> _Answer:
    """All of a file, or the range that was asked for."""
    stated = {"Content-Type": "application/octet-stream", **(headers or {})}
    stated["Accept-Ranges"] = "bytes"
    asked = re.fullmatch(r"bytes=(\d+)-(\d*)", call.request.headers.get("range", ""))
    if asked is None:
        return _Answer(200, stated, content)
    first, last = int(asked[1]), min(int(asked[2] or len(content)), len(content) - 1)
    if first > last:
        raise _Refused(416, "Invalid range", headers={"Content-Range": f"bytes */{len(content)}"})
    stated["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return _Answer(206, stated, content[first : last + 1])


# Faults and servers


@dataclass
class Fault:
    """What goes wrong with the requests for some paths."""

    pattern: str
    """Shell pattern of the path; large files are at /cdn/SHA256/NAME of the CDN."""
    _: KW_ONLY
    method: str | None = None
    """Only this one; a fault of the body alone never counts HEAD."""
    status: int | None = None
    """Answered in place of the answer, and nothing is done."""
    delay_s: float = 0.0
    """Wait before the answer."""
    cut_after: int | None = None
    """Bytes of the body after which the connection closes."""
    drip: tuple[int, float] | None = None
    """Bytes at a time, and the seconds after each."""
    corrupt: bool = False
    """Other bytes of the same number."""
    etag: str | None = None
    """Stated in ETag and X-Linked-Etag; without its quotes."""
    headers: dict[str, str | None] = field(default_factory=dict)
    """To replace, or to drop if None."""
    times: int | None = None
    """How many requests; None: all."""

    def meets(self, request: Request) -> bool:
        if self.times == 0 or self.method not in (None, request.method):
            return False
        if request.method == "HEAD" and self._is_in_body_alone():
            return False
        return fnmatchcase(request.path, self.pattern)

    def refusal(self) -> _Answer | None:
        if self.status is None:
            return None
        return _json({"error": HTTPStatus(self.status).phrase}, self.status)

    def spoiled(self, answer: _Answer) -> _Answer:
        body = answer.body.translate(_FLIPPED) if self.corrupt else answer.body
        stated = {"Content-Length": str(len(body)), **answer.headers}
        etags = [n for n in stated if self.etag is not None and n in ("ETag", "X-Linked-Etag")]
        stated |= dict.fromkeys(etags, f'"{self.etag}"')
        replaced = {name.lower() for name in self.headers}
        stated = {n: v for n, v in stated.items() if n.lower() not in replaced}
        stated |= {n: v for n, v in self.headers.items() if v is not None}
        return _Answer(answer.status, stated, body)

    def pieces(self, body: bytes) -> Iterator[bytes]:
        sent = body[: self.cut_after]
        size = self.drip[0] if self.drip else len(sent) or 1
        return (sent[start : start + size] for start in range(0, len(sent), size))

    def _is_in_body_alone(self):
        in_body = self.cut_after is not None or self.drip or self.corrupt
        return in_body and not (self.status or self.delay_s or self.etag or self.headers)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer on a kept connection waits 40 ms

    def do_GET(self):
        call = self._read()
        hub = self.server.hub
        fault = hub.take(call.request)
        hub.wait(fault.delay_s)
        self._send(fault.spoiled(fault.refusal() or hub.answer(self.server.routes, call)), fault)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, *message):
        """Says nothing: what was asked is in `Hub.requests`."""

    def _read(self):
        url = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        request = Request(self.command, unquote(url.path), headers, len(body))
        return _Call(request, url.path, dict(parse_qsl(url.query)), body)

    def _send(self, answer, fault):
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(answer, fault)

    def _send_body(self, answer, fault):
        sent = 0
        for piece in fault.pieces(answer.body):
            self.wfile.write(piece)
            sent += len(piece)
            self.server.hub.wait(fault.drip[1] if fault.drip else 0)
        stated = {name.lower() for name in answer.headers}
        self.close_connection |= sent < len(answer.body) or "content-length" not in stated


class _Server(ThreadingHTTPServer):
    request_queue_size = 64  # else a burst of clients waits a second to connect
    daemon_threads = False  # so that `server_close` waits for all of them

    def __init__(self, hub: Hub, routes: _Routes):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hub, self.routes = hub, routes
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._connections: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        self.shutdown()
        for connection in self._connections.copy():
            self._hang_up(connection)
        self.server_close()

    def process_request(self, request, client_address):
        self._connections.add(request)
        super().process_request(request, client_address)

    def close_request(self, request):
        self._connections.discard(request)
        super().close_request(request)

    def handle_error(self, request, client_address):
        """Tells of mistakes in this file, and not of clients that went away."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def _hang_up(self, connection):
        with contextlib.suppress(OSError):  # the client was faster
            connection.shutdown(socket.SHUT_RDWR)
