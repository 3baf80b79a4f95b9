#!/usr/bin/env python3
"""Cuts AWS's published models down to what the local ECR serves.

Run by hand when AWS's models gain something we want:
    models/cut.py FULL_MODEL.json models/ecr/2015-09-21/service-2.json Operation...
Without operations, those of the file that is there already are kept.
Documentation is left out; every shape the operations reach is kept as it is.
"""

import json
import pathlib
import sys


def cut(full, operations):
    """The part of `full` that `operations` reach, without documentation."""
    kept = {name: full["operations"][name] for name in sorted(operations)}
    shapes, waiting = {}, [kept]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            name = node.get("shape")
            if isinstance(name, str) and name not in shapes:
                shapes[name] = full["shapes"][name]
                waiting.append(shapes[name])
            waiting.extend(node.values())
    return undocumented(
        {
            "version": full["version"],
            "metadata": full["metadata"],
            "operations": kept,
            "shapes": dict(sorted(shapes.items())),
        }
    )


def undocumented(node):
    """`node` without its prose (a member may be called documentation)."""
    if isinstance(node, list):
        return [undocumented(item) for item in node]
    if isinstance(node, dict):
        return {
            key: undocumented(value)
            for key, value in node.items()
            if not (key == "documentation" and isinstance(value, str))
        }
    return node


def main(source, target, *operations):
    path = pathlib.Path(target)
    if not operations:
        operations = json.loads(path.read_text())["operations"]
    model = cut(json.loads(pathlib.Path(source).read_text()), operations)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(model, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
