"""A loopback Hugging Face Hub: what the real, unpatched clients need of it, in memory, and made to fail on request.

Checked with huggingface_hub 2.4.0 and datasets 5.2.0. Point them at it before they are imported:

    python tests/integration/loopback_hub.py --port 8100
    HF_ENDPOINT=http://127.0.0.1:8100 HF_HUB_DISABLE_XET=1 HF_TOKEN=hf_owner python ...

In a test: `with serve() as hub:`, then `hub.address`, `hub.environment()`, `hub.put(...)`, `hub.faults`, `hub.requests`.

It knows models, data sets and Spaces; regular and LFS uploads; branches, tags and commits; private repos; ranges; a
Space's variables and restarts. Tokens: hf_owner may write under `me/`, hf_reader is somebody else, others get a 401.
"""

import argparse
import base64
import contextlib
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

USERS = {"hf_owner": "me", "hf_reader": "somebody"}
LFS_FROM = 1 << 20  # bytes; the Hub takes larger files, and those with the endings below, as LFS objects
LFS_ENDINGS = (".keras", ".tflite", ".h5", ".onnx", ".npz", ".parquet", ".png", ".gz", ".zip")
KINDS = {"models": "model", "datasets": "dataset", "spaces": "space"}


@dataclass(frozen=True)
class File:
    """A file at one commit."""

    content: bytes
    lfs: bool

    @property
    def git_oid(self) -> str:
        return hashlib.sha1(b"blob %d\0" % len(self.content) + self.content).hexdigest()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def etag(self) -> str:
        return self.sha256 if self.lfs else self.git_oid


@dataclass(frozen=True)
class Commit:
    oid: str
    title: str
    date: str
    files: dict[str, File]


@dataclass
class Repo:
    kind: str
    name: str
    private: bool = False
    commits: list[Commit] = field(default_factory=list)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    restarts: int = 0

    def commit(self, title: str, files: dict[str, File], branch: str = "main") -> Commit:
        oid = hashlib.sha1(f"{self.kind}{self.name}{len(self.commits)}{title}{time.time_ns()}".encode()).hexdigest()
        commit = Commit(oid, title, time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()), files)
        self.commits.append(commit)
        self.branches[branch] = oid
        return commit

    def resolve(self, revision: str) -> Commit | None:
        """A branch, a tag or a commit -> the commit."""
        oid = self.branches.get(revision) or self.tags.get(revision) or revision
        return next((commit for commit in self.commits if commit.oid == oid), None)

    @property
    def head(self) -> Commit:
        commit = self.resolve("main")
        assert commit is not None
        return commit


@dataclass
class Fault:
    """What goes wrong with requests whose "METHOD /path" matches the pattern.

    status: answer with this HTTP status; delay: wait so many seconds first; drop: close the connection without an
    answer; cut: send only half of the body; corrupt: change a byte in the middle of the body. times: how often, None
    for always.
    """

    pattern: str
    status: int | None = None
    delay: float = 0.0
    drop: bool = False
    cut: bool = False
    corrupt: bool = False
    times: int | None = None


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    status: int


class Hub:
    """The state behind the server; tests may change and read it between requests."""

    def __init__(self) -> None:
        self.address = ""
        self.repos: dict[tuple[str, str], Repo] = {}
        self.uploads: dict[str, bytes] = {}
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.lock = threading.RLock()

    @property
    def lfs_address(self) -> str:
        return self.address.replace("127.0.0.1", "localhost")

    def environment(self, token: str | None = "hf_owner") -> dict[str, str]:
        """The variables that send a client here."""
        variables = {"HF_ENDPOINT": self.address, "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
        return variables | ({"HF_TOKEN": token} if token else {})

    def create(self, name: str, kind: str = "model", private: bool = False) -> Repo:
        repo = self.repos[kind, name] = Repo(kind, name, private)
        repo.commit("initial commit", {".gitattributes": File(b"*.keras filter=lfs\n", False)})
        return repo

    def put(self, name: str, files: dict[str, bytes], kind: str = "model", private: bool = False) -> str:
        """Make one commit with these files beside what is there, in a new repo if need be; returns the commit."""
        with self.lock:
            repo = self.repos.get((kind, name)) or self.create(name, kind, private)
            added = {path: File(content, _is_lfs(path, len(content))) for path, content in files.items()}
            return repo.commit("put", repo.head.files | added).oid

    def files(self, name: str, kind: str = "model", revision: str = "main") -> dict[str, bytes]:
        """The files of a repo at a revision."""
        commit = self.repos[kind, name].resolve(revision)
        assert commit is not None, f"{name} has no revision {revision}"
        return {path: file.content for path, file in commit.files.items()}

    def faults_for(self, request: str) -> list[Fault]:
        with self.lock:
            found = [fault for fault in self.faults if fault.times != 0 and re.search(fault.pattern, request)]
            for fault in found:
                if fault.times:
                    fault.times -= 1
        return found


def _is_lfs(path: str, size: int) -> bool:
    return size > LFS_FROM or (size > 0 and path.endswith(LFS_ENDINGS))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, format: str, *args: object) -> None:
        pass

    def handle_any(self) -> None:
        body = self._body()
        parts = urlsplit(self.path)
        self._url, self._query = unquote(parts.path), parse_qs(parts.query)
        self._faults = self.hub.faults_for(f"{self.command} {self._url}")
        time.sleep(sum(fault.delay for fault in self._faults))
        if any(fault.drop for fault in self._faults):
            self._note(0)
            self.close_connection = True
            return None
        for fault in self._faults:
            if fault.status:
                return self._error(fault.status, "", f"made to fail with {fault.status}")
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self._user = USERS.get(token)
        if token and self._user is None:
            return self._error(401, "", "Invalid credentials in Authorization header")
        with self.hub.lock:
            for methods, pattern, action in ROUTES:
                match = re.fullmatch(pattern, self._url)
                if match and self.command in methods:
                    return action(self, body, **match.groupdict())
        return self._error(404, "", f"the loopback Hub has no route for {self.command} {self._url}")

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_any

    # -- receiving and answering ------------------------------------------------------------------------------------

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self._note(status)
        if any(fault.corrupt for fault in self._faults) and body:
            middle = len(body) // 2
            body = body[:middle] + bytes([body[middle] ^ 0xFF]) + body[middle + 1 :]
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if any(fault.cut for fault in self._faults):
            body, self.close_connection = body[: len(body) // 2], True
        with contextlib.suppress(ConnectionError):  # a client that has gone away
            self.wfile.write(body)

    def _json(self, value: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(value).encode(), {"Content-Type": "application/json"} | (headers or {}))

    def _error(self, status: int, code: str, message: str) -> None:
        self._json({"error": message}, status, {"X-Error-Code": code, "X-Error-Message": message})

    def _note(self, status: int) -> None:
        with self.hub.lock:
            self.hub.requests.append(Request(self.command, self._url, status))

    def _content(self, content: bytes, headers: dict[str, str]) -> None:
        """A file's bytes, or the range of them that was asked for."""
        headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"} | headers
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not asked:
            return self._send(200, content, headers)
        start, end = int(asked[1]), min(int(asked[2] or len(content) - 1), len(content) - 1)
        if start > end:
            return self._send(416, b"", headers | {"Content-Range": f"bytes */{len(content)}"})
        return self._send(206, content[start : end + 1], headers | {"Content-Range": f"bytes {start}-{end}/{len(content)}"})

    # -- who may do what --------------------------------------------------------------------------------------------

    def _readable(self, kind: str, name: str) -> Repo | None:
        """The repo, or None after an answer: a private one looks to others as if it were not there."""
        repo = self.hub.repos.get((kind, name))
        if repo is None or (repo.private and self._user != name.split("/")[0]):
            self._error(404 if self._user else 401, "RepoNotFound", "Repository not found")
            return None
        return repo

    def _may_write(self, name: str) -> bool:
        if self._user is None:
            self._error(401, "", "Invalid username or password.")
        elif self._user != name.split("/")[0]:
            self._error(403, "", f"You don't have the rights to write to {name}")
        else:
            return True
        return False

    def _writable(self, kind: str, name: str) -> Repo | None:
        repo = self._readable(kind, name)
        return repo if repo and self._may_write(name) else None

    def _at(self, repo: Repo, revision: str) -> Commit | None:
        commit = repo.resolve(revision)
        if commit is None:
            self._error(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        return commit

    # -- accounts and repos -----------------------------------------------------------------------------------------

    def whoami(self, body: bytes) -> None:
        if self._user is None:
            return self._error(401, "", "Invalid username or password.")
        return self._json({"type": "user", "name": self._user, "orgs": [], "auth": {"type": "access_token"}})

    def validate_yaml(self, body: bytes) -> None:
        content = json.loads(body)["content"]
        fine = re.match(r"---\n.*?\n---", content, re.DOTALL)
        self._json({"errors": [] if fine else [{"message": "no front matter"}], "warnings": []})

    def create_repo(self, body: bytes) -> None:
        asked = json.loads(body)
        kind, name = asked.get("type") or "model", f"{asked.get('organization') or self._user}/{asked['name']}"
        if not self._may_write(name):
            return None
        prefix = "" if kind == "model" else f"{kind}s/"
        answer = {"url": f"{self.hub.address}/{prefix}{name}", "name": name, "id": name}
        if (kind, name) in self.hub.repos:
            return self._json({"error": "You already created this repo", **answer}, 409)
        repo = self.hub.create(name, kind, asked.get("visibility") == "private" or bool(asked.get("private")))
        repo.variables.update({item["key"]: item["value"] for item in asked.get("variables", [])})
        return self._json(answer)

    def repo_info(self, body: bytes, kind: str, name: str, revision: str | None = None) -> None:
        repo = self._readable(KINDS[kind], name)
        commit = repo and self._at(repo, revision or "main")
        if not repo or not commit:
            return
        self._json(
            {
                "_id": commit.oid[:24],
                "id": name,
                f"{KINDS[kind]}Id": name,
                "sha": commit.oid,
                "private": repo.private,
                "gated": False,
                "disabled": False,
                "downloads": 0,
                "likes": 0,
                "tags": [],
                "lastModified": commit.date,
                "createdAt": repo.commits[0].date,
                "siblings": [self._sibling(path, file) for path, file in commit.files.items()],
            }
        )

    def _sibling(self, path: str, file: File) -> dict:
        """A file in a repo's description; with its size where the client asks for blobs, as it does for files_metadata."""
        sized = {"size": len(file.content), "blobId": file.git_oid} if "blobs" in self._query else {}
        return {"rfilename": path} | sized

    # -- reading ----------------------------------------------------------------------------------------------------

    def refs(self, body: bytes, kind: str, name: str) -> None:
        if repo := self._readable(KINDS[kind], name):
            branches = [{"name": n, "ref": f"refs/heads/{n}", "targetCommit": oid} for n, oid in repo.branches.items()]
            tags = [{"name": n, "ref": f"refs/tags/{n}", "targetCommit": oid} for n, oid in repo.tags.items()]
            self._json({"branches": branches, "tags": tags, "converts": []})

    def commits(self, body: bytes, kind: str, name: str, revision: str) -> None:
        if repo := self._readable(KINDS[kind], name):
            newest_first = reversed(repo.commits)
            self._json([{"id": c.oid, "title": c.title, "message": "", "date": c.date, "authors": []} for c in newest_first])

    def tree(self, body: bytes, kind: str, name: str, revision: str, folder: str | None = None) -> None:
        repo = self._readable(KINDS[kind], name)
        commit = repo and self._at(repo, revision)
        if not commit:
            return None
        prefix = f"{folder.strip('/')}/" if folder and folder.strip("/") else ""
        inside = {path: file for path, file in commit.files.items() if path.startswith(prefix)}
        if prefix and not inside:
            return self._error(404, "EntryNotFound", f"{folder} does not exist")
        recursive = self._query.get("recursive", [""])[0].lower() == "true"
        entries: dict[str, dict] = {}
        for path, file in inside.items():
            first, slash, _ = path.removeprefix(prefix).partition("/")
            if slash:
                entries[prefix + first] = {"type": "directory", "path": prefix + first, "oid": commit.oid, "size": 0}
            if recursive or not slash:
                entries[path] = _entry(path, file)
        return self._json(list(entries.values()))

    def paths_info(self, body: bytes, kind: str, name: str, revision: str) -> None:
        repo = self._readable(KINDS[kind], name)
        commit = repo and self._at(repo, revision)
        if not commit:
            return
        paths = json.loads(body)["paths"] if body.startswith(b"{") else parse_qs(body.decode()).get("paths", [])
        found = [_entry(path, commit.files[path]) for path in paths if path in commit.files]
        for folder in paths:
            if any(path.startswith(folder.strip("/") + "/") for path in commit.files):
                found.append({"type": "directory", "path": folder, "oid": commit.oid, "size": 0})
        self._json(found)

    def resolve(self, body: bytes, name: str, revision: str, path: str, kind: str | None = None) -> None:
        repo = self._readable(KINDS[kind or "models"], name)
        commit = repo and self._at(repo, revision)
        if not commit:
            return None
        file = commit.files.get(path)
        if file is None:
            headers = {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": commit.oid}
            return self._json({"error": "Entry not found"}, 404, headers)
        headers = {"ETag": f'"{file.etag}"', "X-Repo-Commit": commit.oid}
        if not file.lfs:
            return self._content(file.content, headers)
        # like the Hub, which sends large files from another host: that is how the client tells where the metadata end
        self.hub.uploads.setdefault(file.sha256, file.content)
        headers |= {"X-Linked-Etag": f'"{file.etag}"', "X-Linked-Size": str(len(file.content))}
        return self._send(302, b"", headers | {"Location": f"{self.hub.lfs_address}/lfs/{file.sha256}"})

    # -- writing ----------------------------------------------------------------------------------------------------

    def preupload(self, body: bytes, kind: str, name: str, revision: str) -> None:
        repo = self._writable(KINDS[kind], name)
        commit = repo and self._at(repo, revision)
        if not commit:
            return
        answer = []
        for asked in json.loads(body)["files"]:
            mode = "lfs" if _is_lfs(asked["path"], asked["size"]) else "regular"
            there = commit.files.get(asked["path"])
            oid = {"oid": there.etag} if there else {}
            answer.append({"path": asked["path"], "uploadMode": mode, "shouldIgnore": False, **oid})
        self._json({"files": answer})

    def lfs_batch(self, body: bytes, name: str, kind: str | None = None) -> None:
        if not self._writable(KINDS[kind or "models"], name):
            return
        objects = []
        for asked in json.loads(body)["objects"]:
            entry = {"oid": asked["oid"], "size": asked["size"]}
            if asked["oid"] not in self.hub.uploads:
                upload = {"href": f"{self.hub.address}/lfs/{asked['oid']}"}
                entry["actions"] = {"upload": upload, "verify": {"href": f"{self.hub.address}/lfs-verify"}}
            objects.append(entry)
        self._json({"transfer": "basic", "objects": objects})

    def lfs_verify(self, body: bytes) -> None:
        self._json({}, 200 if json.loads(body)["oid"] in self.hub.uploads else 404)

    def lfs_put(self, body: bytes, oid: str) -> None:
        if hashlib.sha256(body).hexdigest() != oid:
            return self._error(400, "", "these are not the bytes of that SHA-256")
        self.hub.uploads[oid] = body
        return self._send(200, b"", {"ETag": f'"{oid}"'})

    def lfs_get(self, body: bytes, oid: str) -> None:
        if oid not in self.hub.uploads:
            return self._error(404, "EntryNotFound", "no such object")
        return self._content(self.hub.uploads[oid], {"ETag": f'"{oid}"'})

    def commit(self, body: bytes, kind: str, name: str, revision: str) -> None:
        repo = self._writable(KINDS[kind], name)
        parent = repo and self._at(repo, revision)
        if not repo or not parent:
            return None
        files, title = dict(parent.files), ""
        for line in body.splitlines():
            item = json.loads(line)
            key, value = item["key"], item["value"]
            if key == "header":
                title = value["summary"]
                if value.get("parentCommit") not in (None, parent.oid):
                    return self._error(412, "", "A commit has happened since. Please refresh and try again.")
            elif key == "file":
                files[value["path"]] = File(base64.b64decode(value["content"]), False)
            elif key == "lfsFile":
                if value["oid"] not in self.hub.uploads:
                    return self._error(400, "", f"the LFS object {value['oid']} was never uploaded")
                files[value["path"]] = File(self.hub.uploads[value["oid"]], True)
            elif key == "deletedFile":
                files.pop(value["path"], None)
            elif key == "deletedFolder":
                folder = value["path"].rstrip("/") + "/"
                files = {path: file for path, file in files.items() if not path.startswith(folder)}
        done = repo.commit(title, files, revision)
        url = f"{self.hub.address}/{'' if kind == 'models' else kind + '/'}{name}/commit/{done.oid}"
        return self._json({"success": True, "commitOid": done.oid, "commitUrl": url, "hookOutput": ""})

    def tag(self, body: bytes, kind: str, name: str, revision: str) -> None:
        repo = self._writable(KINDS[kind], name)
        if not repo:
            return None
        if self.command == "DELETE":
            if repo.tags.pop(revision, None) is None:
                return self._error(404, "RevisionNotFound", "no such tag")
            return self._json({})
        commit, tag = self._at(repo, revision), json.loads(body)["tag"]
        if not commit:
            return None
        if tag in repo.tags:
            return self._error(409, "", f"Tag {tag} already exists")
        repo.tags[tag] = commit.oid
        return self._json({})

    # -- Spaces -----------------------------------------------------------------------------------------------------

    def variables(self, body: bytes, name: str) -> None:
        repo = self._writable("space", name)
        if not repo:
            return
        if self.command == "POST":
            asked = json.loads(body)
            repo.variables[asked["key"]] = asked["value"]
        elif self.command == "DELETE":
            repo.variables.pop(json.loads(body)["key"], None)
        self._json({key: {"key": key, "value": value} for key, value in repo.variables.items()})

    def runtime(self, body: bytes, name: str) -> None:
        if self._readable("space", name):
            self._json({"stage": "RUNNING", "hardware": {"current": "cpu-basic", "requested": "cpu-basic"}})

    def restart(self, body: bytes, name: str) -> None:
        if repo := self._writable("space", name):
            repo.restarts += 1
            self.runtime(body, name)


def _entry(path: str, file: File) -> dict:
    entry = {"type": "file", "path": path, "size": len(file.content), "oid": file.git_oid}
    return entry | ({"lfs": {"oid": file.sha256, "size": len(file.content), "pointerSize": 130}} if file.lfs else {})


_REPO = r"/api/(?P<kind>models|datasets|spaces)/(?P<name>[^/]+/[^/]+)"
_SPACE = r"/api/spaces/(?P<name>[^/]+/[^/]+)"
_FILES = r"/(?:(?P<kind>datasets|spaces)/)?(?P<name>[^/]+/[^/]+)"
_READ = ("GET", "HEAD")
ROUTES: list[tuple[tuple[str, ...], str, Callable]] = [
    (_READ, r"/api/whoami-v2", _Handler.whoami),
    (("POST",), r"/api/validate-yaml", _Handler.validate_yaml),
    (("POST",), r"/api/repos/create", _Handler.create_repo),
    (_READ, _REPO, _Handler.repo_info),
    (_READ, _REPO + r"/revision/(?P<revision>.+)", _Handler.repo_info),
    (_READ, _REPO + r"/refs", _Handler.refs),
    (_READ, _REPO + r"/commits/(?P<revision>[^/]+)", _Handler.commits),
    (_READ, _REPO + r"/tree/(?P<revision>[^/]+)(?:/(?P<folder>.*))?", _Handler.tree),
    (("POST",), _REPO + r"/paths-info/(?P<revision>[^/]+)", _Handler.paths_info),
    (("POST",), _REPO + r"/preupload/(?P<revision>[^/]+)", _Handler.preupload),
    (("POST",), _REPO + r"/commit/(?P<revision>[^/]+)", _Handler.commit),
    (("POST", "DELETE"), _REPO + r"/tag/(?P<revision>[^/]+)", _Handler.tag),
    (("GET", "POST", "DELETE"), _SPACE + r"/variables", _Handler.variables),
    (_READ, _SPACE + r"/runtime", _Handler.runtime),
    (("POST",), _SPACE + r"/restart", _Handler.restart),
    (("PUT",), r"/lfs/(?P<oid>\w+)", _Handler.lfs_put),
    (_READ, r"/lfs/(?P<oid>\w+)", _Handler.lfs_get),
    (("POST",), r"/lfs-verify", _Handler.lfs_verify),
    (("POST",), _FILES + r"\.git/info/lfs/objects/batch", _Handler.lfs_batch),
    (_READ, _FILES + r"/(?:resolve|raw)/(?P<revision>[^/]+)/(?P<path>.+)", _Handler.resolve),
]


@contextmanager
def serve(port: int = 0) -> Iterator[Hub]:
    """Run a Hub on a thread of its own until the block ends; port 0 takes a free one."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A loopback Hugging Face Hub.")
    parser.add_argument("--port", type=int, default=8100)
    with serve(parser.parse_args().port) as running:
        print(f"HF_ENDPOINT={running.address} HF_HUB_DISABLE_XET=1 HF_TOKEN=hf_owner", flush=True)
        threading.Event().wait()
