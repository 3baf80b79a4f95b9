"""The rules of a push, the same for PutImage and for `docker push`."""

import fnmatch
import re

from .errors import ApiError, invalid_parameter

TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
API = "api"
DOCKER = "docker"


class Pusher:
    """Checks a manifest against the repository and takes it in."""

    def __init__(self, store, registry, settings, clock):
        self._store = store
        self._registry = registry
        self._settings = settings
        self._clock = clock

    @property
    def _account(self):
        return self._settings["account"]

    def put(self, repository, manifest, tag=None, origin=API, pushed_at=None):
        """The Image after the push; ApiError where ECR would refuse it.

        Blobs are checked outside the lock (they never go away); what can
        change under us, tags and images, is decided and changed inside it.
        """
        if tag is not None and not TAG.fullmatch(tag):
            raise invalid_parameter(
                "Invalid parameter at 'imageTag' failed to satisfy constraint: "
                "'must satisfy regular expression '[a-zA-Z0-9-_.]+''"
            )
        self._check_blobs(repository, manifest)
        with self._store.lock:
            if self._store.repository(repository.kind, repository.name) is None:
                raise not_found(repository.name, self._account)
            self._check_children(repository, manifest)
            self._check_tag(repository, manifest.digest, tag, origin)
            # Under the lock, so that whatever the API names is in there. Once:
            # the registry's files are not replaced in one step, and who reads
            # a manifest while it is written again gets an error.
            known = repository.images.get(manifest.digest)
            if known is None or known.bulk:
                self._keep(repository, manifest)
            return self._take_in(repository, manifest, tag, pushed_at)

    def _check_blobs(self, repository, manifest):
        wanted = dict.fromkeys(digest for digest, _ in manifest.blobs)
        missing = [
            digest
            for digest in wanted
            if not self._registry.has_blob(repository.home, digest)
        ]
        if missing:
            raise ApiError(
                "LayersNotFoundException",
                f"Layers with digests '[{', '.join(missing)}]' required for "
                f"pushing image into repository with name '{repository.name}' "
                f"in the registry with id '{self._account}' do not exist",
            )

    def _check_children(self, repository, manifest):
        wanted = dict.fromkeys(manifest.children)
        missing = [
            digest for digest in wanted if digest not in repository.images
        ]
        if missing:
            raise ApiError(
                "ReferencedImagesNotFoundException",
                f"Images with digests '[{', '.join(missing)}]' required for "
                f"pushing image into repository with name '{repository.name}' "
                f"in the registry with id '{self._account}' do not exist",
            )

    def _check_tag(self, repository, digest, tag, origin):
        known = repository.images.get(digest)
        holder = repository.by_tag.get(tag) if tag is not None else known
        if holder is not None and holder.status != "ACTIVE" and holder is known:
            return  # pushing an archived image again restores it
        if tag is None:
            if known is not None and origin == API:
                raise self._image_exists(repository, digest, None)
            return
        if holder is not None and holder.digest != digest:
            if frozen(repository, tag):
                raise self._tag_exists(repository, tag)
        elif holder is not None:
            if origin == DOCKER and frozen(repository, tag):
                raise self._tag_exists(repository, tag)
            if origin == API:
                as_tag = self._settings["same_digest_on_immutable"]
                if frozen(repository, tag) and as_tag.startswith("ImageTag"):
                    raise self._tag_exists(repository, tag)
                raise self._image_exists(repository, digest, tag)
        limit = self._settings["tags_per_image"]
        if (
            known is not None
            and holder is not known
            and len(known.tags) >= limit
        ):
            raise ApiError(
                "LimitExceededException",
                f"The maximum number of tags per image ({limit}) has been "
                f"reached for the image with digest '{digest}' in the "
                f"repository with name '{repository.name}'",
            )

    def _keep(self, repository, manifest):
        status, body = self._registry.put_manifest(repository.home, manifest)
        if status != 201:
            raise invalid_parameter(
                f"The registry refused the manifest: {body.decode()[:500]}"
            )

    def _take_in(self, repository, manifest, tag, pushed_at):
        kind, name = repository.kind, repository.name
        now = self._clock.now() if pushed_at is None else pushed_at
        known = repository.images.get(manifest.digest)
        if known is not None and known.status != "ACTIVE":
            self._store.update_image(
                kind, name, known.digest, status="ACTIVE", activated_at=now
            )
        sizes = [repository.images[child].size for child in manifest.children]
        image = {
            "digest": manifest.digest,
            "media_type": manifest.media_type,
            "artifact_type": manifest.artifact_type,
            # Of an index: "the max size of all manifests in the list".
            "size": max(sizes, default=manifest.size),
            "pushed_at": round(now, 3),
            "tags": [],
            "subject": manifest.subject,
            "children": list(manifest.children),
        }
        return self._store.put_image(kind, name, image, tag)

    def _image_exists(self, repository, digest, tag):
        and_tag = f" and tag '{tag}'" if tag is not None else ""
        return ApiError(
            "ImageAlreadyExistsException",
            f"Image with digest '{digest}'{and_tag} already exists in the "
            f"repository with name '{repository.name}' in registry with id "
            f"'{self._account}'",
        )

    def _tag_exists(self, repository, tag):
        what = "tag" if "EXCLUSION" in repository.mutability else "repository"
        return ApiError(
            "ImageTagAlreadyExistsException",
            f"The image tag '{tag}' already exists in the '{repository.name}' "
            f"repository and cannot be overwritten because the {what} is "
            "immutable.",
        )


def frozen(repository, tag):
    """May this tag, once given, no longer move?"""
    excluded = any(
        fnmatch.fnmatchcase(tag, exclusion["filter"])
        for exclusion in repository.exclusions
    )
    if repository.mutability.startswith("IMMUTABLE"):
        return not excluded
    return excluded


def not_found(name, account):
    return ApiError(
        "RepositoryNotFoundException",
        f"The repository with name '{name}' does not exist in the registry "
        f"with id '{account}'",
    )
