#!/usr/bin/env python3
"""Writes the SPDX 2.3 list of what is linked into the program.

A scanner finds nothing in a stripped static program; the build knows: each
input line is a Debian source package and its version, as the Dockerfile's
`program` stage lists them.

    sbom.py --version 1.2.3 --epoch SECONDS COMPONENTS >ecr-version.spdx.json
"""

import argparse
import datetime
import hashlib
import json
import pathlib
import sys
import urllib.parse

NAMESPACE = "https://spdx.org/spdxdocs/ecr-version-action-"


def spdx_id(name):
    return "SPDXRef-" + "".join(c if c.isalnum() else "-" for c in name)


def package(name, version, purl):
    return {
        "SPDXID": spdx_id(name),
        "name": name,
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": purl,
        }],
    }


def document(version, epoch, components):
    created = datetime.datetime.fromtimestamp(epoch, datetime.UTC)
    program = package("ecr-version", version, f"pkg:generic/ecr-version@{version}")
    program["licenseDeclared"] = "Apache-2.0"
    packages = [program]
    for name, its_version in components:
        quoted = urllib.parse.quote(its_version, safe="")
        packages.append(package(name, its_version, f"pkg:deb/debian/{name}@{quoted}?arch=source"))
    relations = [{
        "spdxElementId": "SPDXRef-DOCUMENT",
        "relationshipType": "DESCRIBES",
        "relatedSpdxElement": program["SPDXID"],
    }]
    relations += [{
        "spdxElementId": program["SPDXID"],
        "relationshipType": "CONTAINS" if name == "ca-certificates" else "STATIC_LINK",
        "relatedSpdxElement": spdx_id(name),
    } for name, _ in components]
    listed = json.dumps([version, epoch, components]).encode()
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"ecr-version-{version}",
        "documentNamespace": NAMESPACE + hashlib.sha256(listed).hexdigest(),
        "creationInfo": {
            "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: ecr-version-action/scripts/sbom.py"],
        },
        "packages": packages,
        "relationships": relations,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--version", required=True)
    parser.add_argument("--epoch", type=int, required=True)
    parser.add_argument("components", type=pathlib.Path)
    options = parser.parse_args()
    lines = options.components.read_text().splitlines()
    components = sorted({tuple(line.split()) for line in lines if line})
    json.dump(document(options.version, options.epoch, components), sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
