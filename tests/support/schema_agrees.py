#!/usr/bin/env python3
"""The configuration's JSON Schema accepts and refuses the files that the parser does.

The unit tests judge the same files of tests/data/config with the parser. A file
of beyond-schema is one that the parser refuses for what no schema can tell.
YAML is read here as editors read it: by version 1.2's core schema, where `on`
is text, 1.10 a number, and a key that stands twice an error.
"""
import json
import pathlib
import re
import sys

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "schema" / "ecr-version.schema.json"
DATA = ROOT / "tests" / "data" / "config"


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core schema."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        twice = {key for key in map(str, keys) if [str(k) for k in keys].count(key) > 1}
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"twice: {twice}", node.start_mark)
        self.flatten_mapping(node)
        # Editors take every key for text.
        result = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be text", key.start_mark)
            result[key.value] = self.construct_object(value, deep=True)
        return result

    def construct_core_int(self, node):
        text = node.value
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def construct_map(loader, node):
    return loader.construct_mapping(node)


for tag, pattern, first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
    ("float", r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
     list("-+0123456789.")),
    ("merge", r"^(?:<<)$", ["<"]),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)
CoreLoader.add_constructor("tag:yaml.org,2002:map", construct_map)
CoreLoader.add_constructor("tag:yaml.org,2002:int", CoreLoader.construct_core_int)


def complaint(validator, path):
    """Why the file is refused; empty when it is accepted."""
    try:
        value = yaml.load(path.read_bytes().decode("utf-8"), Loader=CoreLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return f"not YAML: {error}" or "not YAML"
    if value is not None and not isinstance(value, dict):
        return "not a map"
    error = jsonschema.exceptions.best_match(validator.iter_errors(value))
    return error.message if error else ""


def main():
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)
    wrong = 0
    for folder, accepted in (("good", True), ("bad", False), ("beyond-schema", True)):
        files = sorted((DATA / folder).glob("*.yml"))
        assert len(files) > 5, f"{DATA / folder} holds no files"
        for path in files:
            why = complaint(validator, path)
            if accepted == (why == ""):
                continue
            wrong += 1
            name = path.relative_to(ROOT)
            print(f"{name}: refused: {why}" if accepted else f"{name}: accepted", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
