"""Repositories whose Dockerfiles the judge builds, real-world shapes among them.

A sample is its files (content by path; a bare name in `plain` holds its own
path) and what it needs of the engine. Discovery finds the apps. `needs`:
"buildkit" for what the classic builder does not know (or does otherwise: it
builds stages that nothing uses), "newer" for what BuildKit learnt after the
engine's own, "base" for a base image that can run a command.
"""
from dataclasses import dataclass, field

BASE = "inference-base"  # the judge makes it: a shell and nothing else


@dataclass
class Sample:
    name: str
    dockerfile: str
    plain: list
    at: str = ""  # the Dockerfile's directory
    files: dict = field(default_factory=dict)
    needs: set = field(default_factory=set)
    config: str = ""  # in place of discovery
    links: dict = field(default_factory=dict)


def sample(name, dockerfile, plain, at="", ignore=None, needs="", config="", links=None, **files):
    content = {path.replace("__", "/"): text for path, text in files.items()}
    if ignore is not None:
        content[(at + "/" if at else "") + ".dockerignore"] = ignore
    return Sample(name, dockerfile, plain.split(), at, content, set(needs.split()), config, links or {})


def more(one, **extra):
    one.files.update(extra.get("files", {}))
    return one


NODE = "package.json package-lock.json src/index.js src/lib/a.js test/a.test.js README.md docs/x.md"
GO = "go.mod go.sum cmd/api/main.go cmd/worker/main.go internal/db/db.go README.md Makefile"
MONO = ("package.json package-lock.json apps/api/package.json apps/api/src/index.js apps/web/package.json "
        "apps/web/src/index.js packages/ui/package.json packages/ui/src/a.js packages/db/package.json README.md")

SAMPLES = [
    sample("copy everything", "FROM scratch\nCOPY . /\n", "a.txt b/c.txt b/d/e.txt .hidden b/.hidden"),
    sample("one directory", "FROM scratch\nCOPY src /src\n", "src/a src/b/c other/a a"),
    sample("one file", "FROM scratch\nCOPY src/a /\n", "src/a src/ab src/b a"),
    sample("several sources", "FROM scratch\nCOPY a b/c d /x/\n", "a b/c b/d d e"),
    sample("trailing slash", "FROM scratch\nCOPY src/ /src/\n", "src/a src/b/c srcs/a"),
    sample("leading slash", "FROM scratch\nCOPY /src /src\n", "src/a other/a"),
    sample("dot and dot dot", "FROM scratch\nCOPY ./src/../lib/./a /\n", "src/a lib/a lib/b"),
    sample("star", "FROM scratch\nCOPY *.txt /x/\n", "a.txt b.txt c.md sub/a.txt .txt"),
    sample("star in the middle", "FROM scratch\nCOPY pkg*/a.txt /x/\n", "pkg/a.txt pkg1/a.txt pkg1/b.txt pk/a.txt pkg1/sub/a.txt"),
    sample("star for directories", "FROM scratch\nCOPY mods/* /x/\n", "mods/a/f mods/b/f mods/c modsx/a mods/a/b/c"),
    sample("question mark", "FROM scratch\nCOPY f?.txt /x/\n", "f1.txt f2.txt f12.txt f.txt"),
    sample("class", "FROM scratch\nCOPY f[0-4].txt /x/\n", "f1.txt f4.txt f5.txt fa.txt"),
    sample("negated class", "FROM scratch\nCOPY f[^0-4].txt /x/\n", "f1.txt f5.txt fa.txt"),
    sample("json form with a space", 'FROM scratch\nCOPY ["a b", "c", "/x/"]\n', "c d", **{"a b": "1"}),
    sample("brackets in a name", "FROM scratch\nCOPY arr[[]0].txt /x/\n", "arr0.txt b", **{"arr[0].txt": "1"}),
    sample("continued lines", "FROM scratch\nCOPY a \\\n  # a comment\n\n  b \\\n  /x/\n", "a b c"),
    sample("escape directive", "# escape=`\nFROM scratch\nCOPY a `\n  b /x/\n", "a b c"),
    sample("lower case and tabs", "from scratch\n\tcopy\ta\t/x/\n", "a b"),
    sample("windows line ends", "FROM scratch\r\nCOPY a /x/\r\n", "a b"),
    sample("chown", "FROM scratch\nCOPY --chown=1000:1000 a /x/\n", "a b"),
    sample("add", "FROM scratch\nADD a sub /x/\n", "a sub/b c"),
    sample("argument with a default", "ARG BASE=scratch\nFROM ${BASE}\nARG APP=api\nCOPY apps/${APP}/ /x/\n",
           "apps/api/a apps/web/a b"),
    sample("argument without a default", "FROM scratch\nARG APP\nCOPY apps/$APP /x/\n", "apps/api/a apps/web/a b"),
    sample("environment", "FROM scratch\nENV DIR=src OTHER=b\nCOPY ${DIR}/a $OTHER /x/\n", "src/a src/b b c"),
    sample("default form", "FROM scratch\nARG D\nCOPY ${D:-src}/a /x/\n", "src/a lib/a"),
    sample("alternative form", "FROM scratch\nARG D=lib\nCOPY ${D:+src}/a /x/\n", "src/a lib/a"),
    sample("argument of a stage before", "ARG D=src\nFROM scratch\nARG D\nCOPY ${D}/a /x/\n", "src/a lib/a"),
    sample("two stages", "FROM scratch AS build\nCOPY src /src\nFROM scratch\nCOPY --from=build /src /x\nCOPY run /\n",
           "src/a run other"),
    sample("stage by number", "FROM scratch\nCOPY src /src\nFROM scratch\nCOPY --from=0 /src /x\n", "src/a other"),
    sample("stage from stage", "FROM scratch AS deps\nCOPY lock /\nFROM deps AS build\nCOPY src /src\nFROM build\nCOPY run /\n",
           "lock src/a run other"),
    sample("a stage that nothing uses",
           "FROM scratch AS test\nCOPY tests /t\nFROM scratch\nCOPY src /src\n", "tests/a src/a", needs="buildkit"),
    sample("a target", "FROM scratch AS one\nCOPY a /\nFROM scratch AS two\nCOPY b /\n", "a b c", needs="buildkit",
           config="apps: {app: {directory: ., paths: auto, target: one}}\n"),
    sample("a target in the middle", "FROM scratch AS base\nCOPY a /\nFROM base AS dev\nCOPY b /\nFROM base AS prod\nCOPY c /\n",
           "a b c d", needs="buildkit", config="apps: {app: {directory: ., paths: auto, target: dev}}\n"),
    sample("ignored files", "FROM scratch\nCOPY . /\n", "a.md b.txt docs/a.md docs/b.txt node_modules/x/y", ignore="*.md\nnode_modules\n"),
    sample("ignored at any depth", "FROM scratch\nCOPY . /\n", "a.md b.txt docs/a.md docs/b/c.md", ignore="**/*.md\n"),
    sample("taken back", "FROM scratch\nCOPY . /\n", "a.md README.md docs/README.md docs/a.md b", ignore="**/*.md\n!README.md\n"),
    sample("only some", "FROM scratch\nCOPY . /\n", "src/a src/b/c lib/a package.json README.md", ignore="*\n!src\n!package.json\n"),
    sample("order matters", "FROM scratch\nCOPY . /\n", "a/x a/y a/keep/z b", ignore="!a/x\na\n!a/keep\na/keep/zz*\n"),
    sample("comments and spaces in ignore", "FROM scratch\nCOPY . /\n", "a b c d", ignore="# b\n  a  \n\n/c\n./d\n"),
    sample("directory ignored, source inside", "FROM scratch\nCOPY src /src\n", "src/a src/tmp/b src/tmp/c.md tmp/x", ignore="src/tmp\n"),
    sample("the Dockerfile's own ignore file", "FROM scratch\nCOPY . /\n", "a b c", needs="buildkit",
           ignore="a\n", Dockerfile__dockerignore=""),
    sample("Dockerfile and ignore file ignored", "FROM scratch\nCOPY . /\n", "a b", ignore="Dockerfile\n.dockerignore\nb\n"),
    sample("node", "FROM scratch AS deps\nWORKDIR /app\nCOPY package*.json yarn.lock* ./\n"
           "FROM scratch\nCOPY --from=deps /app /app\nCOPY src ./src\n", NODE),
    sample("node, all less ignored", "FROM scratch\nWORKDIR /app\nCOPY package*.json ./\nCOPY . .\n", NODE,
           ignore="node_modules\ntest\n**/*.md\nDockerfile\n.dockerignore\n.git\n"),
    sample("go", "FROM scratch AS build\nWORKDIR /src\nCOPY go.mod go.sum ./\nCOPY cmd/api ./cmd/api\nCOPY internal ./internal\n"
           "FROM scratch\nCOPY --from=build /src /\n", GO, ignore=".git\n"),
    sample("python", "FROM scratch\nCOPY requirements.txt .\nCOPY app/ ./app/\n",
           "requirements.txt requirements-dev.txt app/main.py app/tests/t.py setup.cfg", ignore="**/__pycache__\n**/tests\n*.cfg\n"),
    sample("java, a wildcard for modules", "FROM scratch\nCOPY pom.xml mvnw ./\nCOPY */pom.xml ./poms/\nCOPY core/src core/src\n",
           "pom.xml mvnw core/pom.xml core/src/A.java web/pom.xml web/src/B.java README.md"),
    sample("dotnet from the root", "FROM scratch\nCOPY *.sln ./\nCOPY src/api/*.csproj src/api/\nCOPY src/ src/\n",
           "App.sln src/api/Api.csproj src/api/Program.cs src/Core/Core.cs tests/T.cs", at="src/api"),
    sample("workspace from the root", "FROM scratch\nWORKDIR /app\nCOPY package.json package-lock.json ./\n"
           "COPY packages/ui packages/ui\nCOPY apps/api apps/api\n", MONO, at="apps/api"),
    sample("own directory in a monorepo", "FROM scratch\nCOPY package.json ./\nCOPY src ./src\n", MONO, at="apps/web"),
    sample("dockerfile beside its sources and alike the root", "FROM scratch\nCOPY package.json yarn.lock* ./\nCOPY . .\n",
           MONO + " yarn.lock", at="apps/api"),
    sample("dockerfile with another name", "FROM scratch\nCOPY a /\n", "x a b", needs="",
           config="apps: {app: {dockerfile: docker/app.Dockerfile, context: ., paths: auto}}\n",
           **{"docker__app.Dockerfile": "FROM scratch\nCOPY b /\n"}),
    sample("a link as a source", "FROM scratch\nCOPY link /x\n", "real/a real/b other", links={"link": "real"}),
    sample("a link to a file", "FROM scratch\nCOPY conf.txt /x\n", "etc/conf.prod etc/conf.dev", links={"conf.txt": "etc/conf.prod"}),
    sample("a link on the way", "FROM scratch\nCOPY link/a /x\n", "real/a real/b", links={"link": "real"}),
    sample("a link under a star", "FROM scratch\nCOPY l*.txt /x/\n", "real/a.txt l2.txt other.txt", links={"l1.txt": "real/a.txt"}),
    sample("a link inside of a directory", "FROM scratch\nCOPY src /src\n", "src/a real/b", links={"src/link": "../real"}),
    sample("an absolute link", "FROM scratch\nCOPY link /x\n", "real/a other", links={"link": "/real"}),
    sample("a link to a link", "FROM scratch\nCOPY one /x\n", "real/a other", links={"one": "two", "two": "real"}),
    sample("bind mount of a file", f"FROM {BASE}\nRUN --mount=type=bind,source=a,target=/m cat /m > /out\n", "a b c", needs="buildkit base"),
    sample("bind mount of a directory", f"FROM {BASE}\nRUN --mount=type=bind,source=src,target=/m cat /m/* > /out\n",
           "src/a src/b other", needs="buildkit base"),
    sample("bind mount of the context", f"FROM {BASE}\nRUN --mount=target=/m cat /m/a > /out\n", "a b sub/c", ignore="sub\n", needs="buildkit base"),
    sample("bind mount from a stage", f"FROM scratch AS s\nCOPY src /src\nFROM {BASE}\nRUN --mount=type=bind,from=s,source=/src,target=/m cat /m/* > /out\n",
           "src/a other", needs="buildkit base"),
    sample("cache mount", f"FROM {BASE}\nRUN --mount=type=cache,target=/c true\nCOPY a /\n", "a b", needs="buildkit base"),
    sample("a heredoc", f"FROM {BASE}\nRUN <<EOT\n: \\\nCOPY b /x\nEOT\nCOPY a /\n", "a b", needs="newer base"),
    sample("a heredoc as a source", "FROM scratch\nCOPY <<EOT a /x/\nCOPY b /\nEOT\n", "a b", needs="newer"),
    sample("link and chmod", "FROM scratch\nCOPY --link --chmod=755 a /x/\n", "a b", needs="newer"),
    sample("exclude", "FROM scratch\nCOPY --exclude=*.md --exclude=tmp src /x/\n", "src/a src/b.md src/tmp/c src/d/e.md other", needs="newer"),
    sample("exclude at any depth", "FROM scratch\nCOPY --exclude=**/*.md . /x/\n", "a b.md sub/c.md sub/d", needs="newer"),
    sample("parents", "FROM scratch\nCOPY --parents apps/*/package.json package.json /x/\n", MONO, needs="newer"),
    sample("parents at any depth", "FROM scratch\nCOPY --parents ./**/package.json /x/\n", MONO, needs="newer"),
    sample("parents with a pivot", "FROM scratch\nCOPY --parents apps/./api/src /x/\n", MONO, needs="newer"),
]


def fixed(samples):
    for one in samples:
        if one.name == "the Dockerfile's own ignore file":
            one.files = {".dockerignore": "a\n", "Dockerfile.dockerignore": "b\n"}
    return samples


SAMPLES = fixed(SAMPLES)
