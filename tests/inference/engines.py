"""Docker engines as judges: which COPY, ADD and RUN steps did a build run anew?

A step that an engine takes from its cache did not depend on what changed.
"""
import json
import os
import re
import shutil
import subprocess
import threading

STEP = re.compile(r"^#(\d+) \[(?!internal)[^\]]*\] (?:COPY|ADD|RUN)\b", re.I)
CACHED = re.compile(r"^#(\d+) CACHED")
MADE = re.compile(r"^ ---> ([0-9a-f]{12})$", re.M)
CLASSIC_STEP = re.compile(r"^Step \d+/\d+ : (?:COPY|ADD|RUN)\b", re.I)


def run(command, **environment):
    return subprocess.run(command, capture_output=True, text=True, errors="replace",
                          env={**os.environ, **environment}, timeout=300, check=False)


def rebuilt_by_buildkit(output):
    steps = {match.group(1): line for line in output.splitlines() if (match := STEP.match(line))}
    cached = {match.group(1) for line in output.splitlines() if (match := CACHED.match(line))}
    return [line for number, line in steps.items() if number not in cached]


class Engine:
    jobs = 4  # builds at once

    def __init__(self):
        # Held for a first build: two at once may make the same step twice, and
        # the old builder's cache knows only the later one.
        self.first = threading.Lock()

    def forget(self):
        """Removes what was built, where that is more than the builder's cache."""


class Buildkit(Engine):
    """The BuildKit inside of the Docker engine."""
    name = "buildkit"
    knows = {"base", "buildkit"}

    def __init__(self):
        super().__init__()
        self.docker = next((one for one in (shutil.which("docker"), "/usr/bin/docker")
                            if one and self.answers(one)), None)

    @staticmethod
    def answers(docker):
        probe = subprocess.run([docker, "build", "--progress=plain", "-q", "-"], input="FROM scratch\nLABEL a=b\n",
                               capture_output=True, text=True, check=False,
                               env={**os.environ, "DOCKER_BUILDKIT": "1"})
        return probe.returncode == 0

    def build(self, root, app):
        """The steps that ran, or None when the build failed."""
        # Nobody wants the image: what is left behind is the builder's cache.
        command = [self.docker, "build", "--progress=plain", "-o", "type=tar,dest=/dev/null",
                   "-f", os.path.join(root, app["dockerfile"])]
        if app["target"]:
            command += ["--target", app["target"]]
        done = run(command + [os.path.join(root, app["context"])], DOCKER_BUILDKIT="1")
        return rebuilt_by_buildkit(done.stdout + done.stderr) if done.returncode == 0 else None

    def image(self, root):
        """The image's files as a tar, or None when the build failed."""
        done = subprocess.run([self.docker, "build", "-q", "-o", "type=tar,dest=-", root], capture_output=True,
                              check=False, env={**os.environ, "DOCKER_BUILDKIT": "1"})
        return done.stdout if done.returncode == 0 else None


class Classic(Engine):
    """The builder that Docker had before."""
    name = "classic"
    knows = {"base"}

    def __init__(self):
        super().__init__()
        self.docker = shutil.which("docker")
        self.made = []  # images, by what each step says

    def build(self, root, app):
        command = [self.docker, "build", "-f", os.path.join(root, app["dockerfile"])]
        if app["target"]:
            command += ["--target", app["target"]]
        done = run(command + [os.path.join(root, app["context"])], DOCKER_BUILDKIT="0")
        steps = re.split(r"^Step \d+/\d+ : ", done.stdout, flags=re.M)
        self.made += [image for step in steps if not step.upper().startswith("FROM")
                      for image in MADE.findall(step)]
        if done.returncode != 0:
            return None
        lines = [line for line in done.stdout.splitlines() if line.startswith(("Step ", " ---> Using cache"))]
        return [line for line, after in zip(lines, lines[1:] + [""])
                if CLASSIC_STEP.match(line) and "Using cache" not in after]


    def forget(self):
        """Removes what was built: each look into the cache reads all images."""
        run([self.docker, "rmi", "-f", *reversed(self.made)])
        self.made.clear()


class Newer(Engine):
    """A buildkitd of today, for what the engine's own does not know: named by
    BUILDKIT_HOST, asked through `buildctl`."""
    name = "newer"
    jobs = 1  # it lets builds share what they run: none is sure of its own cache
    knows = {"base", "buildkit", "newer"}

    def __init__(self, base):
        super().__init__()
        self.base = []
        if not base:
            return
        # As an image, for a directory is not cached as one.
        recipe, layout = base + ".recipe", base + ".oci"
        os.makedirs(recipe)
        with open(os.path.join(recipe, "Dockerfile"), "w", encoding="utf-8") as file:
            file.write("FROM scratch\nCOPY . /\n")
        subprocess.run(["buildctl", "build", "--frontend", "dockerfile.v0", "--local", "context=" + base, "--local",
                        "dockerfile=" + recipe, "--output", f"type=oci,tar=false,dest={layout}"],
                       capture_output=True, check=True)
        with open(os.path.join(layout, "index.json"), encoding="utf-8") as file:
            digest = json.load(file)["manifests"][0]["digest"]
        self.base = ["--oci-layout", "base=" + layout, "--opt", f"context:inference-base=oci-layout://base@{digest}"]

    def build(self, root, app):
        beside, name = os.path.split(os.path.join(root, app["dockerfile"]))
        command = ["buildctl", "build", "--progress=plain", "--frontend", "dockerfile.v0",
                   "--local", "context=" + os.path.join(root, app["context"]),
                   "--local", "dockerfile=" + beside, "--opt", "filename=" + name, *self.base]
        if app["target"]:
            command += ["--opt", "target=" + app["target"]]
        done = run(command)
        return rebuilt_by_buildkit(done.stdout + done.stderr) if done.returncode == 0 else None

    @staticmethod
    def image(root):
        done = subprocess.run(["buildctl", "build", "--frontend", "dockerfile.v0", "--local", "context=" + root,
                               "--local", "dockerfile=" + root, "--output", "type=tar,dest=-"],
                              capture_output=True, check=False)
        return done.stdout if done.returncode == 0 else None


def make_base(folder):
    """A root directory that can run a shell: Debian's static busybox. "" without it."""
    busybox = shutil.which("busybox")
    if not busybox:
        return ""
    root = os.path.join(folder, "base")
    os.makedirs(os.path.join(root, "bin"))
    os.makedirs(os.path.join(root, "tmp"))
    shutil.copy(busybox, os.path.join(root, "bin", "busybox"))
    for name in ("sh", "cat", "true", "find", "sort"):
        os.link(os.path.join(root, "bin", "busybox"), os.path.join(root, "bin", name))
    tar = subprocess.run(["tar", "-C", root, "-c", "."], capture_output=True, check=True).stdout
    subprocess.run(["docker", "import", "-", "inference-base"], input=tar, capture_output=True, check=True)
    return root


def remove_base():
    run(["docker", "rmi", "inference-base"])


def engines(base):
    """Those that answer here."""
    found = []
    if shutil.which("docker") and run(["docker", "info"]).returncode == 0:
        buildkit = Buildkit()
        if buildkit.docker:
            found.append(buildkit)
        found.append(Classic())
    if shutil.which("buildctl") and run(["buildctl", "debug", "workers"]).returncode == 0:
        found.append(Newer(base))
    return found
