"""What tests of the registry's front are told with."""

import hashlib
import json

from support import LocalEcrTest

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class FrontTest(LocalEcrTest):
    def setUp(self):
        super().setUp()
        data = self.client.get_authorization_token()["authorizationData"][0]
        self.front = data["proxyEndpoint"]
        self.login = {"Authorization": "Basic " + data["authorizationToken"]}

    def call(self, method, path, body=None, **headers):
        """(status, headers, body); a path may be a Location."""
        names = {k.replace("_", "-"): v for k, v in headers.items()}
        names.setdefault("Content-Type", "application/octet-stream")
        return self.ecr.http(
            method, self.front + path, body, {**self.login, **names}
        )

    def upload(self, repository, data):
        """One blob, as Docker uploads it; its digest."""
        status, headers, _ = self.call(
            "POST", f"/v2/{repository}/blobs/uploads/"
        )
        self.assertEqual(status, 202)
        place = headers["Location"]
        self.assertTrue(place.startswith(f"/v2/{repository}/blobs/"), place)
        status, headers, _ = self.call("PATCH", place, data)
        self.assertEqual(status, 202)
        place = headers["Location"]
        mark = "&" if "?" in place else "?"
        digest = digest_of(data)
        status, _, _ = self.call("PUT", f"{place}{mark}digest={digest}")
        self.assertEqual(status, 201)
        return digest

    def push(self, repository, reference, content=b"layer"):
        """(status, errors or digest) of a push of a one-layer image."""
        config = json.dumps({"content": content.decode()}).encode()
        parts = [
            {
                "mediaType": f"application/vnd.docker.{kind}",
                "digest": self.upload(repository, data),
                "size": len(data),
            }
            for kind, data in (
                ("container.image.v1+json", config),
                ("image.rootfs.diff.tar.gzip", content),
            )
        ]
        manifest = {
            "schemaVersion": 2,
            "mediaType": DOCKER_MANIFEST,
            "config": parts[0],
            "layers": parts[1:],
        }
        body = json.dumps(manifest).encode()
        status, headers, answer = self.call(
            "PUT",
            f"/v2/{repository}/manifests/{reference or digest_of(body)}",
            body,
            Content_Type=DOCKER_MANIFEST,
        )
        if status != 201:
            return status, json.loads(answer)["errors"][0]
        return status, headers["Docker-Content-Digest"]
