"""Repositories, permissions, and the check of requests against the model."""

import unittest

from support import ACCOUNT, REGION, LocalEcrTest, session

ARN = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository"


class Repositories(LocalEcrTest):
    def test_a_new_one_is_mutable_empty_and_named_by_the_front(self):
        made = self.client.create_repository(
            repositoryName="team/app", tags=[{"Key": "a", "Value": "b"}]
        )["repository"]
        self.assertEqual(made["repositoryArn"], f"{ARN}/team/app")
        self.assertEqual(
            made["repositoryUri"], self.ecr.state["registry"] + "/team/app"
        )
        self.assertEqual(made["imageTagMutability"], "MUTABLE")
        self.assertEqual(
            made["encryptionConfiguration"], {"encryptionType": "AES256"}
        )
        tags = self.client.list_tags_for_resource(
            resourceArn=made["repositoryArn"]
        )
        self.assertEqual(tags["tags"], [{"Key": "a", "Value": "b"}])

    def test_the_same_name_again(self):
        self.client.create_repository(repositoryName="app")
        message = self.refused(
            "RepositoryAlreadyExistsException",
            self.client.create_repository,
            repositoryName="app",
        )
        self.assertEqual(
            message,
            "The repository with name 'app' already exists in the registry with "
            f"id '{ACCOUNT}'",
        )

    def test_all_of_them_over_pages_or_those_named(self):
        names = {f"app-{n}" for n in range(9)}
        for name in names:
            self.client.create_repository(repositoryName=name)
        pages = self.client.get_paginator("describe_repositories").paginate(
            PaginationConfig={"PageSize": 3}
        )
        found = [r["repositoryName"] for p in pages for r in p["repositories"]]
        self.assertEqual(sorted(found), sorted(names))
        some = self.client.describe_repositories(
            repositoryNames=["app-1", "app-2"]
        )
        self.assertEqual(len(some["repositories"]), 2)
        self.refused(
            "RepositoryNotFoundException",
            self.client.describe_repositories,
            repositoryNames=["app-1", "nope"],
        )

    def test_only_an_empty_one_goes_without_force(self):
        self.image("app", "1.0.0")
        self.refused(
            "RepositoryNotEmptyException",
            self.client.delete_repository,
            repositoryName="app",
        )
        self.client.delete_repository(repositoryName="app", force=True)
        self.assertEqual(self.ecr.admin("GET", "dump"), [])

    def test_more_than_fifty_tags(self):
        self.refused(
            "TooManyTagsException",
            self.client.create_repository,
            repositoryName="app",
            tags=[{"Key": str(n), "Value": ""} for n in range(51)],
        )


class Model(LocalEcrTest):
    """Requests that botocore would not send, sent past its own checks."""

    def setUp(self):
        super().setUp()
        config = self.client.meta.config.merge(
            type(self.client.meta.config)(parameter_validation=False)
        )
        self.raw = session().create_client(
            "ecr",
            region_name=REGION,
            endpoint_url=self.ecr.endpoint,
            aws_access_key_id=self.ecr.state["access_key"],
            aws_secret_access_key=self.ecr.state["secret_key"],
            config=config,
        )

    def test_rules_of_the_model(self):
        rows = (
            (
                {},
                "'repositoryName' failed to satisfy constraint: 'Member must not be",
            ),
            ({"repositoryName": "a"}, "length greater than or equal to 2"),
            ({"repositoryName": "Shop"}, "must satisfy regular expression"),
            (
                {"repositoryName": "app", "maxResults": 1001},
                "less than or equal to 1000",
            ),
            (
                {"repositoryName": "app", "maxResults": 0},
                "greater than or equal to 1",
            ),
            (
                {"repositoryName": "app", "registryId": "12345678901"},
                "[0-9]{12}",
            ),
            (
                {"repositoryName": "app", "imageIds": []},
                "greater than or equal to 1",
            ),
            (
                {"repositoryName": "app", "filter": {"imageStatus": "SOME"}},
                "enum value set: [ACTIVE, ARCHIVED, ACTIVATING, ANY]",
            ),
        )
        for parameters, words in rows:
            with self.subTest(parameters=parameters):
                message = self.refused(
                    "InvalidParameterException",
                    self.raw.describe_images,
                    **parameters,
                )
                self.assertIn(words, message)

    def test_members_that_aws_does_not_know_and_wrong_types(self):
        body = None

        def replace(params, **_):
            """Puts `body` in the place of the request's, before it is signed."""
            params["body"] = body

        self.raw.meta.events.register("before-call.ecr", replace)
        for body, words in (
            (
                b'{"repositoryName":"app","maxresults":5}',
                "Unknown member 'maxresults'",
            ),
            (b'{"repositoryName":"app","maxResults":"5"}', "whole number"),
            (b'{"repositoryName":5}', "Expected a string at 'repositoryName'"),
            (b"{", "Not JSON"),
            (b"[]", "Expected an object"),
        ):
            with self.subTest(body=body):
                message = self.refused(
                    "SerializationException",
                    self.raw.describe_images,
                    repositoryName="app",
                )
                self.assertIn(words, message)


class Permissions(LocalEcrTest):
    def deny(self, **rules):
        user = {"secret": self.ecr.state["secret_key"], "name": "ci", **rules}
        self.set(users={self.ecr.state["access_key"]: user})

    def test_the_message_names_user_action_and_resource(self):
        self.image("app", "1.0.0")
        self.deny(allow=["ecr:DescribeRepositories"])
        message = self.refused(
            "AccessDeniedException",
            self.client.describe_images,
            repositoryName="app",
        )
        self.assertEqual(
            message,
            f"User: arn:aws:iam::{ACCOUNT}:user/ci is not authorized to perform: "
            f"ecr:DescribeImages on resource: {ARN}/app because no identity-based "
            "policy allows the ecr:DescribeImages action",
        )

    def test_a_rule_may_name_resources(self):
        self.image("app", "1.0.0")
        self.image("other", "1.0.0")
        self.deny(allow=[f"ecr:Describe* {ARN}/app"])
        self.client.describe_images(repositoryName="app")
        self.refused(
            "AccessDeniedException",
            self.client.describe_images,
            repositoryName="other",
        )

    def test_denied_comes_before_missing(self):
        self.deny(deny=["ecr:DescribeImages"])
        message = self.refused(
            "AccessDeniedException",
            self.client.describe_images,
            repositoryName="nope",
        )
        self.assertIn("with an explicit deny", message)

    def test_a_login_token_is_for_everything(self):
        self.deny(allow=["ecr:Describe*"])
        message = self.refused(
            "AccessDeniedException", self.client.get_authorization_token
        )
        self.assertIn("on resource: * because", message)


class Public(LocalEcrTest):
    def test_it_has_repositories_images_and_tags_of_its_own(self):
        client = self.ecr.client("ecr-public")
        made = client.create_repository(repositoryName="app")["repository"]
        self.assertEqual(
            made["repositoryUri"], self.ecr.state["public_registry"] + "/app"
        )
        digest = self.image("app", "1.0.0", "latest", kind="public")
        self.set(pages="full")
        (row,) = client.describe_images(repositoryName="app")["imageDetails"]
        self.assertEqual(row["imageDigest"], digest)
        self.assertNotIn("imageStatus", row)
        tags = client.describe_image_tags(repositoryName="app")[
            "imageTagDetails"
        ]
        self.assertEqual(
            {t["imageTag"]: t["imageDetail"]["imageDigest"] for t in tags},
            {"1.0.0": digest, "latest": digest},
        )
        self.assertEqual(len(client.describe_repositories()["repositories"]), 1)
        (registry,) = client.describe_registries()["registries"]
        self.assertEqual(registry["aliases"][0]["name"], "local")
        self.assertEqual(
            self.client.describe_repositories()["repositories"], []
        )

    def test_its_login_is_one_object_without_an_endpoint(self):
        data = self.ecr.client("ecr-public").get_authorization_token()
        self.assertEqual(
            set(data["authorizationData"]), {"authorizationToken", "expiresAt"}
        )

    def test_put_image_by_its_api(self):
        self.image("app", "1.0.0", kind="public")
        token = self.image("app", "1.0.1", kind="public")
        client = self.ecr.client("ecr-public")
        self.set(pages="full")
        self.refused(
            "RepositoryNotFoundException",
            client.describe_images,
            repositoryName="no",
        )
        answer = client.batch_delete_image(
            repositoryName="app", imageIds=[{"imageTag": "1.0.1"}]
        )
        self.assertEqual(answer["imageIds"][0]["imageDigest"], token)


if __name__ == "__main__":
    unittest.main()
