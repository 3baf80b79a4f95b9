"""Repositories and images, as the store keeps them."""

import dataclasses

PRIVATE = "private"
PUBLIC = "public"


@dataclasses.dataclass(eq=False)
class Image:
    """One manifest of a repository. `bulk`: a row without a manifest."""

    digest: str
    media_type: str
    artifact_type: str | None
    size: int
    pushed_at: float
    tags: list
    subject: str | None = None
    children: tuple = ()
    status: str = "ACTIVE"
    archived_at: float | None = None
    activated_at: float | None = None
    pulled_at: float | None = None
    bulk: bool = False
    row: str | None = None

    def record(self):
        """What is kept of it, for the journal and for dumps."""
        fields = dataclasses.asdict(self)
        for passing in ("row", "pulled_at"):
            fields.pop(passing)
        return fields


@dataclasses.dataclass(eq=False)
class Repository:
    """A repository; `version` counts its changes, for caches.

    `home` is its name in the registry, another one at each creation: what a
    deleted repository held is not in a new one of the same name.
    """

    kind: str
    name: str
    created_at: float
    home: str
    mutability: str = "MUTABLE"
    exclusions: tuple = ()
    tags: tuple = ()
    scan_on_push: bool = False
    encryption: dict = dataclasses.field(
        default_factory=lambda: {"encryptionType": "AES256"}
    )
    images: dict = dataclasses.field(default_factory=dict)
    by_tag: dict = dataclasses.field(default_factory=dict)
    version: int = 0
    listings: dict = dataclasses.field(default_factory=dict)

    def find(self, digest=None, tag=None):
        """The image of that digest or tag (or both, agreeing), or None."""
        if tag is None:
            return self.images.get(digest)
        image = self.by_tag.get(tag)
        if image is None or digest in (None, image.digest):
            return image
        return None

    def parents(self, digest):
        """Digests of the indexes that list this image."""
        return [i.digest for i in self.images.values() if digest in i.children]

    def record(self):
        """Its own settings, without images."""
        return {
            "kind": self.kind,
            "name": self.name,
            "created_at": self.created_at,
            "mutability": self.mutability,
            "exclusions": list(self.exclusions),
            "tags": list(self.tags),
            "scan_on_push": self.scan_on_push,
            "encryption": self.encryption,
        }
