"""Rows by the hundred thousand, for benchmarks of DescribeImages.

They have no manifest in the registry (`bulk` says so), and follow from
their plan alone: the journal keeps the plan, not the rows.
"""

import hashlib
import random

from .manifest import OCI_CONFIG, OCI_MANIFEST
from .records import Image


def rows(count, seed, pushed_at, untagged_every=0, tag_prefix=""):
    """Yields `count` Images with release tags `X.Y.Z` and `X.Y.Z-<sha7>`.

    Versions rise with push time. Every `untagged_every`-th has no tags, as
    children of multi-arch images and attestations have none.
    """
    draw = random.Random(f"bulk {seed}")
    version = [0, 1, 0]
    for number in range(count):
        digest = (
            "sha256:" + hashlib.sha256(f"{seed} {number}".encode()).hexdigest()
        )
        tags = []
        if not untagged_every or (number + 1) % untagged_every:
            text = ".".join(map(str, version))
            sha = f"{draw.getrandbits(28):07x}"
            tags = [f"{tag_prefix}{text}", f"{tag_prefix}{text}-{sha}"]
            version = _next(version, draw)
        yield Image(
            digest=digest,
            media_type=OCI_MANIFEST,
            artifact_type=OCI_CONFIG,
            size=draw.randrange(10_000_000, 400_000_000),
            pushed_at=pushed_at - (count - number) * 60,
            tags=tags,
            bulk=True,
        )


def _next(version, draw):
    major, minor, patch = version
    chance = draw.random()
    if chance < 0.01:
        return [major + 1, 0, 0]
    if chance < 0.1:
        return [major, minor + 1, 0]
    return [major, minor, patch + 1]
