"""Blocks of README.md and docs/ that show what the program really says.

A block stands between fences below the comment `<!-- real: STORY/PART -->`. A
story (stories.py) plays a scene and returns its parts; test_pages.py compares.
With UPDATE_PAGES=1 the test writes the blocks instead.
"""

import json
import os
import re

import yaml

from scene import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(
    r"(?P<head><!-- real: (?P<name>[a-z-]+/[a-z-]+) -->\n```[a-z]*\n)(?P<text>.*?)(?=^```$)",
    re.MULTILINE | re.DOTALL,
)
FENCE = re.compile(r"^```(?P<kind>[a-z]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
COUNTED = re.compile(r"<!-- counted: [a-z]+ -->\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONFIGURATION = re.compile(r"<!-- configuration -->\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


def real_blocks():
    """(page, story/part, text) of every block that claims to be real."""
    return [
        (page, found["name"], found["text"])
        for page in PAGES
        for found in BLOCK.finditer(page.read_text())
    ]


def fences(page, kind):
    """The texts of a page's blocks of one language."""
    return [found["text"] for found in FENCE.finditer(page.read_text()) if found["kind"] == kind]


def check(story, parts):
    """Every block of the story is what the story says; each part is shown."""
    parts = {f"{story}/{part}": text for part, text in parts.items()}
    if os.environ.get("UPDATE_PAGES"):
        for page in PAGES:
            text = page.read_text()
            new = BLOCK.sub(lambda m: m["head"] + parts.get(m["name"], m["text"]), text)
            if new != text:
                page.write_text(new)
    shown = set()
    for page, name, text in real_blocks():
        if name.split("/")[0] != story:
            continue
        assert name in parts, f"{page.name} shows {name}, which the story does not tell"
        assert text == parts[name], f"{page.name}: {name} (UPDATE_PAGES=1 writes it anew)"
        shown.add(name)
    assert shown == set(parts), f"told and not shown: {set(parts) - shown}"


def as_private(text, registry):
    """The local ECR's address as the one it stands for; times and paths out."""
    text = text.replace(registry, REGISTRY)
    return re.sub(r"\b\d+ ms$", "… ms", text, flags=re.MULTILINE)


TABLE = re.compile(r"(<!-- table: ([a-z]+) -->\n\n?)(.*?)(?=<!-- end -->)", re.DOTALL)


def _cell(value):
    return f"`{value}`" if value not in ("", None) else ""


def _rows(rows):
    return "".join("| " + " | ".join(row).replace("|  |", "| |") + " |\n" for row in rows)


def _configuration():
    schema = json.loads((ROOT / "schema" / "ecr-version.schema.json").read_text())
    known = schema["definitions"]
    top, app = schema["properties"], known["app"]["properties"]
    rows = [("key", "meaning", "default"), ("---", "---", "---")]
    for group, keys in (("", top), ("apps.NAME.", app)):
        for key, value in keys.items():
            if group and key in top:
                continue  # said above
            name = value.get("$ref", "").removeprefix("#/definitions/")
            value = known.get(name, value)
            star = " \\*" if not group and key in app else ""
            default = value.get("default")
            text = "" if default is None or default == "" else f"`{json.dumps(default)}`".replace('"', "")
            rows.append((f"`{group}{key}`{star}", value["description"], text))
    return _rows(rows) + "\n\\* may also stand under an app.\n"


def tables():
    """Each generated table by its name."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    inputs = [("input", "meaning", "default"), ("---", "---", "---")]
    inputs += [(f"`{k}`", v["description"], _cell(v["default"])) for k, v in action["inputs"].items()]
    outputs = [("output", "meaning"), ("---", "---")]
    outputs += [(f"`{k}`", v["description"]) for k, v in action["outputs"].items()]
    return {"inputs": _rows(inputs), "outputs": _rows(outputs), "configuration": _configuration()}


def table_blocks():
    """(page, name, text) of every table that is generated; written anew if asked."""
    blocks = []
    for page in PAGES:
        text = page.read_text()
        if os.environ.get("UPDATE_PAGES"):
            new = TABLE.sub(lambda m: f"<!-- table: {m[2]} -->\n\n{tables()[m[2]]}\n", text)
            if new != text:
                page.write_text(new)
            text = new
        blocks += [(page, found[2], found[3].strip() + "\n") for found in TABLE.finditer(text)]
    return blocks
