"""Images through the API, judged by botocore's client and parser."""

import hashlib
import json
import unittest

from support import ACCOUNT, REGION, LocalEcrTest

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


class DescribeImages(LocalEcrTest):
    def test_every_image_comes_once_over_uneven_pages(self):
        digests = {self.image("app", f"1.0.{n}") for n in range(20)}
        pages, found, token = 0, [], {}
        while True:
            page = self.client.describe_images(
                repositoryName="app", maxResults=7, **token
            )
            pages += 1
            self.assertLessEqual(len(page["imageDetails"]), 7)
            found += [row["imageDigest"] for row in page["imageDetails"]]
            if "nextToken" not in page:
                break
            token = {"nextToken": page["nextToken"]}
        self.assertEqual(sorted(found), sorted(digests))
        self.assertGreater(pages, 3)

    def test_some_seed_gives_an_empty_page_with_a_token(self):
        self.image("app", "1.0.0")
        self.image("app", "1.0.1")
        empty = 0
        for seed in range(20):
            self.set(seed=seed, empty_page_every=2)
            page = self.client.describe_images(repositoryName="app")
            empty += not page["imageDetails"] and "nextToken" in page
            self.assertEqual(set(self.tags("app")), {"1.0.0", "1.0.1"})
        self.assertGreater(empty, 0)

    def test_the_order_follows_the_seed_and_not_the_push(self):
        pushed = [self.image("app", f"1.0.{n}") for n in range(8)]
        orders = set()
        for seed in range(4):
            self.set(seed=seed, pages="full")
            rows = self.client.describe_images(repositoryName="app")
            orders.add(tuple(r["imageDigest"] for r in rows["imageDetails"]))
        self.assertGreater(len(orders), 1)
        self.assertNotIn(tuple(pushed), orders)

    def test_a_hundred_rows_unless_asked_for_more(self):
        self.set(pages="full")
        self.seed(what="bulk", repository="app", count=1200)
        for asked, given in (({}, 100), ({"maxResults": 1000}, 1000)):
            page = self.client.describe_images(repositoryName="app", **asked)
            self.assertEqual(len(page["imageDetails"]), given)
            self.assertIn("nextToken", page)

    def test_images_pushed_between_two_pages_break_nothing(self):
        before = {self.image("app", f"1.0.{n}") for n in range(10)}
        self.set(pages="full")
        page = self.client.describe_images(repositoryName="app", maxResults=5)
        first = {row["imageDigest"] for row in page["imageDetails"]}
        self.image("app", "2.0.0")
        page = self.client.describe_images(
            repositoryName="app", maxResults=1000, nextToken=page["nextToken"]
        )
        second = {row["imageDigest"] for row in page["imageDetails"]}
        self.assertFalse(first & second)
        self.assertLessEqual(before, first | second)

    def test_a_token_serves_its_own_listing_only(self):
        for name in ("app", "other"):
            self.image(name, "1.0.0")
            self.image(name, "1.0.1")
        self.set(pages="full")
        token = self.client.describe_images(repositoryName="app", maxResults=1)[
            "nextToken"
        ]
        for name, text in (
            ("other", token),
            ("app", token + "x"),
            ("app", "2"),
        ):
            with self.subTest(name=name, token=text):
                message = self.refused(
                    "InvalidParameterException",
                    self.client.describe_images,
                    repositoryName=name,
                    nextToken=text,
                )
                self.assertIn("'nextToken'", message)

    def test_neither_token_nor_size_goes_with_image_ids(self):
        self.image("app", "1.0.0")
        for extra in ({"nextToken": "x"}, {"maxResults": 5}):
            self.refused(
                "InvalidParameterException",
                self.client.describe_images,
                repositoryName="app",
                imageIds=[{"imageTag": "1.0.0"}],
                **extra,
            )

    def test_archived_images_are_hidden_unless_asked_for(self):
        self.image("app", "1.0.0")
        self.image("app", "2.0.0", archived=True)
        for chosen, tags in (
            ({}, {"1.0.0"}),
            ({"imageStatus": "ACTIVE"}, {"1.0.0"}),
            ({"imageStatus": "ARCHIVED"}, {"2.0.0"}),
            ({"imageStatus": "ANY"}, {"1.0.0", "2.0.0"}),
        ):
            with self.subTest(chosen=chosen):
                rows = self.rows("app", **chosen)
                self.assertEqual(
                    {t for r in rows for t in r["imageTags"]}, tags
                )
        (row,) = self.rows("app", imageStatus="ARCHIVED")
        self.assertEqual(row["imageStatus"], "ARCHIVED")
        self.assertIn("lastArchivedAt", row)

    def test_children_and_attestations_of_an_index_are_untagged_images(self):
        index = self.image("app", "1.0.0", form="index")
        tagged = self.rows("app", tagStatus="TAGGED")
        untagged = self.rows("app", tagStatus="UNTAGGED")
        self.assertEqual([row["imageDigest"] for row in tagged], [index])
        self.assertEqual(len(untagged), 4)
        self.assertTrue(all("imageTags" not in row for row in untagged))
        largest = max(row["imageSizeInBytes"] for row in untagged)
        self.assertEqual(tagged[0]["imageSizeInBytes"], largest)

    def test_charts_and_referrers_say_what_they_are(self):
        digest = self.image("app", "1.0.0")
        self.image("app", "chart-1", form="chart")
        self.image("app", form="referrer", subject=digest)
        kinds = {
            row.get("artifactMediaType"): row.get("subjectManifestDigest")
            for row in self.rows("app")
        }
        self.assertEqual(
            kinds,
            {
                "application/vnd.oci.image.config.v1+json": None,
                "application/vnd.cncf.helm.config.v1+json": None,
                "application/vnd.in-toto+json": digest,
            },
        )

    def test_one_unknown_image_id_fails_the_whole_call(self):
        self.image("app", "1.0.0")
        message = self.refused(
            "ImageNotFoundException",
            self.client.describe_images,
            repositoryName="app",
            imageIds=[{"imageTag": "1.0.0"}, {"imageTag": "9.9.9"}],
        )
        self.assertEqual(
            message,
            "The image with imageId {imageDigest:'null', imageTag:'9.9.9'} does "
            "not exist within the repository with name 'app' in the registry "
            f"with id '{ACCOUNT}'",
        )

    def test_an_unknown_repository_is_named(self):
        for more in ({}, {"registryId": "999999999999"}):
            account = more.get("registryId", ACCOUNT)
            message = self.refused(
                "RepositoryNotFoundException",
                self.client.describe_images,
                repositoryName="nope",
                **more,
            )
            self.assertEqual(
                message,
                "The repository with name 'nope' does not exist in the registry "
                f"with id '{account}'",
            )

    def test_other_regions_are_empty_when_regions_are_named(self):
        self.image("app", "1.0.0")
        self.set(regions=["us-east-1"])
        self.refused(
            "RepositoryNotFoundException",
            self.client.describe_images,
            repositoryName="app",
        )
        self.set(regions=[REGION])
        self.assertEqual(len(self.rows("app")), 1)


class Account(LocalEcrTest):
    def test_it_can_be_another_one(self):
        self.image("app", "1.0.0")
        self.set(account="210987654321")
        (row,) = self.rows("app")
        self.assertEqual(row["registryId"], "210987654321")
        message = self.refused(
            "ImageAlreadyExistsException",
            self.put,
            "app",
            row["imageDigest"],
            "1.0.0",
        )
        self.assertIn("registry with id '210987654321'", message)


class ListImages(LocalEcrTest):
    def test_one_row_for_each_tag_and_for_each_untagged_image(self):
        digest = self.image("app", "1.0.0", "latest")
        self.image("app", "1.1.0", form="index")
        self.set(pages="full")
        found = self.client.list_images(repositoryName="app")["imageIds"]
        self.assertEqual(len(found), 7)
        self.assertEqual(
            sorted(i["imageTag"] for i in found if i["imageDigest"] == digest),
            ["1.0.0", "latest"],
        )

    def test_an_empty_repository_has_an_empty_list(self):
        self.seed(what="repository", name="app")
        answer = self.client.list_images(repositoryName="app")
        self.assertEqual(answer["imageIds"], [])


class BatchGetImage(LocalEcrTest):
    def test_the_manifest_is_byte_for_byte_what_its_digest_says(self):
        for form in ("image", "index", "chart"):
            digest = self.image("app", form, form=form)
            text, _ = self.manifest("app", digest)
            found = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
            self.assertEqual(found, digest)

    def test_what_cannot_be_had_is_a_failure_amid_a_good_answer(self):
        digest = self.image("app", "1.0.0")
        self.image("app", "2.0.0")
        self.image("app", "3.0.0", archived=True)
        answer = self.client.batch_get_image(
            repositoryName="app",
            imageIds=[
                {"imageTag": "1.0.0"},
                {"imageTag": "nope"},
                {"imageDigest": "sha256:" + 64 * "0"},
                {"imageTag": "2.0.0", "imageDigest": digest},
                {"imageDigest": "what"},
                {},
                {"imageTag": "3.0.0"},
            ],
        )
        self.assertEqual(
            [i["imageId"] for i in answer["images"]],
            [{"imageDigest": digest, "imageTag": "1.0.0"}],
        )
        self.assertEqual(
            [f["failureCode"] for f in answer["failures"]],
            [
                "ImageNotFound",
                "ImageNotFound",
                "ImageTagDoesNotMatchDigest",
                "InvalidImageDigest",
                "MissingDigestAndTag",
                "ImageNotFound",
            ],
        )

    def test_by_tag_the_manifest_may_be_translated_and_by_digest_never(self):
        digest = self.image("app", "1.0.0", media="docker")
        for image_id, media_type in (
            ({"imageTag": "1.0.0"}, OCI_MANIFEST),
            ({"imageDigest": digest}, DOCKER_MANIFEST),
        ):
            answer = self.client.batch_get_image(
                repositoryName="app",
                imageIds=[image_id],
                acceptedMediaTypes=[OCI_MANIFEST],
            )
            (image,) = answer["images"]
            self.assertEqual(image["imageManifestMediaType"], media_type)
            manifest = json.loads(image["imageManifest"])
            self.assertEqual(manifest["mediaType"], media_type)


class Layers(LocalEcrTest):
    def test_availability_of_blobs(self):
        text, _ = self.manifest("app", self.image("app", "1.0.0"))
        layer = json.loads(text)["layers"][0]["digest"]
        missing = "sha256:" + 64 * "0"
        answer = self.client.batch_check_layer_availability(
            repositoryName="app", layerDigests=[layer, missing, "what"]
        )
        self.assertEqual(
            [
                (x["layerDigest"], x["layerAvailability"])
                for x in answer["layers"]
            ],
            [(layer, "AVAILABLE"), (missing, "UNAVAILABLE")],
        )
        self.assertEqual(
            answer["failures"][0]["failureCode"], "InvalidLayerDigest"
        )


if __name__ == "__main__":
    unittest.main()
