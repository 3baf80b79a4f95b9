"""Images without Docker: tiny ones, made here, pushed as real ones are."""

import gzip
import io
import json
import tarfile

from . import manifest as kinds
from .errors import ApiError
from .records import PRIVATE
from .rows import describe

PLATFORMS = ("amd64", "arm64")


class Seeder:
    """Puts repositories and images there, past signatures and IAM only."""

    def __init__(self, standin):
        self._standin = standin

    def repository(self, name, kind=PRIVATE, mutability="MUTABLE", exclude=()):
        """A repository; one that exists gets the settings."""
        exclusions = [
            {"filterType": "WILDCARD", "filter": text} for text in exclude
        ]
        if exclusions and not mutability.endswith("_WITH_EXCLUSION"):
            mutability += "_WITH_EXCLUSION"
        store = self._standin.store
        with store.lock:
            if store.repository(kind, name) is not None:
                store.set_mutability(kind, name, mutability, exclusions)
            else:
                store.create_repository(
                    kind=kind,
                    name=name,
                    created_at=round(self._standin.clock.now(), 3),
                    mutability=mutability,
                    exclusions=exclusions,
                )
        return {"repository": name, "mutability": mutability}

    def image(
        self,
        repository,
        tags=(),
        labels=None,
        kind=PRIVATE,
        form="image",
        media="oci",
        content=None,
        archived=False,
        pushed_at=None,
        subject=None,
    ):
        """Pushes one image; the answer names its digest.

        `form`: image, index (two platforms and their attestations), chart
        or referrer (of `subject`). `content` makes images of equal labels
        differ; without it the tags do.
        """
        found = self._standin.store.repository(kind, repository)
        if found is None:
            self.repository(repository, kind)
            found = self._standin.store.repository(kind, repository)
        maker = Maker(self._standin, found, media, pushed_at)
        content = content if content is not None else " ".join(tags)
        if form == "index":
            body, media_type = maker.index(labels or {}, content)
        elif form == "chart":
            body, media_type = maker.chart(repository, content)
        elif form == "referrer":
            body, media_type = maker.referrer(subject, content)
        elif form == "image":
            body, media_type = maker.image(labels or {}, content)
        else:
            raise ApiError("UnknownForm", f"no form '{form}'")
        image = maker.push(body, media_type, tags)
        if archived:
            self._standin.store.update_image(
                kind,
                repository,
                image.digest,
                status="ARCHIVED",
                archived_at=round(self._standin.clock.now(), 3),
            )
        return {
            "repository": repository,
            "digest": image.digest,
            "tags": image.tags,
        }

    def bulk(self, repository, count, seed=1, untagged_every=0, tag_prefix=""):
        """Many rows for DescribeImages, without manifests, ready to be sent."""
        store = self._standin.store
        if store.repository(PRIVATE, repository) is None:
            self.repository(repository)
        with store.lock:
            store.put_bulk(
                PRIVATE,
                repository,
                count=count,
                seed=seed,
                pushed_at=round(self._standin.clock.now(), 3),
                untagged_every=untagged_every,
                tag_prefix=tag_prefix,
            )
            found = store.repository(PRIVATE, repository)
            for image in found.images.values():
                describe(self._standin, found, image)
        return {"repository": repository, "count": count}


class Maker:
    """Makes and pushes the parts of images of one repository."""

    def __init__(self, standin, repository, media, pushed_at):
        self._standin = standin
        self._repository = repository
        self._docker = media == "docker"
        self._pushed_at = pushed_at

    def push(self, body, media_type, tags=()):
        """The manifest, under each tag (or under none)."""
        manifest = kinds.parse(body, media_type)
        image = None
        for tag in list(tags) or [None]:
            image = self._standin.pusher.put(
                self._repository, manifest, tag, "seed", self._pushed_at
            )
        return image

    def image(self, labels, content, architecture=PLATFORMS[0]):
        config = {
            "architecture": architecture,
            "os": "linux",
            "config": {"Labels": labels, "Cmd": ["/app"]},
            "rootfs": {"type": "layers", "diff_ids": []},
        }
        archive = tar("app", content.encode())
        config["rootfs"]["diff_ids"] = [kinds.digest_of(archive)]
        return self._manifest(
            (kinds.DOCKER_CONFIG if self._docker else kinds.OCI_CONFIG, config),
            (
                kinds.DOCKER_LAYER if self._docker else kinds.OCI_LAYER,
                gzip.compress(archive, mtime=0),
            ),
        )

    def index(self, labels, content):
        entries = []
        for architecture in PLATFORMS:
            body, media_type = self.image(labels, content, architecture)
            child = self.push(body, media_type)
            entry = _descriptor(media_type, body)
            entry["platform"] = {"architecture": architecture, "os": "linux"}
            entries.append(entry)
            if not self._docker:
                entries.append(self._attestation(child.digest))
        media_type = kinds.DOCKER_INDEX if self._docker else kinds.OCI_INDEX
        return _json(
            {"schemaVersion": 2, "mediaType": media_type, "manifests": entries}
        ), media_type

    def chart(self, name, content):
        return self._manifest(
            (kinds.HELM_CONFIG, {"name": name, "apiVersion": "v2"}),
            (
                kinds.HELM_LAYER,
                gzip.compress(tar("Chart.yaml", content.encode()), mtime=0),
            ),
        )

    def referrer(self, subject, content):
        image = self._repository.images.get(subject)
        if image is None:
            raise ApiError("UnknownSubject", f"no image {subject} to refer to")
        return self._manifest(
            ("application/vnd.oci.empty.v1+json", {}),
            ("application/vnd.in-toto+json", _json({"note": content})),
            subject={
                "mediaType": image.media_type,
                "digest": subject,
                "size": image.size,
            },
            artifactType="application/vnd.in-toto+json",
        )

    def _attestation(self, digest):
        """As BuildKit attaches one to each platform."""
        body, media_type = self._manifest(
            (kinds.OCI_CONFIG, {"architecture": "unknown", "os": "unknown"}),
            ("application/vnd.in-toto+json", _json({"subject": digest})),
        )
        self.push(body, media_type)
        entry = _descriptor(media_type, body)
        entry["platform"] = {"architecture": "unknown", "os": "unknown"}
        entry["annotations"] = {
            "vnd.docker.reference.digest": digest,
            "vnd.docker.reference.type": "attestation-manifest",
        }
        return entry

    def _manifest(self, config, layer, **more):
        config_type, config_value = config
        layer_type, layer_data = layer
        config_data = _json(config_value)
        for data in (config_data, layer_data):
            self._standin.registry.put_blob(
                self._repository.home, kinds.digest_of(data), data
            )
        media_type = (
            kinds.DOCKER_MANIFEST if self._docker else kinds.OCI_MANIFEST
        )
        body = {
            "schemaVersion": 2,
            "mediaType": media_type,
            "config": _descriptor(config_type, config_data),
            "layers": [_descriptor(layer_type, layer_data)],
            **more,
        }
        return _json(body), media_type


def _descriptor(media_type, data):
    return {
        "mediaType": media_type,
        "digest": kinds.digest_of(data),
        "size": len(data),
    }


def _json(value):
    return json.dumps(value, separators=(",", ":")).encode()


def tar(name, data):
    """An archive that is the same at every run."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return target.getvalue()
