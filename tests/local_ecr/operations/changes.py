"""Changing images: PutImage, BatchDeleteImage, UpdateImageStorageClass."""

from ..errors import ApiError
from ..manifest import parse
from .images import failed, image_answer, image_id, look_up


def put_image(call):
    """A manifest under its digest, and a tag that moves to it."""
    request = call.request
    repository = call.repository
    manifest = parse(
        request["imageManifest"].encode(), request.get("imageManifestMediaType")
    )
    given = request.get("imageDigest")
    if given is not None and given != manifest.digest:
        raise ApiError(
            "ImageDigestDoesNotMatchException",
            f"The digest '{given}' given in the request does not match the "
            f"digest '{manifest.digest}' that was calculated for the image",
        )
    tag = request.get("imageTag")
    image = call.standin.pusher.put(repository, manifest, tag)
    wanted = {"imageTag": tag} if tag is not None else {}
    return {
        "image": image_answer(
            call, image, wanted, manifest.body, manifest.media_type
        )
    }


def batch_delete_image(call):
    """By tag: the tag goes, with the last tag the image. By digest: all."""
    deleted, failures = [], []
    repository = call.repository
    where = (repository.kind, repository.name)
    for wanted in call.request["imageIds"]:
        with call.store.lock:
            image, failure = look_up(repository, wanted)
            tag = wanted.get("imageTag")
            whole = image is not None and (tag is None or image.tags == [tag])
            if whole and (parents := repository.parents(image.digest)):
                failure = (
                    "ImageReferencedByManifestList",
                    "Requested image referenced by manifest list: "
                    f"[{', '.join(parents)}]",
                )
            if failure is not None:
                failures.append(failed(wanted, failure))
            elif whole:
                tags = list(image.tags) or [None]
                call.store.delete_image(*where, image.digest)
                deleted += [image_id(image.digest, tag) for tag in tags]
            else:
                call.store.remove_tag(*where, tag)
                deleted.append(image_id(image.digest, tag))
    return {"imageIds": deleted, "failures": failures}


def update_image_storage_class(call):
    """Archives an image, or restores it (at once; ECR takes minutes)."""
    target = call.request["targetStorageClass"]
    repository = call.repository
    with call.store.lock:
        image, failure = look_up(repository, call.request["imageId"])
        if failure is not None:
            raise call.image_not_found(call.request["imageId"])
        status = "ARCHIVED" if target == "ARCHIVE" else "ACTIVE"
        if image.status == status:
            raise ApiError(
                "ImageStorageClassUpdateNotSupportedException",
                f"The image with digest '{image.digest}' is {status} already",
            )
        moment = "archived_at" if target == "ARCHIVE" else "activated_at"
        call.store.update_image(
            repository.kind,
            repository.name,
            image.digest,
            **{"status": status, moment: round(call.standin.clock.now(), 3)},
        )
    return {
        "registryId": call.registry_id,
        "repositoryName": repository.name,
        "imageId": image_id(image.digest, None),
        "imageStatus": status,
    }
