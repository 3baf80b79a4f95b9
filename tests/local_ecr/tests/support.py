"""A stand-in for the tests to share, and AWS's own client as the judge."""

import atexit
import functools
import json
import pathlib
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOM = HERE.parent
sys.path.insert(0, str(ROOM.parent))
sys.dont_write_bytecode = True

import botocore.config  # noqa: E402
import botocore.session  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402

from local_ecr.settings import ACCESS_KEY, ACCOUNT, SECRET_KEY  # noqa: E402

REGION = "eu-west-1"


class Running:
    """One local-ecr process."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [
                sys.executable,
                str(ROOM / "local-ecr"),
                "--with-parent",
                *arguments,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.endpoint = self.process.stdout.readline().strip()
        if not self.endpoint:
            raise RuntimeError(self.process.stderr.read())
        self.state = self.admin("GET", "state")

    def admin(self, method, path, body=None):
        """The admin API's answer."""
        status, _, data = self.http(
            method,
            f"{self.endpoint}/_local_ecr/{path}",
            None if body is None else json.dumps(body).encode(),
        )
        if status != 200:
            raise AssertionError(f"{method} {path}: {status} {data!r}")
        return json.loads(data)

    @staticmethod
    def http(method, url, body=None, headers=None):
        """(status, headers, body), whatever the status."""
        request = urllib.request.Request(
            url, method=method, data=body, headers=headers or {}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def client(
        self, service="ecr", key=ACCESS_KEY, secret=SECRET_KEY, token=None
    ):
        """botocore's client for it: no retries, so that each call is one."""
        return session().create_client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=botocore.config.Config(
                retries={"total_max_attempts": 1, "mode": "standard"}
            ),
        )

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=20)


@functools.cache
def session():
    """A botocore session that knows our models, which may be newer."""
    made = botocore.session.Session()
    loader = made.get_component("data_loader")
    loader.search_paths.insert(0, str(ROOM / "models"))
    return made


@functools.cache
def shared():
    """The stand-in that all tests use; each starts from a reset."""
    running = Running()
    atexit.register(running.stop)
    return running


class LocalEcrTest(unittest.TestCase):
    """A test with an empty stand-in and clients for it."""

    maxDiff = None

    def setUp(self):
        self.ecr = shared()
        self.ecr.admin("POST", "reset")
        self.client = self.ecr.client()

    def seed(self, **order):
        return self.ecr.admin("POST", "seed", order)

    def image(self, repository, *tags, **more):
        """Seeds one image; its digest."""
        return self.seed(repository=repository, tags=list(tags), **more)[
            "digest"
        ]

    def set(self, **settings):
        self.ecr.admin("POST", "settings", settings)

    def fault(self, kind, **more):
        """Orders a fault; its number."""
        return self.ecr.admin("POST", "faults", {"kind": kind, **more})[0]["id"]

    def log(self, operation=None):
        entries = self.ecr.admin("GET", "log")
        return [e for e in entries if operation in (None, e["operation"])]

    def refused(self, code, call, *arguments, **parameters):
        """The message of the refusal, which must carry `code`."""
        with self.assertRaises(ClientError) as caught:
            call(*arguments, **parameters)
        error = caught.exception.response["Error"]
        self.assertEqual(error["Code"], code, error)
        return error["Message"]

    def manifest(self, repository, digest):
        """(text, media type) of an image."""
        answer = self.client.batch_get_image(
            repositoryName=repository, imageIds=[{"imageDigest": digest}]
        )
        image = answer["images"][0]
        return image["imageManifest"], image["imageManifestMediaType"]

    def put(self, repository, digest, tag, client=None):
        text, media_type = self.manifest(repository, digest)
        return (client or self.client).put_image(
            repositoryName=repository,
            imageManifest=text,
            imageManifestMediaType=media_type,
            imageTag=tag,
            imageDigest=digest,
        )

    def tags(self, repository):
        """tag -> digest, by every page of DescribeImages."""
        return {
            tag: row["imageDigest"]
            for row in self.rows(repository, imageStatus="ANY")
            for tag in row.get("imageTags", [])
        }

    def rows(self, repository, **chosen):
        """Every row of DescribeImages."""
        rows, token = [], {}
        while True:
            page = self.client.describe_images(
                repositoryName=repository,
                maxResults=1000,
                filter=chosen,
                **token,
            )
            rows += page["imageDetails"]
            if "nextToken" not in page:
                return rows
            token = {"nextToken": page["nextToken"]}


__all__ = [
    "ACCESS_KEY",
    "ACCOUNT",
    "HERE",
    "REGION",
    "ROOM",
    "SECRET_KEY",
    "LocalEcrTest",
    "Running",
    "session",
    "shared",
]
