"""What the pages show: small histories, played by the program itself.

Hashes are the same each time, because author, dates and contents are.
"""

import json
import re

from pages import as_private
from test_shallow import checkout, serve

APPS = """\
repository-prefix: shula-
shared-paths: [libs/**]
apps:
  backend: apps/backend
  mail:
    directory: apps/mail
    depends-on: [backend]
  reports: apps/reports
  web: apps/web
"""


def shop(scene):
    """Four apps in one commit, each with its repository."""
    config = APPS.replace("shula-", scene.prefix or '""')
    files = {".github/ecr-version.yml": config, "libs/money.txt": "money\n"}
    for app in ("backend", "mail", "reports", "web"):
        files[f"apps/{app}/Dockerfile"] = "FROM scratch\nCOPY . /\n"
        files[f"apps/{app}/main.txt"] = f"{app}\n"
        scene.repository(app)
    return scene.commit("Start the shop", files)


def told(result):
    assert result.code == 0, result.log
    return result.log


def deciding(scene):
    """Three apps with three different bases, and one that went back."""
    start = shop(scene)
    for app in ("backend", "mail", "reports", "web"):
        scene.release(app, "1.0.0", start)
    fix = scene.commit("Round totals", {"apps/backend/total.txt": "round\n"})
    scene.release("backend", "1.0.1", fix)
    scene.commit("[minor] Search orders", {"apps/backend/search.txt": "search\n"})
    scene.commit("Write the handbook", {"docs/handbook.txt": "handbook\n"})
    scene.commit("Try a cache", {"apps/reports/cache.txt": "cache\n"})
    scene.commit('Revert "Try a cache"', {"apps/reports/cache.txt": None})
    scene.git("checkout", "-q", "-b", "login", fix)
    scene.commit("[major] A new login page", {"apps/web/login.txt": "login\n"})
    scene.git("checkout", "-q", "main")
    scene.clock += 60
    scene.git("merge", "-q", "--no-ff", "-m", "Merge the login page", "login")
    return {
        "history": scene.git("log", "--graph", "--format=%h %s") + "\n",
        "plan": told(scene.run("plan")),
        "explain-backend": scene.run("explain", "backend").stdout,
        "explain-reports": scene.run("explain", "reports").stdout,
    }


def first(scene):
    """A repository that has never heard of us, from init to the first tags."""
    files = {"package.json": '{"workspaces": ["packages/*", "apps/*"]}\n'}
    files["packages/ui/package.json"] = "{}\n"
    for app in ("backend", "web"):
        files[f"apps/{app}/Dockerfile"] = "FROM scratch\nCOPY main.txt /\n"
        files[f"apps/{app}/main.txt"] = f"{app}\n"
    scene.commit("Two apps", files)
    parts = {"init": told_on_stdout(scene.run("init"))}
    file = scene.repo / ".github" / "ecr-version.yml"
    parts["configuration"] = "".join(
        line for line in file.read_text().splitlines(True) if line.strip() and line[0] != "#"
    )
    file.write_text(file.read_text() + "\nrepository-prefix: first-\n")
    scene.repository("backend")
    for path in ("scripts/ecr-deploy.sh", ".github/workflows/deploy.yml"):
        (scene.repo / path).unlink()  # or the hash followed each change of them
    scene.commit("Let ecr-version decide")
    check = scene.run("check")
    parts["check"] = check.stdout.replace(str(scene.repo), "/home/dana/shop")
    scene.repository("web")
    parts["plan"] = told(scene.run("plan"))
    return parts


def told_on_stdout(result):
    assert result.code == 0, result.log
    return result.stdout


def step(scene):
    """The README's step: one app, a push, three tags; and the same run again."""
    start = shop(scene)
    scene.release("backend", "1.4.2", start)
    scene.commit("[minor] Search orders", {"apps/backend/search.txt": "search\n"})
    result = scene.action(app="backend", payload={"before": start})
    assert result.code == 0, result.log
    registry = result.outputs["registry"]
    scene.release("backend", "1.5.0", scene.head())
    again = scene.action(app="backend", payload={"before": start})
    assert again.code == 0, again.log
    as_seen = re.sub("^::(end)?group::\n?", "", again.log, flags=re.MULTILINE)
    return {
        "tags": as_private(result.outputs["tags"], registry) + "\n",
        "again": as_private(as_seen, registry),
    }


def requests(scene, server):
    """What the README's step asks, with a full clone and with one of depth 1."""
    start = shop(scene)
    scene.release("backend", "1.4.2", start)
    for number in range(20):
        scene.commit("Work", {f"apps/backend/{number}.txt": "x\n"})
    serve(scene)
    endpoint = scene.registry.endpoint
    env = {
        "AWS_ACCESS_KEY_ID": None,
        "AWS_SECRET_ACCESS_KEY": None,
        "GITHUB_SERVER_URL": server.url,
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{endpoint}/oidc/token?api-version=2.0",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "local-ecr-request-token",
    }
    inputs = {
        "app": "backend",
        "login": "true",
        "role_to_assume": "arn:aws:iam::123456789012:role/deploy",
        "aws_region": "eu-west-1",
    }
    counts = {}
    for name, options in (("full", ""), ("shallow", "--depth=1")):
        at = checkout(scene, scene.head(), options, not options)
        result = scene.action(env=env, at=at, **inputs)
        assert result.code == 0, result.log
        assert result.outputs["version"] == "1.4.3"
        counts[name] = int(re.search(r"^(\d+) requests, ", result.log, re.MULTILINE)[1])
    return counts


def outputs(scene):
    """Every output, where none, one and two apps are affected."""
    start = shop(scene)
    for app in ("backend", "mail", "reports", "web"):
        scene.release(app, "1.0.0", start)
    parts = {}
    for name, files in (
        ("none", {"docs/handbook.txt": "handbook\n"}),
        ("one", {"apps/web/login.txt": "login\n"}),
        ("many", {"apps/backend/search.txt": "search\n"}),
    ):
        scene.commit("Next", files)
        result = scene.action(payload={"before": start})
        assert result.code == 0, result.log
        if name == "one":
            scene.release("web", "1.0.1", scene.head())
            matrix = json.loads(result.outputs["matrix"])
            parts["matrix"] = json.dumps(matrix, indent=2) + "\n"
            plan = json.loads(as_private(result.outputs["plan"], result.outputs["registry"]))
            plan["apps"] = [app for app in plan["apps"] if app["affected"]]
            parts["plan"] = json.dumps(plan, indent=2) + "\n"
        text = ""
        for output, value in result.outputs.items():
            if output == "plan":
                continue
            if output == "matrix" and (include := json.loads(value)["include"]):
                value = f'{{"include":[… {len(include)} of them …]}}'
            lines = as_private(value, result.outputs["registry"]).split("\n")
            text += f"{output:<18}{lines[0]}".rstrip() + "\n"
            text += "".join(f"{'':<18}{line}\n" for line in lines[1:])
        parts[name] = text
    return parts
