"""Signatures: what AWS would turn away is turned away, in its words."""

import datetime
import json
import socket
import unittest
from unittest import mock

import botocore.auth
import botocore.awsrequest
import botocore.credentials
from support import ACCESS_KEY, REGION, SECRET_KEY, LocalEcrTest

TARGET = "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories"


class Signature(LocalEcrTest):
    def post(self, sign=True, headers=None, drop=(), replace=None, **scope):
        """Posts DescribeRepositories, signed by hand; (status, body).

        `headers` are signed, `drop` and `replace` change them afterwards.
        """
        request = botocore.awsrequest.AWSRequest(
            method="POST",
            url=self.ecr.endpoint + "/",
            data=b"{}",
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": TARGET,
                **(headers or {}),
            },
        )
        if sign:
            botocore.auth.SigV4Auth(
                botocore.credentials.Credentials(ACCESS_KEY, SECRET_KEY),
                scope.get("service", "ecr"),
                scope.get("region", REGION),
            ).add_auth(request)
        sent = {**dict(request.headers.items()), **(replace or {})}
        sent = {k: v for k, v in sent.items() if k not in drop}
        status, answered, body = self.ecr.http(
            "POST", request.url, scope.get("body", b"{}"), sent
        )
        self.assertIn("Date", answered)
        self.assertRegex(answered["x-amzn-RequestId"], "^[0-9a-f-]{36}$")
        return status, json.loads(body)

    def expect(self, code, words, **request):
        status, body = self.post(**request)
        self.assertEqual((status, body["__type"]), (400, code), body)
        self.assertIn(words, body["message"])

    def test_a_good_one(self):
        status, body = self.post()
        self.assertEqual((status, body), (200, {"repositories": []}))
        self.assertTrue(self.log()[0]["signed"])

    def test_none(self):
        self.expect(
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
            sign=False,
        )

    def test_an_unknown_key(self):
        message = self.refused(
            "UnrecognizedClientException",
            self.ecr.client(key="AKIANOBODY").describe_repositories,
        )
        self.assertEqual(
            message, "The security token included in the request is invalid."
        )

    def test_a_wrong_secret_gets_what_should_have_been_signed(self):
        message = self.refused(
            "InvalidSignatureException",
            self.ecr.client(secret="wrong").describe_repositories,
        )
        self.assertIn(
            "The Canonical String for this request should have been", message
        )
        self.assertIn("The String-to-Sign should have been", message)
        self.assertNotIn(SECRET_KEY, message)

    def test_another_body_than_was_signed(self):
        self.expect(
            "InvalidSignatureException",
            "does not match",
            body=b'{"maxResults":1}',
        )

    def test_another_header_than_was_signed(self):
        self.expect(
            "InvalidSignatureException",
            "does not match",
            replace={"Content-Type": "application/json"},
        )

    def test_amz_headers_must_be_signed(self):
        self.expect(
            "InvalidSignatureException",
            "were not signed: x-amz-later",
            replace={"X-Amz-Later": "1"},
        )

    def test_a_wrong_scope(self):
        self.expect(
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'ecr'",
            service="ecr-public",
        )

    def test_a_header_that_is_not_understood(self):
        for text, words in (
            (
                "AWS4-HMAC-SHA256 Credential=a/b",
                "requires 'Signature' parameter",
            ),
            ("Bearer x", "Unsupported AWS 'algorithm': 'Bearer'"),
            (
                f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20200101, "
                "SignedHeaders=host, Signature=0",
                "exactly 5 slash-delimited elements",
            ),
        ):
            self.expect(
                "IncompleteSignatureException",
                words,
                replace={"Authorization": text},
            )

    def test_a_content_hash_that_is_not_the_body_s(self):
        self.expect(
            "InvalidSignatureException",
            "x-amz-content-sha256",
            headers={"X-Amz-Content-SHA256": 64 * "0"},
        )

    def test_the_window_of_fifteen_minutes(self):
        for minutes, words in (
            (-16, "Signature expired: "),
            (-14, None),
            (14, None),
            (16, "Signature not yet current: "),
        ):
            with self.subTest(minutes=minutes), at(minutes):
                if words is None:
                    self.client.describe_repositories()
                    continue
                message = self.refused(
                    "InvalidSignatureException",
                    self.client.describe_repositories,
                )
                self.assertIn(words, message)
                self.assertIn("15 min.)", message)

    def test_the_window_can_be_five_minutes(self):
        self.set(window_minutes=5)
        with at(-6):
            message = self.refused(
                "InvalidSignatureException", self.client.describe_repositories
            )
        self.assertIn("5 min.)", message)

    def test_a_skewed_clock_shows_in_the_date_and_judges_by_it(self):
        self.set(clock_skew_seconds=3600)
        self.refused(
            "InvalidSignatureException", self.client.describe_repositories
        )
        with at(60):
            self.client.describe_repositories()


class Expect(LocalEcrTest):
    def test_a_client_that_waits_for_100_continue_gets_it(self):
        host, port = self.ecr.endpoint.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=20) as client:
            client.sendall(
                b"POST /_local_ecr/settings HTTP/1.1\r\nHost: x\r\n"
                b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
            )
            self.assertTrue(client.recv(64).startswith(b"HTTP/1.1 100"))
            client.sendall(b"{}")
            self.assertTrue(client.recv(64).startswith(b"HTTP/1.1 200"))


def at(minutes):
    """botocore's clock, so many minutes off."""
    now = datetime.datetime.now(datetime.UTC)
    moved = now + datetime.timedelta(minutes=minutes)
    name = "get_current_datetime"
    if hasattr(botocore.auth, name):
        naive = moved.replace(tzinfo=None)
        return mock.patch.object(botocore.auth, name, lambda *_, **__: naive)
    fake = mock.Mock(wraps=datetime.datetime)
    fake.utcnow.return_value = moved.replace(tzinfo=None)
    return mock.patch.object(botocore.auth.datetime, "datetime", fake)


if __name__ == "__main__":
    unittest.main()
