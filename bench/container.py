"""The image: how long it takes to start, and what it weighs."""

import os
import pathlib
import statistics
import subprocess
import zlib

from measure import Run

EMPTY = "ecr-version-bench-empty"


def docker(*command, **more):
    return subprocess.run(["docker", *command], check=True, capture_output=True, **more).stdout


def measure(folder, image, runs):
    """Rows of a Markdown table, in the columns of run.py."""
    yield from start(folder, image, runs)
    packed, compressor = 0, zlib.compressobj(9, wbits=31)
    save = subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE)
    while piece := save.stdout.read(1 << 20):
        packed += len(compressor.compress(piece))
    if save.wait() != 0:
        raise SystemExit(f"docker save {image} failed")
    packed += len(compressor.flush())
    yield f"| image, `docker save` and `gzip -9` | – | {packed:,} bytes | – | – | 6 MB |"


def start(folder, image, runs):
    """`--version` and a program that does nothing, in turn, in one engine."""
    empty = pathlib.Path(folder) / "empty"
    empty.mkdir()
    (empty / "empty.c").write_text("int main(void) { return 0; }\n")
    subprocess.run(["cc", "-static", "-O2", "-s", "-o", "empty", "empty.c"], cwd=empty, check=True)
    archive = subprocess.run(["tar", "-c", "empty"], cwd=empty, check=True, capture_output=True).stdout
    docker("import", "-c", 'ENTRYPOINT ["/empty"]', "-", EMPTY, input=archive)
    ours = ["docker", "run", "--rm", image, "--version"]
    theirs = ["docker", "run", "--rm", EMPTY]
    seconds, ratios = ([], []), []
    for turn in range(runs + 2):
        pair = [Run(command, dict(os.environ), str(folder)).wall
                for command in ((ours, theirs) if turn % 2 else (theirs, ours))]
        if turn < 2:
            continue  # the first ones warm caches
        ours_took, theirs_took = pair if turn % 2 else reversed(pair)
        seconds[0].append(ours_took)
        seconds[1].append(theirs_took)
        ratios.append(theirs_took / ours_took)
    docker("image", "rm", EMPTY)
    low, middle, high = statistics.quantiles(ratios, n=4)
    yield (f"| `docker run IMAGE --version`, {runs} pairs | a static program that does nothing | "
           f"{statistics.median(seconds[0]):.4f} s | {statistics.median(seconds[1]):.4f} s | "
           f"{middle:.3f} (quartiles {low:.3f} to {high:.3f}) | 0.87 |")
