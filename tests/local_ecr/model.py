"""AWS's own service models, as judge of what comes in and what goes out.

The model is the full one in $ECR_VERSION_VECTORS/ecr-model when that is
there, else the cut in models/ (the same data, without the operations that
are not served). Not botocore's bundled copy: Debian 12's is of 2022 and
would refuse `imageStatus`, which ECR has known since 2025.
"""

import base64
import binascii
import functools
import json
import os
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
CUTS = {
    "ecr": "ecr/2015-09-21",
    "ecr-public": "ecr-public/2020-10-30",
    "sts": "sts/2011-06-15",
}


def vectors():
    """The folder of shared vectors, or None where there is none."""
    named = os.environ.get("ECR_VERSION_VECTORS")
    folder = (
        pathlib.Path(named) if named else HERE.parents[2] / "shared/vectors"
    )
    return folder if folder.is_dir() else None


def model_path(service):
    """Where the model of `service` is read from."""
    cut = HERE / "models" / CUTS[service] / "service-2.json"
    version = CUTS[service].split("/")[1]
    folder = vectors()
    if folder:
        full = folder / "ecr-model" / f"{service}-{version}.json"
        if full.is_file():
            return full
    return cut


class Model:
    """One service: its operations, and the check of values against shapes."""

    def __init__(self, service):
        data = json.loads(model_path(service).read_text(encoding="utf-8"))
        self.service = service
        self.shapes = data["shapes"]
        self.operations = data["operations"]
        self.target_prefix = data["metadata"].get("targetPrefix")

    def input_problems(self, operation, value):
        """What is wrong with a request, as (code, message) pairs."""
        return self._side_problems(operation, "input", value)

    def output_problems(self, operation, value):
        """What is wrong with an answer of ours; must be nothing."""
        problems = self._side_problems(operation, "output", value)
        # The lengths of shared list shapes (imageIds: 1 to 100) bind requests
        # only: ListImages answers with none, or with a thousand.
        return [found for found in problems if "have length" not in found[1]]

    def _side_problems(self, operation, side, value):
        shape = self.operations[operation].get(side)
        if shape is None:
            return []
        return list(self.problems(shape["shape"], value))

    def problems(self, shape_name, value, path=""):
        """Yields (code, message) for each rule of the shape that is broken."""
        shape = self.shapes[shape_name]
        check = CHECKS[shape["type"]]
        yield from check(self, shape, value, path)


def _serialization(path, message):
    where = f" at '{path}'" if path else ""
    return "SerializationException", f"{message}{where}"


def _constraint(path, rule):
    return (
        "InvalidParameterException",
        f"Invalid parameter at '{path}' failed to satisfy constraint: '{rule}'",
    )


def _join(path, name):
    return f"{path}.{name}" if path else name


def _structure(model, shape, value, path):
    if not isinstance(value, dict):
        yield _serialization(path, "Expected an object")
        return
    members = shape.get("members", {})
    for name in shape.get("required", []):
        if value.get(name) is None:
            yield _constraint(_join(path, name), "Member must not be null")
    for name, item in value.items():
        if name not in members:
            known = ", ".join(sorted(members))
            yield _serialization(
                path, f"Unknown member '{name}' (AWS knows: {known})"
            )
        elif item is not None:
            yield from model.problems(
                members[name]["shape"], item, _join(path, name)
            )


def _list(model, shape, value, path):
    if not isinstance(value, list):
        yield _serialization(path, "Expected a list")
        return
    yield from _length(shape, len(value), path)
    member = shape["member"]["shape"]
    for index, item in enumerate(value):
        yield from model.problems(member, item, f"{path}.{index + 1}.member")


def _map(model, shape, value, path):
    if not isinstance(value, dict):
        yield _serialization(path, "Expected an object")
        return
    for key, item in value.items():
        yield from model.problems(shape["key"]["shape"], key, path)
        yield from model.problems(shape["value"]["shape"], item, path)


def _string(_model, shape, value, path):
    if not isinstance(value, str):
        yield _serialization(path, "Expected a string")
        return
    yield from _length(shape, len(value), path)
    if "pattern" in shape and not _pattern(shape["pattern"]).fullmatch(value):
        yield _constraint(
            path, f"must satisfy regular expression '{shape['pattern']}'"
        )
    if "enum" in shape and value not in shape["enum"]:
        yield _constraint(
            path,
            f"Member must satisfy enum value set: [{', '.join(shape['enum'])}]",
        )


def _integer(_model, shape, value, path):
    if not isinstance(value, int) or isinstance(value, bool):
        yield _serialization(path, "Expected a whole number")
        return
    if value < shape.get("min", value):
        yield _constraint(
            path,
            f"Member must have value greater than or equal to {shape['min']}",
        )
    if value > shape.get("max", value):
        yield _constraint(
            path, f"Member must have value less than or equal to {shape['max']}"
        )


def _number(_model, _shape, value, path):
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        yield _serialization(path, "Expected a number")


def _boolean(_model, _shape, value, path):
    if not isinstance(value, bool):
        yield _serialization(path, "Expected true or false")


def _blob(_model, _shape, value, path):
    try:
        base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        yield _serialization(path, "Expected base64")


def _length(shape, length, path):
    if length < shape.get("min", length):
        yield _constraint(
            path,
            f"Member must have length greater than or equal to {shape['min']}",
        )
    if length > shape.get("max", length):
        yield _constraint(
            path,
            f"Member must have length less than or equal to {shape['max']}",
        )


@functools.cache
def _pattern(text):
    """AWS's patterns are Java's: \\w is ASCII there, and \\p{L} exists."""
    if r"\p{L}" in text:
        return re.compile(text.replace(r"\p{L}\p{Z}\p{N}", r"\w\s"))
    return re.compile(text, re.ASCII)


CHECKS = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _integer,
    "long": _integer,
    "double": _number,
    "float": _number,
    "timestamp": _number,
    "boolean": _boolean,
    "blob": _blob,
}
