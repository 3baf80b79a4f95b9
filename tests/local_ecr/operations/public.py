"""What ECR Public does in its own way."""

from . import repositories


def create_repository(call):
    """Public repositories have no settings; catalogue data is echoed."""
    answer = repositories.create_repository(call)
    catalog = call.request.get("catalogData") or {}
    shown = {k: v for k, v in catalog.items() if k != "logoImageBlob"}
    return answer | {"catalogData": shown}


def describe_image_tags(call):
    """One row for each tag."""
    with call.store.lock:
        rows = [
            {
                "imageTag": tag,
                "createdAt": image.pushed_at,
                "imageDetail": _detail(image),
            }
            for tag, image in call.repository.by_tag.items()
        ]
    listing = call.standin.pager.shuffled(rows, lambda row: row["imageTag"])
    page, token = call.standin.pager.page(
        listing,
        f"DescribeImageTags {call.repository.name}",
        call.request.get("nextToken"),
        call.request.get("maxResults"),
    )
    answer = {"imageTagDetails": page}
    if token:
        answer["nextToken"] = token
    return answer


def describe_registries(call):
    """The one registry of the account, with its alias."""
    account = call.caller.principal.account
    alias = call.standin.settings["public_alias"]
    return {
        "registries": [
            {
                "registryId": account,
                "registryArn": f"arn:aws:ecr-public::{account}:registry/{account}",
                "registryUri": call.standin.fronts[call.kind].uri(""),
                "verified": False,
                "aliases": [
                    {
                        "name": alias,
                        "status": "ACTIVE",
                        "primaryRegistryAlias": True,
                        "defaultRegistryAlias": True,
                    }
                ],
            }
        ]
    }


def _detail(image):
    detail = {
        "imageDigest": image.digest,
        "imageSizeInBytes": image.size,
        "imagePushedAt": image.pushed_at,
        "imageManifestMediaType": image.media_type,
        "artifactMediaType": image.artifact_type,
    }
    return {key: value for key, value in detail.items() if value is not None}
