"""Faults: at the call that was meant, of the kind that was meant."""

import http.client
import json
import threading
import unittest

import botocore.exceptions
from support import LocalEcrTest


class Faults(LocalEcrTest):
    def setUp(self):
        super().setUp()
        self.digest = self.image("app", "1.0.0")
        self.set(pages="full")

    def describe(self, name="app"):
        return self.client.describe_images(repositoryName=name)

    def error(self, call=None):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            (call or self.describe)()
        return caught.exception.response

    def test_answers_with_their_codes(self):
        for order, status, code in (
            ({"kind": "throttling"}, 400, "ThrottlingException"),
            ({"kind": "throttle"}, 400, "ThrottleException"),
            ({"kind": "server-error"}, 500, "ServerException"),
            ({"kind": "expired-token"}, 400, "ExpiredTokenException"),
            ({"kind": "error", "code": "KmsException"}, 400, "KmsException"),
            ({"kind": "empty"}, 429, "429"),
            ({"kind": "html"}, 503, "503"),
            ({"kind": "html", "status": 502}, 502, "502"),
        ):
            with self.subTest(order=order):
                self.ecr.admin("DELETE", "faults")
                self.fault(**order)
                answer = self.error()
                self.assertEqual(answer["Error"]["Code"], code)
                self.assertEqual(
                    answer["ResponseMetadata"]["HTTPStatusCode"], status
                )

    def test_strikes_the_repository_that_a_call_is_about(self):
        self.seed(what="repository", name="other")
        (fault,) = self.ecr.admin(
            "POST", "faults", {"kind": "throttling", "repository": "other"}
        )
        ask = self.client.describe_repositories
        self.describe()
        ask(repositoryNames=["app"])
        ask(repositoryNames=["app", "other"])
        self.error(lambda: ask(repositoryNames=["other"]))
        (entry,) = self.ecr.admin("GET", f"log?fault={fault['id']}")
        self.assertEqual(entry["operation"], "DescribeRepositories")
        self.assertEqual(
            [
                one["name"]
                for one in self.ecr.admin("GET", "dump?repository=other")
            ],
            ["other"],
        )

    def test_the_shapes_of_an_error(self):
        code = "ThrottlingException"
        for style, kind, body in (
            ("plain", None, {"__type": code, "message": "Rate exceeded"}),
            (
                "namespaced",
                None,
                {
                    "__type": f"com.amazonaws.ecr.v20150921#{code}",
                    "message": "Rate exceeded",
                },
            ),
            ("Message", None, {"__type": code, "Message": "Rate exceeded"}),
            (
                "header",
                f"{code}:http://internal.amazon.com/coral/",
                {"message": "Rate exceeded"},
            ),
            ("code", None, {"code": code, "message": "Rate exceeded"}),
        ):
            with self.subTest(style=style):
                self.ecr.admin("DELETE", "faults")
                self.fault("throttling", style=style, nth=2)
                answer = self.raw()
                self.assertEqual(answer.status, 400)
                self.assertEqual(answer.headers["X-Amzn-ErrorType"], kind)
                self.assertEqual(json.loads(answer.read()), body)

    def test_a_style_changes_natural_errors_too(self):
        self.fault("style", style="Message")
        error = self.error(lambda: self.describe("nope"))["Error"]
        self.assertEqual(error["Code"], "RepositoryNotFoundException")
        self.assertIn("'nope'", error["Message"])

    def test_at_the_nth_call_of_an_operation_on_a_repository(self):
        self.image("other", "1.0.0")
        self.fault(
            "throttling",
            operation="DescribeImages",
            repository="app",
            nth=[2, 3],
        )
        self.describe()
        self.describe("other")
        self.client.describe_repositories()
        self.error()
        self.error()
        self.describe()

    def test_so_many_times(self):
        self.fault("throttling", times=2)
        self.error()
        self.error()
        self.describe()

    def test_a_connection_that_is_reset_before_acting(self):
        self.fault("reset", operation="PutImage")
        with self.assertRaises(botocore.exceptions.HTTPClientError):
            self.put("app", self.digest, "2.0.0")
        self.assertEqual(set(self.tags("app")), {"1.0.0"})

    def test_an_answer_that_is_lost_after_acting(self):
        for kind in ("reset", "server-error"):
            tag = f"2.0.0-{kind}"
            self.ecr.admin("DELETE", "faults")
            self.fault(kind, operation="PutImage", when="after")
            with self.assertRaises(
                (
                    botocore.exceptions.HTTPClientError,
                    botocore.exceptions.ClientError,
                )
            ):
                self.put("app", self.digest, tag)
            self.assertIn(tag, self.tags("app"))

    def test_half_an_answer(self):
        self.fault("truncate", nth=2)
        answer = self.raw()
        with self.assertRaises(http.client.IncompleteRead) as caught:
            answer.read()
        self.assertTrue(caught.exception.partial.startswith(b'{"imageDetails"'))

    def test_a_held_call_waits_until_it_is_released(self):
        for acts, tags in ((True, {"1.0.0", "held"}), (False, {"1.0.0"})):
            self.ecr.admin("POST", "reset")
            self.digest = self.image("app", "1.0.0")
            number = self.fault("hold", operation="PutImage")
            results = []

            def put(into=results):
                try:
                    into.append(self.put("app", self.digest, "held"))
                except botocore.exceptions.HTTPClientError:
                    into.append(None)

            thread = threading.Thread(target=put)
            thread.start()
            while self.ecr.admin("GET", "faults")[0]["held"] == 0:
                pass
            self.assertNotIn("held", self.tags("app"))
            self.ecr.admin("POST", "release", {"id": number, "acts": acts})
            thread.join()
            self.assertEqual(results[0] is not None, acts)
            self.assertEqual(set(self.tags("app")), tags)

    def test_a_stalled_body_comes_whole_in_the_end(self):
        number = self.fault("stall", operation="DescribeImages")
        results = []
        thread = threading.Thread(
            target=lambda: results.append(self.describe())
        )
        thread.start()
        while self.ecr.admin("GET", "faults")[0]["held"] == 0:
            pass
        self.ecr.admin("POST", "release", {"id": number})
        thread.join()
        self.assertEqual(len(results[0]["imageDetails"]), 1)

    def test_a_token_that_repeats(self):
        self.fault("repeat-token")
        first = self.describe()["nextToken"]
        self.assertEqual(first, "the-same-token")

    def test_a_stale_read_sees_what_there_was_when_it_was_ordered(self):
        self.fault("stale", operation="Describe*", times=2)
        self.put("app", self.digest, "2.0.0")
        self.image("other", "1.0.0")
        (row,) = self.describe()["imageDetails"]
        self.assertEqual(row["imageTags"], ["1.0.0"])
        self.refused("RepositoryNotFoundException", self.describe, "other")
        (row,) = self.describe()["imageDetails"]
        self.assertEqual(row["imageTags"], ["1.0.0", "2.0.0"])

    def test_nulls_and_members_of_the_future(self):
        plain = self.describe()["imageDetails"]
        self.fault("decorate")
        self.assertEqual(self.describe()["imageDetails"], plain)

    def test_times_in_exponent_form(self):
        plain = self.describe()["imageDetails"]
        self.fault("exponent")
        self.assertEqual(self.describe()["imageDetails"], plain)
        raw = self.raw().read().decode()
        self.assertRegex(raw, r'"imagePushedAt": 1\.[0-9]+E\+09')

    def test_advice_to_wait_and_a_date_that_is_off(self):
        self.fault("throttling", retry_after_ms=1500, date_offset=-3600)
        headers = self.error()["ResponseMetadata"]["HTTPHeaders"]
        self.assertEqual(headers["x-amz-retry-after"], "1500")
        self.ecr.admin("DELETE", "faults")
        right = self.describe()["ResponseMetadata"]["HTTPHeaders"]
        self.assertNotEqual(headers["date"][:22], right["date"][:22])

    def test_a_bad_signature_is_turned_away_before_any_fault(self):
        self.fault("throttling")
        self.refused(
            "InvalidSignatureException",
            self.ecr.client(secret="wrong").describe_images,
            repositoryName="app",
        )
        self.assertEqual(self.ecr.admin("GET", "faults")[0]["seen"], 0)

    def test_the_log_names_the_fault(self):
        number = self.fault("throttling", nth=1)
        self.error()
        entry = self.log("DescribeImages")[-1]
        self.assertEqual(entry["fault"], f"throttling #{number} before")
        self.assertEqual(entry["parameters"], {"repositoryName": "app"})

    def test_an_order_that_is_not_understood(self):
        for order in (
            {"kind": "what"},
            {"kind": "reset", "when": "never"},
            {"kind": "reset", "nht": 1},
            {"kind": "style", "style": "what"},
        ):
            status, _, _ = self.ecr.http(
                "POST",
                f"{self.ecr.endpoint}/_local_ecr/faults",
                json.dumps(order).encode(),
            )
            self.assertEqual(status, 400, order)

    def raw(self):
        """The answer to a second DescribeImages, on a bare connection."""
        captured = {}

        def capture(request, **_):
            captured.update(headers=dict(request.headers), body=request.body)

        self.client.meta.events.register("before-send.ecr", capture)
        self.describe()
        host = self.ecr.endpoint.removeprefix("http://")
        connection = http.client.HTTPConnection(host)
        self.addCleanup(connection.close)
        connection.request("POST", "/", captured["body"], captured["headers"])
        return connection.getresponse()


if __name__ == "__main__":
    unittest.main()
