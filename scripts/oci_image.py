#!/usr/bin/env python3
"""Packs folders into one multi-architecture OCI image, always the same bytes.

The engine stamps layers and configurations with the time of the build, so two
builds of one commit would differ in digest; here every time is the commit's,
every owner root, every list sorted.

    oci_image.py OUT --epoch SECONDS --config CONFIG.json amd64=DIR arm64=DIR

OUT becomes an OCI image layout (image-spec, "image-layout") whose one index
holds an image per architecture. CONFIG.json is the image configuration's
`config` member: entry point, labels and so on. Prints the index's digest.
"""

import argparse
import datetime
import gzip
import hashlib
import io
import json
import pathlib
import tarfile

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


class Layout:
    """An OCI image layout being written."""

    def __init__(self, folder):
        self._folder = pathlib.Path(folder)
        (self._folder / "blobs" / "sha256").mkdir(parents=True)

    def blob(self, content, media_type):
        """Writes a blob; returns its descriptor."""
        digest = hashlib.sha256(content).hexdigest()
        (self._folder / "blobs" / "sha256" / digest).write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}

    def document(self, document, media_type):
        return self.blob(to_json(document), media_type)

    def finish(self, descriptor):
        (self._folder / "oci-layout").write_bytes(to_json({"imageLayoutVersion": "1.0.0"}))
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [descriptor]}
        (self._folder / "index.json").write_bytes(to_json(index))


def to_json(document):
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def layer_of(folder, epoch):
    """The folder as a tar archive that depends on names, modes and bytes only."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            entry = archive.gettarinfo(path, arcname=str(path.relative_to(folder)))
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = epoch
            if entry.isreg():
                with path.open("rb") as content:
                    archive.addfile(entry, content)
            else:
                archive.addfile(entry)
    return out.getvalue()


def image(layout, folder, architecture, config, epoch):
    """One architecture's image; returns its manifest's descriptor."""
    tar = layer_of(folder, epoch)
    created = datetime.datetime.fromtimestamp(epoch, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    described = layout.document({
        "architecture": architecture,
        "os": "linux",
        "created": created,
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(tar).hexdigest()]},
        "history": [{"created": created, "created_by": "scripts/oci_image.py"}],
    }, CONFIG)
    layer = layout.blob(gzip.compress(tar, compresslevel=9, mtime=0), LAYER)
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": described, "layers": [layer]}
    return {
        **layout.document(manifest, MANIFEST),
        "platform": {"architecture": architecture, "os": "linux"},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("out")
    parser.add_argument("--epoch", type=int, required=True, help="seconds since 1970, of every time in the image")
    parser.add_argument("--config", required=True, help="JSON file: the image's config member")
    parser.add_argument("image", nargs="+", metavar="ARCHITECTURE=FOLDER")
    options = parser.parse_args()

    layout = Layout(options.out)
    config = json.loads(pathlib.Path(options.config).read_text())
    manifests = []
    for pair in options.image:
        architecture, folder = pair.split("=", 1)
        manifests.append(image(layout, folder, architecture, config, options.epoch))
    index = layout.document({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}, INDEX)
    layout.finish(index)
    print(index["digest"])


if __name__ == "__main__":
    main()
