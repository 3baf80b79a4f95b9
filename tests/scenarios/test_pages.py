"""The pages show what the program says, and what they claim to be valid is."""

import json
import pathlib
import re

import jsonschema
import pages
import pytest
import stories
import yaml

from scene import ROOT, Scene
from test_shallow import Server

STORIES = {
    "deciding": ("shula-", stories.deciding),
    "first": ("first-", stories.first),
    "outputs": ("shula-", stories.outputs),
    "step": ("", stories.step),
}


@pytest.mark.parametrize("story", sorted(STORIES))
def test_a_page_shows_what_the_program_says(registry, scene, tmp_path, story):
    prefix, play = STORIES[story]
    stage = tmp_path / "stage"
    stage.mkdir()
    registry.ask("reset", {})
    registry.ask("settings", {"pages": "full"})  # the same number of requests each time
    try:
        pages.check(story, play(Scene(registry, stage, prefix, scene.program)))
    finally:
        registry.ask("reset", {})


def test_the_side_by_side_table_is_counted(registry, scene, tmp_path):
    """Lines without blank ones, steps, and requests of the README's workflow."""
    readme = (ROOT / "README.md").read_text()
    chain = (ROOT / "docs" / "migrating.md").read_text()
    counted = [pages.COUNTED.search(text)[1] for text in (readme, chain)]
    rows = {
        "lines of the workflow": [len(text.splitlines()) - text.count("\n\n") for text in counted],
        "steps": [len(yaml.safe_load(text)["jobs"]["deploy"]["steps"]) for text in counted],
    }
    for name, (ours, theirs) in rows.items():
        assert f"\n| {name} | {ours} | {theirs} |\n" in readme, (name, ours, theirs)
    (tmp_path / "server/acme").mkdir(parents=True)
    server = Server(tmp_path / "server")
    registry.ask("settings", {"pages": "full"})
    try:
        counts = stories.requests(Scene(registry, tmp_path, "counted-", scene.program), server)
    finally:
        registry.ask("settings", {"pages": "odd"})
        server.close()
    told = f"| {counts['full']}, and {counts['shallow'] - counts['full']} more in a clone of depth 1 |"
    assert told in readme, told


def test_every_real_block_has_its_story():
    for page, name, _ in pages.real_blocks():
        assert name.split("/")[0] in STORIES, f"{pathlib.Path(page).name}: {name}"


def test_the_tables_say_what_action_yml_and_the_schema_say():
    blocks = pages.table_blocks()
    assert {name for _, name, _ in blocks} == set(pages.tables())
    for page, name, text in blocks:
        assert text == pages.tables()[name], f"{page.name}: {name} (UPDATE_PAGES=1 writes it anew)"


def test_every_configuration_that_a_page_shows_is_one(scene):
    """By the schema and by the program: `check` reads the work tree's file."""
    files = [
        "apps/backend", "apps/web", "apps/api", "apps/mail", "apps/reports", "apps/whatsapp",
        "services/search", "services/legacy", "images/base",
    ]
    scene.commit("Apps", {f"{name}/Dockerfile": "FROM scratch\nCOPY . /\n" for name in files})
    schema = json.loads((ROOT / "schema" / "ecr-version.schema.json").read_text())
    shown = 0
    for page in pages.PAGES:
        for text in pages.CONFIGURATION.findall(page.read_text()):
            jsonschema.validate(yaml.safe_load(text), schema)
            scene.write(".github/ecr-version.yml", text)
            told = scene.run("check").stdout
            assert "ok    configuration  .github/ecr-version.yml: " in told, f"{text}{told}"
            shown += 1
    assert shown > 8


NEAR = [ROOT / "SECURITY.md", ROOT / "CONTRIBUTING.md", ROOT / "ARCHITECTURE.md", ROOT / "tests/local_ecr/README.md"]


def test_every_link_leads_to_what_is_there_and_to_every_page():
    links = re.compile(r"\]\((?!https?:)([^)#]*)(#[^)]*)?\)")
    headings = re.compile(r"^#+ (.*)$", re.MULTILINE)
    linked = set()
    for page in [*pages.PAGES, *NEAR]:
        for path, anchor in links.findall(page.read_text()):
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), f"{page.name}: {path}"
            linked.add(target)
            if anchor:
                made = {
                    "#" + re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
                    for title in headings.findall(target.read_text())
                }
                assert anchor in made, f"{page.name}: {path}{anchor}"
    rest = {*pages.PAGES, *NEAR, *(ROOT / "examples").glob("*.yml")} - linked - {ROOT / "README.md"}
    assert rest == set(), "linked from nowhere"


def test_every_file_that_a_page_names_is_there():
    named = re.compile(r"`((?:tests|scripts|docs|examples|schema|bench|cmake|src|\.ci)/[\w./-]*[\w/])")
    for page in [*pages.PAGES, *NEAR]:
        for path in named.findall(page.read_text()):
            if path != "scripts/ecr-deploy":  # of a user's repository
                assert list(ROOT.glob(f"{path}*")), f"{page.name}: {path}"


def test_the_tables_of_reasons_have_every_reason_and_no_other():
    schema = json.loads((ROOT / "schema" / "plan.schema.json").read_text())
    reasons = schema["definitions"]["app"]["properties"]["reason"]["enum"]
    for page in (ROOT / "README.md", ROOT / "docs" / "reference.md"):
        table = re.search(r"^\| reason \|.*?^$", page.read_text(), re.MULTILINE | re.DOTALL)[0]
        told = [name for row in table.splitlines()[2:] for name in re.findall("`([a-z-]+)`", row.split("|")[1])]
        assert told == reasons, page.name


GITHUBS = {"Skip output '…' since it may contain secret.", "Matrix vector 'include' does not contain any values"}


def said_texts():
    """Every text in the sources, the script's too, with … for what is put in later."""
    literal = r'"(?:[^"\\\n]|\\.)*"'
    put_in = r"\s*(?:\+\s*[\w:.,()>\[\]-]+\s*)?\+?\s*"  # + name +
    literals = re.compile(f"{literal}(?:{put_in}{literal})*")
    texts = [(ROOT / "scripts" / "ecr-deploy.sh").read_text()]
    for file in sorted((ROOT / "src").rglob("*.[ch]pp")):
        for found in literals.finditer(file.read_text()):
            text = re.sub(r'"\s*"', "", found[0])
            text = re.sub(rf'(?<!\\)"{put_in}"', "…", text)[1:-1].replace(r"\"", '"')
            texts.append(re.sub(r'["`]?\{[^{} ]*\}["`]?', "…", text))
    return texts


def test_every_error_text_of_the_troubleshooting_page_is_the_programs():
    """In order, within one text; … stands for any of it."""
    page = (ROOT / "docs" / "troubleshooting.md").read_text()
    quoted = re.findall(r"^### `(.*)`$", page, re.MULTILINE)
    assert len(quoted) > 50
    texts = said_texts()
    foreign = []
    for heading in quoted:
        parts = [re.escape(one.strip()) for one in heading.split("…") if one.strip(" :,()?")]
        pattern = re.compile(".*?".join(parts))
        if heading not in GITHUBS and not any(pattern.search(text) for text in texts):
            foreign.append(heading)
    assert foreign == []
