"""What changes images: PutImage, mutability, deletion, archive."""

import concurrent.futures
import json
import unittest

from botocore.exceptions import ClientError
from support import ACCOUNT, LocalEcrTest

LATEST = [{"filterType": "WILDCARD", "filter": "latest"}]
NOTHING = "sha256:" + 64 * "0"


class PutImage(LocalEcrTest):
    def test_a_second_tag_joins_the_image(self):
        digest = self.image("app", "1.0.0")
        answer = self.put("app", digest, "1.0.0-abcdef0")
        self.assertEqual(
            answer["image"]["imageId"],
            {"imageDigest": digest, "imageTag": "1.0.0-abcdef0"},
        )
        self.assertEqual(
            self.tags("app"), {"1.0.0": digest, "1.0.0-abcdef0": digest}
        )

    def test_a_moved_tag_leaves_the_old_image_untagged(self):
        old, new = self.image("app", "1.0.0"), self.image("app", "1.0.1")
        self.put("app", new, "1.0.0")
        self.assertEqual(self.tags("app"), {"1.0.0": new, "1.0.1": new})
        untagged = self.rows("app", tagStatus="UNTAGGED")
        self.assertEqual([row["imageDigest"] for row in untagged], [old])

    def test_the_same_again_already_exists(self):
        digest = self.image("app", "1.0.0")
        message = self.refused(
            "ImageAlreadyExistsException", self.put, "app", digest, "1.0.0"
        )
        self.assertEqual(
            message,
            f"Image with digest '{digest}' and tag '1.0.0' already exists in the "
            f"repository with name 'app' in registry with id '{ACCOUNT}'",
        )

    def test_the_same_again_may_be_reported_as_a_tag_that_exists(self):
        self.seed(what="repository", name="app", mutability="IMMUTABLE")
        digest = self.image("app", "1.0.0")
        self.refused(
            "ImageAlreadyExistsException", self.put, "app", digest, "1.0.0"
        )
        self.set(same_digest_on_immutable="ImageTagAlreadyExistsException")
        self.refused(
            "ImageTagAlreadyExistsException", self.put, "app", digest, "1.0.0"
        )

    def test_another_digest_than_the_manifest_has(self):
        text, media_type = self.manifest("app", self.image("app", "1.0.0"))
        self.refused(
            "ImageDigestDoesNotMatchException",
            self.client.put_image,
            repositoryName="app",
            imageManifest=text + "\n",
            imageManifestMediaType=media_type,
            imageTag="1.0.1",
            imageDigest=self.tags("app")["1.0.0"],
        )

    def test_layers_and_children_must_be_in_the_same_repository(self):
        self.seed(what="repository", name="other")
        for form, code in (
            ("image", "LayersNotFoundException"),
            ("index", "ReferencedImagesNotFoundException"),
        ):
            text, media_type = self.manifest(
                "app", self.image("app", form, form=form)
            )
            message = self.refused(
                code,
                self.client.put_image,
                repositoryName="other",
                imageManifest=text,
                imageManifestMediaType=media_type,
            )
            self.assertIn("repository with name 'other'", message)
            self.assertIn("do not exist", message)
        self.assertEqual(self.tags("other"), {})

    def test_what_is_no_manifest_or_no_tag(self):
        digest = self.image("app", "1.0.0")
        text, _ = self.manifest("app", digest)
        bare = json.dumps(
            {k: v for k, v in json.loads(text).items() if k != "mediaType"}
        )
        for manifest, tag in (
            ("{", "a"),
            ("[]", "a"),
            ('{"schemaVersion": 2, "mediaType": "text/plain"}', "a"),
            (bare, "a"),
            (text, "1.0.0+build"),
            (text, "-a"),
            (text, 129 * "a"),
        ):
            with self.subTest(manifest=manifest[:30], tag=tag):
                self.refused(
                    "InvalidParameterException",
                    self.client.put_image,
                    repositoryName="app",
                    imageManifest=manifest,
                    imageTag=tag,
                )

    def test_a_quota_of_tags_for_each_image(self):
        digest = self.image("app", "a", "b")
        self.set(tags_per_image=3)
        self.put("app", digest, "c")
        self.refused("LimitExceededException", self.put, "app", digest, "d")

    def test_pushing_an_archived_image_again_restores_it(self):
        digest = self.image("app", "1.0.0")
        text, media_type = self.manifest("app", digest)
        self.client.update_image_storage_class(
            repositoryName="app",
            imageId={"imageDigest": digest},
            targetStorageClass="ARCHIVE",
        )
        self.client.put_image(
            repositoryName="app",
            imageManifest=text,
            imageManifestMediaType=media_type,
            imageTag="1.0.0",
        )
        (row,) = self.rows("app")
        self.assertEqual(row["imageStatus"], "ACTIVE")
        self.assertIn("lastActivatedAt", row)


class Mutability(LocalEcrTest):
    def test_four_modes(self):
        rows = (
            ("MUTABLE", [], {"1.0.0": True, "latest": True}),
            ("IMMUTABLE", [], {"1.0.0": False, "latest": False}),
            (
                "IMMUTABLE_WITH_EXCLUSION",
                ["la*"],
                {"1.0.0": False, "latest": True},
            ),
            (
                "MUTABLE_WITH_EXCLUSION",
                ["1.*"],
                {"1.0.0": False, "latest": True},
            ),
        )
        for mode, exclude, moves in rows:
            self.ecr.admin("POST", "reset")
            self.seed(
                what="repository", name="app", mutability=mode, exclude=exclude
            )
            self.image("app", "1.0.0")
            self.image("app", "latest")
            other = self.image("app", "other")
            for tag, may_move in moves.items():
                with self.subTest(mode=mode, tag=tag):
                    if may_move:
                        self.put("app", other, tag)
                        continue
                    message = self.refused(
                        "ImageTagAlreadyExistsException",
                        self.put,
                        "app",
                        other,
                        tag,
                    )
                    what = "tag" if exclude else "repository"
                    self.assertEqual(
                        message,
                        f"The image tag '{tag}' already exists in the 'app' "
                        "repository and cannot be overwritten because the "
                        f"{what} is immutable.",
                    )

    def test_filters_are_globs_and_not_patterns(self):
        self.seed(
            what="repository",
            name="app",
            mutability="IMMUTABLE_WITH_EXCLUSION",
            exclude=["1.2", "sha256-*"],
        )
        first = self.image("app", "1x2", "1.2.3", "1.2", "sha256-a")
        other = self.image("app", "other")
        for tag in ("1x2", "1.2.3"):
            self.refused(
                "ImageTagAlreadyExistsException", self.put, "app", other, tag
            )
        for tag in ("1.2", "sha256-a"):
            self.put("app", other, tag)
        self.assertEqual(self.tags("app")["1x2"], first)

    def test_it_can_be_changed_and_described(self):
        self.client.create_repository(repositoryName="app")
        answer = self.client.put_image_tag_mutability(
            repositoryName="app",
            imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
            imageTagMutabilityExclusionFilters=LATEST,
        )
        self.assertEqual(answer["imageTagMutabilityExclusionFilters"], LATEST)
        (row,) = self.client.describe_repositories(repositoryNames=["app"])[
            "repositories"
        ]
        self.assertEqual(row["imageTagMutability"], "IMMUTABLE_WITH_EXCLUSION")
        self.assertEqual(row["imageTagMutabilityExclusionFilters"], LATEST)

    def test_filters_go_with_the_modes_that_have_them(self):
        self.client.create_repository(repositoryName="app")
        for mode, filters in (
            ("IMMUTABLE", LATEST),
            ("MUTABLE_WITH_EXCLUSION", None),
        ):
            more = (
                {"imageTagMutabilityExclusionFilters": filters}
                if filters
                else {}
            )
            self.refused(
                "InvalidParameterException",
                self.client.put_image_tag_mutability,
                repositoryName="app",
                imageTagMutability=mode,
                **more,
            )


class Race(LocalEcrTest):
    def test_of_twenty_writers_of_one_tag_exactly_one_wins(self):
        self.seed(what="repository", name="app", mutability="IMMUTABLE")
        digests = [self.image("app", f"try-{n}") for n in range(20)]
        manifests = [self.manifest("app", digest) for digest in digests]

        def write(number):
            text, media_type = manifests[number]
            try:
                self.ecr.client().put_image(
                    repositoryName="app",
                    imageManifest=text,
                    imageManifestMediaType=media_type,
                    imageTag="1.0.0",
                )
                return number
            except ClientError as error:
                return error.response["Error"]["Code"]

        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            results = list(pool.map(write, range(20)))
        winners = [r for r in results if isinstance(r, int)]
        self.assertEqual(len(winners), 1, results)
        self.assertEqual(results.count("ImageTagAlreadyExistsException"), 19)
        self.assertEqual(self.tags("app")["1.0.0"], digests[winners[0]])


class Delete(LocalEcrTest):
    def delete(self, *ids):
        return self.client.batch_delete_image(
            repositoryName="app", imageIds=list(ids)
        )

    def test_by_tag_the_image_goes_with_its_last_tag(self):
        digest = self.image("app", "a", "b")
        answer = self.delete({"imageTag": "a"})
        self.assertEqual(
            answer["imageIds"], [{"imageDigest": digest, "imageTag": "a"}]
        )
        self.assertEqual(self.tags("app"), {"b": digest})
        self.delete({"imageTag": "b"})
        self.assertEqual(self.rows("app"), [])

    def test_by_digest_the_image_goes_with_all_its_tags(self):
        digest = self.image("app", "a", "b")
        answer = self.delete({"imageDigest": digest})
        self.assertEqual(
            answer["imageIds"],
            [{"imageDigest": digest, "imageTag": tag} for tag in "ab"],
        )
        self.assertEqual(self.rows("app"), [])

    def test_what_an_index_lists_stays(self):
        self.image("app", "1.0.0", form="index")
        before = self.ecr.admin("GET", "dump")
        child = self.rows("app", tagStatus="UNTAGGED")[0]["imageDigest"]
        (failure,) = self.delete({"imageDigest": child})["failures"]
        self.assertEqual(
            failure["failureCode"], "ImageReferencedByManifestList"
        )
        self.assertEqual(self.ecr.admin("GET", "dump"), before)
        self.delete({"imageTag": "1.0.0"})
        self.assertEqual(self.delete({"imageDigest": child})["failures"], [])

    def test_what_is_not_there_is_a_failure(self):
        self.seed(what="repository", name="app")
        (failure,) = self.delete({"imageDigest": NOTHING})["failures"]
        self.assertEqual(failure["failureCode"], "ImageNotFound")


class Archive(LocalEcrTest):
    def test_there_and_back(self):
        digest = self.image("app", "1.0.0")
        for target, status in (("ARCHIVE", "ARCHIVED"), ("STANDARD", "ACTIVE")):
            call = {
                "repositoryName": "app",
                "imageId": {"imageDigest": digest},
                "targetStorageClass": target,
            }
            answer = self.client.update_image_storage_class(**call)
            self.assertEqual(answer["imageStatus"], status)
            self.assertEqual(len(self.rows("app", imageStatus=status)), 1)
            self.refused(
                "ImageStorageClassUpdateNotSupportedException",
                self.client.update_image_storage_class,
                **call,
            )


if __name__ == "__main__":
    unittest.main()
