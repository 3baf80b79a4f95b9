"""STS, GitHub's OIDC provider, and the metadata services."""

import json
import unittest

from support import ACCOUNT, LocalEcrTest

ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"
TOKEN = "local-ecr-request-token"


class CredentialsTest(LocalEcrTest):
    def setUp(self):
        super().setUp()
        self.sts = self.ecr.client("sts")

    def oidc(self, audience="sts.amazonaws.com", token=TOKEN):
        status, _, body = self.ecr.http(
            "GET",
            f"{self.ecr.endpoint}/oidc/token?api-version=2.0&audience={audience}",
            headers={"Authorization": f"bearer {token}"},
        )
        return json.loads(body)["value"] if status == 200 else status

    def assume(self, token=None, role=ROLE, **more):
        return self.sts.assume_role_with_web_identity(
            RoleArn=role,
            RoleSessionName="GitHubActions",
            WebIdentityToken=token or self.oidc(),
            **more,
        )

    def client_of(self, credentials):
        return self.ecr.client(
            key=credentials["AccessKeyId"],
            secret=credentials["SecretAccessKey"],
            token=credentials.get("SessionToken") or credentials.get("Token"),
        )


class WebIdentity(CredentialsTest):
    def test_from_oidc_token_to_a_session_that_works(self):
        self.image("app", "1.0.0")
        answer = self.assume()
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/GitHubActions"
        self.assertEqual(answer["AssumedRoleUser"]["Arn"], arn)
        self.assertEqual(answer["Audience"], "sts.amazonaws.com")
        self.client_of(answer["Credentials"]).describe_images(
            repositoryName="app"
        )
        last = self.log()[-1]
        self.assertEqual((last["signed"], last["principal"]), (True, arn))

    def test_it_needs_no_signature(self):
        self.assume()
        call = self.log("AssumeRoleWithWebIdentity")[0]
        self.assertEqual((call["signed"], call["status"]), (False, 200))

    def test_a_wrong_request_token_gets_no_identity(self):
        self.assertEqual(self.oidc(token="wrong"), 401)

    def test_what_the_role_does_not_trust(self):
        self.set(roles={"deploy": {"subject": "repo:acme/*", "audience": "me"}})
        self.refused("AccessDenied", self.assume)
        self.set(oidc_subject="repo:acme/app:ref:refs/heads/main")
        self.refused("InvalidIdentityToken", self.assume)
        self.assume(self.oidc("me"))
        self.refused("AccessDenied", self.assume, role=ROLE + "-other")

    def test_a_forged_or_expired_identity(self):
        token = self.oidc()
        self.refused("InvalidIdentityToken", self.assume, "a.b.c")
        self.refused("InvalidIdentityToken", self.assume, token[:-3] + "abc")
        self.set(clock_skew_seconds=600)
        self.refused("ExpiredTokenException", self.assume, token)

    def test_duration(self):
        self.refused("ValidationError", self.assume, DurationSeconds=7200)
        self.set(roles={"*": {"max_seconds": 7200}})
        self.assume(DurationSeconds=7200)

    def test_an_expired_session(self):
        client = self.client_of(self.assume(DurationSeconds=900)["Credentials"])
        client.describe_repositories()
        self.set(clock_skew_seconds=905, window_minutes=20)
        message = self.refused(
            "ExpiredTokenException", client.describe_repositories
        )
        self.assertEqual(
            message, "The security token included in the request is expired"
        )

    def test_a_session_without_its_own_token(self):
        given = self.assume()["Credentials"]
        other = self.assume()["Credentials"]
        for token in (None, "what", other["SessionToken"]):
            client = self.client_of({**given, "SessionToken": token})
            self.refused(
                "UnrecognizedClientException", client.describe_repositories
            )


class AssumeRole(CredentialsTest):
    def assume_role(self, **more):
        return self.sts.assume_role(
            RoleArn=ROLE,
            RoleSessionName="ci",
            Tags=[{"Key": "Repository", "Value": "app"}],
            **more,
        )

    def test_a_session_and_who_it_is(self):
        credentials = self.assume_role()["Credentials"]
        sts = self.ecr.client(
            "sts",
            credentials["AccessKeyId"],
            credentials["SecretAccessKey"],
            credentials["SessionToken"],
        )
        who = sts.get_caller_identity()
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ci"
        self.assertEqual((who["Arn"], who["Account"]), (arn, ACCOUNT))

    def test_tags_arrive_as_a_list(self):
        self.assume_role()
        self.assertEqual(
            self.log("AssumeRole")[0]["parameters"]["Tags"],
            [{"Key": "Repository", "Value": "app"}],
        )

    def test_what_the_role_does_not_trust(self):
        self.set(roles={"deploy": {"principals": ["*:user/other"]}})
        message = self.refused("AccessDenied", self.assume_role)
        self.assertIn(f"perform: sts:AssumeRole on resource: {ROLE}", message)
        self.set(roles={"deploy": {"external_id": "secret"}})
        self.refused("AccessDenied", self.assume_role)
        self.assume_role(ExternalId="secret")

    def test_the_role_s_rules_bind_its_sessions(self):
        self.set(roles={"deploy": {"allow": ["ecr:DescribeImages"]}})
        client = self.client_of(self.assume_role()["Credentials"])
        message = self.refused(
            "AccessDeniedException", client.describe_repositories
        )
        self.assertIn("assumed-role/deploy/ci is not authorized", message)

    def test_its_own_words_for_bad_signatures(self):
        for client, code in (
            (self.ecr.client("sts", secret="wrong"), "SignatureDoesNotMatch"),
            (self.ecr.client("sts", key="AKIANOBODY"), "InvalidClientTokenId"),
        ):
            self.refused(code, client.get_caller_identity)

    def test_faults_come_in_xml(self):
        self.fault("error", service="sts", code="IDPCommunicationError", nth=1)
        self.refused("IDPCommunicationError", self.assume_role)
        self.assume_role()


class Machines(CredentialsTest):
    def get(self, path, method="GET", **headers):
        names = {k.replace("_", "-"): v for k, v in headers.items()}
        status, _, body = self.ecr.http(
            method, self.ecr.endpoint + path, headers=names
        )
        return status, body.decode()

    def imds(self, path, token):
        return self.get(path, x_aws_ec2_metadata_token=token)

    def test_container_credentials_work(self):
        status, body = self.get("/v2/credentials/some-id")
        self.assertEqual(status, 200)
        self.client_of(json.loads(body)).describe_repositories()

    def test_container_credentials_may_ask_for_a_token(self):
        self.set(container_token="secret")
        self.assertEqual(self.get("/v1/credentials")[0], 403)
        self.assertEqual(
            self.get("/v1/credentials", Authorization="secret")[0], 200
        )

    def test_identity_center_s_portal(self):
        path = "/federation/credentials?role_name=dev&account_id=" + ACCOUNT
        self.assertEqual(self.get(path, x_amz_sso_bearer_token="wrong")[0], 401)
        # An underscore is part of this header's name.
        header = {"x-amz-sso_bearer_token": "local-ecr-sso-token"}
        _, _, body = self.ecr.http(
            "GET", self.ecr.endpoint + path, None, header
        )
        given = json.loads(body)["roleCredentials"]
        client = self.ecr.client(
            key=given["accessKeyId"],
            secret=given["secretAccessKey"],
            token=given["sessionToken"],
        )
        client.describe_repositories()

    def test_instance_metadata_version_two(self):
        path = "/latest/meta-data/iam/security-credentials/"
        self.assertEqual(self.get(path)[0], 401)
        ttl = {"x_aws_ec2_metadata_token_ttl_seconds": "21600"}
        self.assertEqual(self.get("/latest/api/token", "PUT")[0], 400)
        status, token = self.get("/latest/api/token", "PUT", **ttl)
        self.assertEqual(status, 200)
        status, role = self.imds(path, token)
        self.assertEqual((status, role), (200, "ec2InstanceRole"))
        status, body = self.imds(path + role, token)
        self.client_of(json.loads(body)).describe_repositories()
        self.assertEqual(
            self.imds("/latest/meta-data/placement/region", token),
            (200, "eu-west-1"),
        )
        self.assertEqual(self.imds(path, "forged")[0], 401)

    def test_instance_metadata_version_one_and_none(self):
        path = "/latest/meta-data/iam/security-credentials/"
        for mode, put, get in (("v1", 404, 200), ("off", 404, 404)):
            self.set(imds=mode)
            ttl = {"x_aws_ec2_metadata_token_ttl_seconds": "60"}
            self.assertEqual(
                self.get("/latest/api/token", "PUT", **ttl)[0], put
            )
            self.assertEqual(self.get(path)[0], get)


if __name__ == "__main__":
    unittest.main()
