"""A big repository by fast-import, for a machine that has no real one at hand."""

import random
import subprocess


def make(folder, commits, apps, seed=1):
    """`apps` directories under apps/, each commit changing one to three files."""
    draw = random.Random(seed)
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    importer = subprocess.Popen(
        ["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE
    )
    out = importer.stdin
    config = "".join(f"  app{n}: apps/app{n}\n" for n in range(apps))
    for number in range(commits):
        message = draw.choice(["Mend", "[minor] Add", "Tidy", "Write"]) + f" {number}"
        out.write(
            f"commit refs/heads/main\ncommitter B <b@example.test> {1_600_000_000 + 300 * number} +0000\n"
            f"data {len(message)}\n{message}\n".encode()
        )
        files = {}
        if number == 0:
            files[".github/ecr-version.yml"] = f"shared-paths: [libs/**]\napps:\n{config}"
            for app in range(apps):
                files[f"apps/app{app}/Dockerfile"] = "FROM scratch\nCOPY . /\n"
        for _ in range(draw.randint(1, 3)):
            path = (
                f"apps/app{draw.randrange(apps)}/src/d{draw.randrange(8)}/f{draw.randrange(12)}"
                if draw.random() < 0.9
                else f"libs/l{draw.randrange(20)}"
            )
            files[path] = f"{number} {draw.random()}\n"
        for path, text in files.items():
            out.write(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n".encode())
    out.close()
    if importer.wait() != 0:
        raise SystemExit("git fast-import failed")
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=folder, check=True)
    subprocess.run(["git", "gc", "-q"], cwd=folder, check=True)
