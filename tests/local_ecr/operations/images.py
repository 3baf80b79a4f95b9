"""Reading images: DescribeImages, ListImages, BatchGetImage, layers."""

import json

from ..errors import invalid_parameter
from ..manifest import translate
from ..rows import describe
from ..wire import Rendered

NOT_FOUND = ("ImageNotFound", "Requested image not found")


def describe_images(call):
    """Rows of images; 1000 a page at most, active ones unless asked."""
    request = call.request
    matches = _filter(request.get("filter") or {})
    if "imageIds" in request:
        for other in ("nextToken", "maxResults"):
            if request.get(other) is not None:
                raise invalid_parameter(
                    f"Invalid parameter at '{other}' failed to satisfy "
                    f"constraint: '{other} cannot be used with imageIds'"
                )
        with call.store.lock:
            rows = _named_rows(call, matches)
        return _rendered(rows, None)
    with call.store.lock:
        listing = _listing(call, request.get("filter"), matches)
        images, token = call.standin.pager.page(
            listing,
            _query("DescribeImages", call),
            request.get("nextToken"),
            request.get("maxResults"),
        )
        return _rendered(
            [
                describe(call.standin, call.repository, image)
                for image in images
            ],
            token,
        )


def list_images(call):
    """One row for each tag of each image, and one for an untagged image."""
    request = call.request
    matches = _filter(request.get("filter") or {})
    with call.store.lock:
        pairs = [
            (image.digest, tag)
            for image in call.repository.images.values()
            if matches(image)
            for tag in image.tags or [None]
        ]
        listing = call.standin.pager.shuffled(pairs, str)
    pairs, token = call.standin.pager.page(
        listing,
        _query("ListImages", call),
        request.get("nextToken"),
        request.get("maxResults"),
    )
    answer = {"imageIds": [image_id(digest, tag) for digest, tag in pairs]}
    if token:
        answer["nextToken"] = token
    return answer


def batch_get_image(call):
    """Manifests; what cannot be had is a failure in a 200."""
    images, failures = [], []
    accepted = call.request.get("acceptedMediaTypes")
    for wanted in call.request["imageIds"]:
        with call.store.lock:
            image, failure = look_up(call.repository, wanted)
        if failure is None and image.status != "ACTIVE":
            failure = NOT_FOUND
        if failure is None and image.bulk:
            failure = (
                "ImageInaccessible",
                "local-ecr: a row seeded in bulk has no manifest",
            )
        if failure is not None:
            failures.append(failed(wanted, failure))
            continue
        body = call.standin.registry.manifest(
            call.repository.home, image.digest, image.media_type
        )
        media_type = image.media_type
        if accepted and "imageDigest" not in wanted:
            body, media_type = translate(body, media_type, accepted)
        images.append(image_answer(call, image, wanted, body, media_type))
    return {"images": images, "failures": failures}


def batch_check_layer_availability(call):
    """Which blobs the repository holds."""
    layers, failures = [], []
    for digest in call.request["layerDigests"]:
        if not digest.startswith("sha256:") or len(digest) != 71:
            failures.append(
                {
                    "layerDigest": digest,
                    "failureCode": "InvalidLayerDigest",
                    "failureReason": "Invalid layer digest",
                }
            )
            continue
        held = call.standin.registry.has_blob(call.repository.home, digest)
        state = "AVAILABLE" if held else "UNAVAILABLE"
        layers.append({"layerDigest": digest, "layerAvailability": state})
    return {"layers": layers, "failures": failures}


def look_up(repository, wanted):
    """(image, None) or (None, (failure code, reason)) for an image id."""
    digest, tag = wanted.get("imageDigest"), wanted.get("imageTag")
    if digest is None and tag is None:
        return None, (
            "MissingDigestAndTag",
            "Invalid request parameters: both tag and digest cannot be null",
        )
    if digest is not None and not _is_digest(digest):
        return None, (
            "InvalidImageDigest",
            "Invalid request parameters: image digest should satisfy the "
            "regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
        )
    image = repository.find(digest, tag)
    if image is None and repository.find(digest) and repository.find(tag=tag):
        return None, (
            "ImageTagDoesNotMatchDigest",
            "Requested image tag does not match the requested digest",
        )
    return image, None if image else NOT_FOUND


def image_answer(call, image, wanted, body, media_type):
    """An image as BatchGetImage and PutImage give it."""
    return {
        "registryId": call.registry_id,
        "repositoryName": call.repository.name,
        "imageId": image_id(image.digest, wanted.get("imageTag")),
        "imageManifest": body.decode(),
        "imageManifestMediaType": media_type,
    }


def image_id(digest, tag):
    found = {"imageDigest": digest}
    if tag is not None:
        found["imageTag"] = tag
    return found


def failed(wanted, failure):
    return {
        "imageId": wanted,
        "failureCode": failure[0],
        "failureReason": failure[1],
    }


def _rendered(rows, token):
    """The answer as text: serialising 1000 rows again would be the slow part."""
    text = '{"imageDetails":[' + ",".join(rows) + "]"
    if token:
        text += ',"nextToken":' + json.dumps(token)
    return Rendered(text + "}")


def _named_rows(call, matches):
    found = {}
    for wanted in call.request["imageIds"]:
        image, failure = look_up(call.repository, wanted)
        if failure and failure[0] not in ("ImageNotFound",):
            raise invalid_parameter(failure[1])
        if failure or not matches(image):
            raise call.image_not_found(wanted)
        found[image.digest] = image
    return [
        describe(call.standin, call.repository, image)
        for image in found.values()
    ]


def _listing(call, chosen, matches):
    """The repository's images in listing order, kept until it changes."""
    repository = call.repository
    seed = call.standin.settings["seed"]
    key = json.dumps([seed, chosen], sort_keys=True)
    if key not in repository.listings:
        images = [i for i in repository.images.values() if matches(i)]
        repository.listings[key] = call.standin.pager.shuffled(images, _digest)
    return repository.listings[key]


def _query(operation, call):
    chosen = call.request.get("filter")
    return f"{operation} {call.repository.name} {json.dumps(chosen, sort_keys=True)}"


def _filter(chosen):
    """The predicate of a DescribeImages or ListImages filter."""
    tagged = chosen.get("tagStatus") or "ANY"
    status = chosen.get("imageStatus") or "ACTIVE"

    def matches(image):
        if status not in ("ANY", image.status):
            return False
        return tagged == "ANY" or (tagged == "TAGGED") == bool(image.tags)

    return matches


def _digest(image):
    return image.digest


def _is_digest(text):
    algorithm, _, value = text.partition(":")
    return (
        bool(algorithm)
        and bool(value)
        and not set(value.lower()) - set("0123456789abcdef")
    )
