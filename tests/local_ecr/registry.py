"""The real registry behind it all: CNCF distribution, on a Unix socket.

Nobody but this program reaches it: Docker clients come through the front
(front.py), which knows ECR's rules. It holds manifests by digest and blobs;
a repository is kept under its `home` (store.py).
"""

import ctypes
import http.client
import os
import shutil
import signal
import socket
import subprocess
import time

from .errors import StartError

PR_SET_PDEATHSIG = 1
START_SECONDS = 20

CONFIGURATION = """\
version: 0.1
log: {{level: warn}}
storage:
  filesystem: {{rootdirectory: {root}}}
  delete: {{enabled: true}}
  maintenance: {{uploadpurging: {{enabled: false}}}}
http:
  net: unix
  addr: {socket}
  relativeurls: true
"""


class Registry:
    """Starts, asks and ends one docker-registry process."""

    def __init__(self, state, runtime):
        self._socket = runtime / "registry.sock"
        self._log = state / "registry.log"
        program = shutil.which("docker-registry") or shutil.which("registry")
        if program is None:
            raise StartError(
                "docker-registry is not installed: apt-get install docker-registry"
            )
        configuration = runtime / "registry.yml"
        configuration.write_text(
            CONFIGURATION.format(root=state / "registry", socket=self._socket),
            encoding="utf-8",
        )
        # The environment could change any setting (REGISTRY_...): leave it out.
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(runtime)}
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(
                [program, "serve", str(configuration)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread runs yet
            )
        self._wait()

    def connect(self):
        """A connection to it, for one request or several."""
        return UnixConnection(str(self._socket))

    def request(self, method, path, body=None, headers=None):
        """(status, headers, body) of one small request."""
        connection = self.connect()
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def has_blob(self, home, digest):
        path = f"/v2/{home}/blobs/{digest}"
        return self.request("HEAD", path)[0] == 200

    def put_blob(self, home, digest, data):
        """Uploads one blob; `digest` is its own."""
        start = f"/v2/{home}/blobs/uploads/"
        status, headers, body = self.request("POST", start)
        if status == 202:
            place = headers["Location"]
            mark = "&" if "?" in place else "?"
            status, _, body = self.request(
                "PUT",
                f"{place}{mark}digest={digest}",
                data,
                {"Content-Type": "application/octet-stream"},
            )
        if status != 201:
            raise RuntimeError(f"registry: blob of {home}: {status} {body!r}")

    def put_manifest(self, home, manifest):
        """Keeps a manifest under its digest; (status, body) of the answer."""
        path = f"/v2/{home}/manifests/{manifest.digest}"
        headers = {"Content-Type": manifest.media_type}
        status, _, body = self.request("PUT", path, manifest.body, headers)
        return status, body

    def manifest(self, home, digest, media_type):
        """A manifest's bytes, exactly as pushed."""
        path = f"/v2/{home}/manifests/{digest}"
        status, _, body = self.request(
            "GET", path, headers={"Accept": media_type}
        )
        if status != 200:
            raise RuntimeError(f"registry: {home}@{digest}: {status} {body!r}")
        return body

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait(self):
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                if self.request("GET", "/v2/")[0] == 200:
                    return
            except OSError:
                time.sleep(0.02)
        self.stop()
        tail = self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise StartError(f"docker-registry did not start; it said:\n{tail}")


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("registry")
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self._path)


def die_with_parent():
    """Asks Linux to end this process when its parent's does, however."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
