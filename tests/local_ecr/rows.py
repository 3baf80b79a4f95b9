"""One row of DescribeImages, as JSON text.

Making a row costs more than all else in a page of a thousand: it is made
and checked once, and kept with the image until the image changes.
"""

import json

from .records import PRIVATE


def describe(standin, repository, image):
    """The imageDetails row of `image`."""
    if image.row is None:
        row = {
            "registryId": standin.account,
            "repositoryName": repository.name,
            "imageDigest": image.digest,
            "imageTags": list(image.tags),
            "imageSizeInBytes": image.size,
            "imagePushedAt": image.pushed_at,
            "imageManifestMediaType": image.media_type,
            "artifactMediaType": image.artifact_type,
        }
        if repository.kind == PRIVATE:
            row |= {
                "lastRecordedPullTime": image.pulled_at,
                "subjectManifestDigest": image.subject,
                "imageStatus": image.status,
                "lastArchivedAt": image.archived_at,
                "lastActivatedAt": image.activated_at,
            }
        row = {
            key: value for key, value in row.items() if value not in (None, [])
        }
        service = "ecr" if repository.kind == PRIVATE else "ecr-public"
        problems = list(standin.models[service].problems("ImageDetail", row))
        assert not problems, problems
        image.row = json.dumps(row)
    return image.row
