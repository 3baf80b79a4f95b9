"""What a manifest says of itself: type, size, and what it refers to."""

import dataclasses
import hashlib
import json

from .errors import invalid_parameter

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
HELM_CONFIG = "application/vnd.cncf.helm.config.v1+json"
HELM_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"

INDEXES = (DOCKER_INDEX, OCI_INDEX)
KNOWN = (DOCKER_MANIFEST, DOCKER_INDEX, OCI_MANIFEST, OCI_INDEX)
MAX_BYTES = 4 * 1024 * 1024


@dataclasses.dataclass(frozen=True)
class Manifest:
    """A manifest read; `body` is byte for byte what was pushed."""

    body: bytes
    digest: str
    media_type: str
    artifact_type: str | None
    size: int
    blobs: tuple
    children: tuple
    subject: str | None


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def parse(body, media_type=None):
    """Reads `body`; what ECR would not take raises InvalidParameter."""
    if len(body) > MAX_BYTES:
        raise _invalid("Member must have length less than or equal to 4194304")
    try:
        data = json.loads(body)
    except ValueError as error:
        raise _invalid("Invalid JSON syntax") from error
    if not isinstance(data, dict):
        raise _invalid("Invalid JSON syntax")
    found = media_type or data.get("mediaType")
    if found is None:
        raise invalid_parameter(
            "Image manifest does not contain the mediaType field; "
            "imageManifestMediaType must be specified"
        )
    if media_type and data.get("mediaType", media_type) != media_type:
        raise _invalid(
            f"Media type '{media_type}' does not match the manifest's "
            f"'{data['mediaType']}'"
        )
    if found not in KNOWN:
        raise _invalid(f"Image manifest type '{found}' is not supported")
    try:
        return _read(body, data, found)
    except (KeyError, TypeError, AttributeError) as error:
        raise _invalid(f"The manifest lacks what {found} requires") from error


def _read(body, data, media_type):
    subject = (data.get("subject") or {}).get("digest")
    if media_type in INDEXES:
        children = tuple(child["digest"] for child in data["manifests"])
        artifact, blobs = data.get("artifactType"), ()
    else:
        parts = [data["config"], *data["layers"]]
        blobs = tuple((part["digest"], part["size"]) for part in parts)
        children = ()
        artifact = data.get("artifactType") or data["config"]["mediaType"]
    return Manifest(
        body=body,
        digest=digest_of(body),
        media_type=media_type,
        artifact_type=artifact,
        size=sum(size for _, size in blobs),
        blobs=blobs,
        children=children,
        subject=subject,
    )


def translate(body, media_type, accepted):
    """(body, type) as `accepted` has it, or unchanged where nothing fits.

    ECR does this for images asked for by tag: the translation has another
    digest than the image, which is why a careful client asks by digest.
    """
    wanted = [
        kind for kind in (DOCKER_MANIFEST, OCI_MANIFEST) if kind in accepted
    ]
    if media_type in accepted or media_type in INDEXES or not wanted:
        return body, media_type
    text = body.decode()
    for docker, oci in (
        (DOCKER_MANIFEST, OCI_MANIFEST),
        (DOCKER_CONFIG, OCI_CONFIG),
        (DOCKER_LAYER, OCI_LAYER),
    ):
        pair = (oci, docker) if wanted[0] == DOCKER_MANIFEST else (docker, oci)
        text = text.replace(*pair)
    return text.encode(), wanted[0]


def _invalid(rule):
    return invalid_parameter(
        f"Invalid parameter at 'imageManifest' failed to satisfy constraint: '{rule}'"
    )
