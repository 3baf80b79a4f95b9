#!/usr/bin/env python3
"""Docker is the judge of the paths that are read from Dockerfiles.

For each sample and engine: after a first build, every file that is said not to
belong to the app is changed and then removed, with new files beside; a step
that runs then was missed. Then each file that is said to belong is changed
alone; when no step runs, it was reported for nothing. That is asked of the first
engine alone (--engine names another), since it takes most of the builds.

usage: judge.py AFFECTED-FILES [--engine NAME] [SAMPLE...]

Exits 77 when no engine answers; 1 when one missed file, or 2 % for nothing.
"""
import argparse
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid

import engines
import samples

GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
def write(root, path, text):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8", newline="") as file:
        file.write(text)


class Judge:
    def __init__(self, tool, engine, sample, folder, whole):
        self.tool, self.engine, self.sample, self.whole = tool, engine, sample, whole
        self.root = tempfile.mkdtemp(dir=folder)
        self.nonce = uuid.uuid4().hex
        self.missed, self.needless, self.pairs = [], [], 0

    def make(self):
        one = self.sample
        files = {path: f"{path} {self.nonce}\n" for path in one.plain}
        files[os.path.join(one.at, "Dockerfile")] = one.dockerfile
        files.update(one.files)
        for path, text in files.items():
            write(self.root, path, text)
        for path, target in one.links.items():
            os.makedirs(os.path.dirname(os.path.join(self.root, path)), exist_ok=True)
            os.symlink(target, os.path.join(self.root, path))
        self.files = dict(sorted(files.items()))
        folders = {os.path.dirname(path) for path in self.files}
        self.fresh = sorted(os.path.join(folder, name) for folder in folders
                            for name in ("zz-new.txt", "zz-new.md", "zz-dir/new"))
        # Outside of the context, for what git notes there would be copied too.
        subprocess.run(GIT + ["init", "-q", "--separate-git-dir", self.root + ".git", self.root], check=True)
        subprocess.run(GIT + ["-C", self.root, "add", "-A", "-f"], check=True)
        subprocess.run(GIT + ["-C", self.root, "commit", "-qm", "sample"], check=True)

    def ask(self):
        command = [self.tool, self.root]
        if self.sample.config:
            write(self.root + ".git", "sample.yml", self.sample.config)
            command.append(self.root + ".git/sample.yml")
        answer = subprocess.run(command, input="\n".join([*self.files, *self.fresh]) + "\n",
                                capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise SystemExit(f"{self.sample.name}: {answer.stderr}")
        return json.loads(answer.stdout)["apps"]

    def change(self, path, nonce):
        write(self.root, path, f"{path} {nonce}\n")

    def restore(self):
        for path in self.fresh:
            full = os.path.join(self.root, path)
            if os.path.exists(full):
                os.remove(full)
            if path.endswith("zz-dir/new") and os.path.exists(os.path.dirname(full)):
                os.rmdir(os.path.dirname(full))  # an empty folder is copied too
        for path, text in self.files.items():
            write(self.root, path, text)
            os.chmod(os.path.join(self.root, path), 0o644)

    def steps(self, app):
        return self.engine.build(self.root, app)

    def judge(self):
        self.make()
        for app in self.ask():
            with self.engine.first:
                first = self.steps(app)
            if first is None:
                raise SystemExit(f"{self.engine.name}: {self.sample.name}: {app['name']} does not build")
            if self.steps(app) and self.steps(app):
                raise SystemExit(f"{self.engine.name}: {self.sample.name}: a second build is not cached")
            self.judge_app(app)
        shutil.rmtree(self.root)

    def judge_app(self, app):
        belonging = set(app["belonging"])
        others = [path for path in [*self.files, *self.fresh] if path not in belonging]
        # By contract these count, whatever the engine makes of them.
        always = {app["dockerfile"], app["dockerfile"] + ".dockerignore",
                  os.path.join(app["context"], ".dockerignore")}
        self.pairs += len(self.files) + len(self.fresh)
        for how in (self.change_all, self.remove_all):
            # Twice, since builds side by side may share a step that one of them
            # ran: what is missed is missed again.
            if self.runs_after(how, others, app) and self.runs_after(how, others, app):
                self.missed += [(app["name"], path) for path in self.find_missed(app, others, how)]
            self.restore()
        for path in sorted(belonging - always) if self.whole else ():
            self.change(path, uuid.uuid4().hex)
            if self.steps(app) == []:
                self.needless.append((app["name"], path))
            self.restore()

    def runs_after(self, how, paths, app):
        self.restore()
        how(paths)
        return self.steps(app) != []

    def change_all(self, paths):
        for path in paths:
            self.change(path, uuid.uuid4().hex)
            os.chmod(os.path.join(self.root, path), 0o755)

    def remove_all(self, paths):
        for path in paths:
            if os.path.exists(os.path.join(self.root, path)):
                os.remove(os.path.join(self.root, path))

    def find_missed(self, app, paths, how):
        missed = []
        for path in paths:
            if self.runs_after(how, [path], app):
                missed.append(path)
        return missed or ["(only together)"]


def judge_all(engine, options, base, folder, whole):
    """Whether it holds by this engine, and what is to be told.

    `whole`: what is reported for nothing is looked for as well.
    """
    todo = [Judge(options.tool, engine, one, folder, whole) for one in samples.SAMPLES
            if not options.samples or one.name in options.samples
            if one.needs <= engine.knows and ("base" not in one.needs or base)]
    # An engine waits for its disk most of the time. What it forgets may be what
    # another build has just found: never at the same time.
    jobs = min(options.jobs, engine.jobs)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for at in range(0, len(todo), 3 * jobs):
            list(pool.map(Judge.judge, todo[at:at + 3 * jobs]))
            engine.forget()
    told = [f"{engine.name}: {judge.sample.name}: {app}: {what} {path}" for judge in todo
            for what, found in (("MISSED", judge.missed), ("for nothing", judge.needless)) for app, path in found]
    pairs, missed, needless = (sum(counts) for counts in zip(*(
        (judge.pairs, len(judge.missed), len(judge.needless)) for judge in todo)))
    over = f", {needless} for nothing ({100 * needless / pairs:.1f} %)" if whole else ""
    told.append(f"{engine.name}: {len(todo)} samples, {pairs} pairs, {missed} missed{over}")
    return not missed and needless * 50 < pairs, told


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool")
    parser.add_argument("--engine")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("samples", nargs="*")
    options = parser.parse_intermixed_args()
    with tempfile.TemporaryDirectory() as folder:
        base = engines.make_base(folder)
        judges = [one for one in engines.engines(base) if options.engine in (None, one.name)]
        if not judges:
            print("no Docker engine answers")
            return 77
        # Both builders read the same files for a step: what is reported for
        # nothing is asked of one, what is missed of each.
        first = judges[0]
        with concurrent.futures.ThreadPoolExecutor(len(judges)) as pool:
            results = list(pool.map(lambda one: judge_all(one, options, base, folder, one is first), judges))
        engines.remove_base()
    for _, told in results:
        print("\n".join(told))
    return 0 if all(holds for holds, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main())
