"""The registry's front, by its HTTP API."""

import base64
import json
import os
import unittest

from support import ACCOUNT, REGION

from front import DOCKER_MANIFEST, FrontTest, digest_of


class Push(FrontTest):
    def test_what_is_pushed_is_described_and_pulled(self):
        self.client.create_repository(repositoryName="team/app")
        _, digest = self.push("team/app", "1.0.0")
        (row,) = self.rows("team/app")
        self.assertEqual(
            (row["imageDigest"], row["imageTags"]), (digest, ["1.0.0"])
        )
        for reference in ("1.0.0", digest):
            path = f"/v2/team/app/manifests/{reference}"
            status, headers, body = self.call("GET", path)
            self.assertEqual((status, digest_of(body)), (200, digest))
            self.assertEqual(headers["Content-Type"], DOCKER_MANIFEST)
            status, headers, _ = self.call("HEAD", path)
            self.assertEqual(
                (status, headers["Docker-Content-Digest"]), (200, digest)
            )
        layer = digest_of(b"layer")
        status, _, body = self.call("GET", f"/v2/team/app/blobs/{layer}")
        self.assertEqual((status, body), (200, b"layer"))
        self.assertIn("lastRecordedPullTime", self.rows("team/app")[0])

    def test_by_digest_it_has_no_tag(self):
        self.client.create_repository(repositoryName="app")
        _, digest = self.push("app", None)
        (row,) = self.rows("app", tagStatus="UNTAGGED")
        self.assertEqual(row["imageDigest"], digest)
        self.assertEqual(self.push("app", None), (201, digest))

    def test_put_image_and_push_see_each_other(self):
        self.client.create_repository(repositoryName="app")
        _, digest = self.push("app", "build-1")
        self.put("app", digest, "1.0.0")
        status, _, body = self.call("GET", "/v2/app/tags/list")
        self.assertEqual(
            (status, json.loads(body)),
            (200, {"name": "app", "tags": ["1.0.0", "build-1"]}),
        )

    def test_an_unknown_repository(self):
        status, _, body = self.call("POST", "/v2/nope/blobs/uploads/")
        self.assertEqual(status, 404)
        self.assertEqual(
            json.loads(body)["errors"],
            [
                {
                    "code": "NAME_UNKNOWN",
                    "message": "The repository with name 'nope' does not exist in "
                    "the registry with id '123456789012'",
                }
            ],
        )

    def test_create_on_push(self):
        self.set(create_on_push=True)
        self.assertEqual(self.push("app", "1.0.0")[0], 201)
        self.assertEqual(set(self.tags("app")), {"1.0.0"})

    def test_a_tag_that_may_not_move(self):
        self.seed(
            what="repository",
            name="app",
            mutability="IMMUTABLE",
            exclude=["latest"],
        )
        _, first = self.push("app", "1.0.0", b"one")
        for content in (b"one", b"two"):
            status, error = self.push("app", "1.0.0", content)
            self.assertEqual((status, error["code"]), (400, "TAG_INVALID"))
            self.assertEqual(
                error["message"],
                "The image tag '1.0.0' already exists in the 'app' repository and "
                "cannot be overwritten because the tag is immutable.",
            )
        self.assertEqual(self.push("app", "latest", b"one")[0], 201)
        _, second = self.push("app", "latest", b"two")
        self.assertEqual(self.tags("app"), {"1.0.0": first, "latest": second})

    def test_a_manifest_without_its_layers(self):
        digest = self.image("app", "1.0.0")
        text, media_type = self.manifest("app", digest)
        self.client.create_repository(repositoryName="other")
        status, _, body = self.call(
            "PUT",
            "/v2/other/manifests/1.0.0",
            text.encode(),
            Content_Type=media_type,
        )
        self.assertEqual(status, 404)
        self.assertIn("required for pushing image", body.decode())

    def test_blobs_are_not_mounted_unless_that_is_switched_on(self):
        text, _ = self.manifest("app", self.image("app", "1.0.0"))
        layer = json.loads(text)["layers"][0]["digest"]
        self.client.create_repository(repositoryName="other")
        path = f"/v2/other/blobs/uploads/?mount={layer}&from=app"
        self.assertEqual(self.call("POST", path)[0], 202)
        self.set(blob_mounting=True)
        self.assertEqual(self.call("POST", path)[0], 201)

    def test_a_big_blob_in_chunks(self):
        self.client.create_repository(repositoryName="app")
        data = os.urandom(1 << 20) * 12
        digest = self.upload("app", data)
        status, _, body = self.call("GET", f"/v2/app/blobs/{digest}")
        self.assertEqual((status, digest_of(body)), (200, digest))

    def test_archived_images_cannot_be_pulled(self):
        self.image("app", "1.0.0", archived=True)
        status, _, body = self.call("GET", "/v2/app/manifests/1.0.0")
        self.assertEqual(status, 404)
        self.assertEqual(
            json.loads(body)["errors"][0]["code"], "MANIFEST_UNKNOWN"
        )

    def test_referrers(self):
        digest = self.image("app", "1.0.0")
        referrer = self.image("app", form="referrer", subject=digest)
        _, _, body = self.call("GET", f"/v2/app/referrers/{digest}")
        (entry,) = json.loads(body)["manifests"]
        self.assertEqual(entry["digest"], referrer)
        text, _ = self.manifest("app", referrer)
        self.assertEqual(entry["size"], len(text))

    def test_a_fault_strikes_docker_too(self):
        self.client.create_repository(repositoryName="app")
        self.fault(
            "html", service="registry-private", operation="PUT manifests"
        )
        status, _, _ = self.call("PUT", "/v2/app/manifests/1.0.0", b"{}")
        self.assertEqual(status, 503)


class Login(FrontTest):
    def test_nobody_and_wrong_passwords(self):
        for text in (
            "",
            "Basic x",
            self.basic("AWS:wrong"),
            self.basic("me:x"),
        ):
            status, headers, _ = self.call("GET", "/v2/", Authorization=text)
            self.assertEqual(status, 401)
            self.assertIn(
                'service="ecr.amazonaws.com"', headers["WWW-Authenticate"]
            )

    def test_a_token_that_has_expired(self):
        self.set(clock_skew_seconds=12 * 3600 + 5)
        status, _, body = self.call("GET", "/v2/")
        self.assertEqual(status, 403)
        self.assertIn("Your authorization token has expired", body.decode())

    def test_a_caller_that_may_not_push(self):
        key, secret = self.ecr.state["access_key"], self.ecr.state["secret_key"]
        self.client.create_repository(repositoryName="app")
        self.set(
            users={key: {"secret": secret, "deny": ["ecr:InitiateLayerUpload"]}}
        )
        status, _, body = self.call("POST", "/v2/app/blobs/uploads/")
        self.assertEqual(status, 403)
        self.assertIn(
            "not authorized to perform: ecr:InitiateLayerUpload", body.decode()
        )

    def test_a_rule_that_names_a_repository_binds_docker_too(self):
        key, secret = self.ecr.state["access_key"], self.ecr.state["secret_key"]
        for name in ("app", "other"):
            self.client.create_repository(repositoryName=name)
        arn = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/app"
        rule = f"ecr:InitiateLayerUpload {arn}"
        self.set(users={key: {"secret": secret, "allow": [rule]}})
        for name, wanted in (("app", 202), ("other", 403)):
            status, _, _ = self.call("POST", f"/v2/{name}/blobs/uploads/")
            self.assertEqual(status, wanted, name)

    @staticmethod
    def basic(text):
        return "Basic " + base64.b64encode(text.encode()).decode()


class Public(FrontTest):
    """ECR Public hands out bearer tokens, to anyone for pulling."""

    def setUp(self):
        super().setUp()
        host, alias = self.ecr.state["public_registry"].split("/")
        self.front, self.alias = f"http://{host}", alias
        client = self.ecr.client("ecr-public")
        data = client.get_authorization_token()["authorizationData"]
        self.basic = "Basic " + data["authorizationToken"]
        client.create_repository(repositoryName="app")

    def bearer(self, **headers):
        _, _, body = self.ecr.http(
            "GET", f"{self.front}/token/?scope=aws", headers=headers
        )
        return {"Authorization": "Bearer " + json.loads(body)["token"]}

    def test_push_with_a_login_and_pull_without(self):
        self.login = self.bearer(Authorization=self.basic)
        status, _ = self.push(f"{self.alias}/app", "1.0.0")
        self.assertEqual(status, 201)
        self.login = self.bearer()
        path = f"/v2/{self.alias}/app/manifests/1.0.0"
        self.assertEqual(self.call("GET", path)[0], 200)
        path = f"/v2/{self.alias}/app/blobs/uploads/"
        self.assertEqual(self.call("POST", path)[0], 403)

    def test_the_challenge_names_the_token_service(self):
        status, headers, _ = self.call("GET", "/v2/", Authorization=self.basic)
        self.assertEqual(status, 401)
        self.assertEqual(
            headers["WWW-Authenticate"],
            f'Bearer realm="{self.front}/token/",service="public.ecr.aws",scope="aws"',
        )


if __name__ == "__main__":
    unittest.main()
