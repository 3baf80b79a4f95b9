"""Whole processes, measured in pairs: ours and the peer's in turn, so that a
machine whose speed drifts drifts for both."""

import os
import statistics
import subprocess
import tempfile
import time


class Run:
    """One process from start to end: seconds and CPU seconds."""

    def __init__(self, command, environment, folder):
        here = os.getcwd()
        os.chdir(folder)
        nowhere = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in (0, 1, 2)]
        began = time.monotonic()
        # Not fork: copying this process would be counted.
        pid = os.posix_spawnp(command[0], command, environment, file_actions=nowhere)
        _, status, usage = os.wait4(pid, 0)
        self.wall = time.monotonic() - began
        os.chdir(here)
        self.cpu = usage.ru_utime + usage.ru_stime
        self.code = os.waitstatus_to_exitcode(status)
        if self.code != 0:
            raise SystemExit(f"{' '.join(map(str, command))}: exit {self.code}")


def peak_memory(command, environment, folder):
    """MiB of the largest process among it and those it waited for.

    By GNU time: a process forked from here would count Python's own memory.
    """
    with tempfile.NamedTemporaryFile("r") as told:
        subprocess.run(
            ["/usr/bin/time", "-f", "%M", "-o", told.name, *map(str, command)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        return int(told.read().split()[-1]) / 1024


def beyond_packs(command, environment, folder):
    """MiB resident at most, without pages of mapped packs and their indexes.

    Looked at every few milliseconds while it runs.
    """
    process = subprocess.Popen(
        [str(part) for part in command], env=environment, cwd=folder,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    peak = 0
    while process.poll() is None:
        total, counts = 0, False
        try:
            with open(f"/proc/{process.pid}/smaps") as maps:
                for line in maps:
                    word = line.split(None, 1)[0]
                    if word == "Rss:" and counts:
                        total += int(line.split()[1])
                    elif not word.endswith(":"):
                        # One that is being received has no suffix yet.
                        counts = "/objects/pack/" not in line
        except (FileNotFoundError, ProcessLookupError):
            break
        peak = max(peak, total)
        time.sleep(0.003)
    if process.wait() != 0:
        raise SystemExit(f"{command}: exit {process.returncode}")
    return peak / 1024


class Pair:
    """The medians of two commands run in turn, and of their ratios."""

    def __init__(self, ours, peer, environment, folder, runs):
        both = [(ours, []), (peer, [])]
        for turn in range(runs + 1):
            for command, done in both:
                run = Run([str(part) for part in command], environment, folder)
                if turn > 0:  # the first one warms caches
                    run.memory = peak_memory(command, environment, folder)
                    done.append(run)
        self.ours, self.peer = both[0][1], both[1][1]

    def median(self, figure, side):
        return statistics.median(getattr(run, figure) for run in getattr(self, side))

    def ratios(self, figure):
        """Peer / ours, pair by pair: minimum, median, maximum."""
        found = [
            getattr(peer, figure) / max(getattr(ours, figure), 1e-4)
            for ours, peer in zip(self.ours, self.peer)
        ]
        return min(found), statistics.median(found), max(found)


def row(what, peer, pair, target, figure="wall"):
    low, middle, high = pair.ratios(figure)
    unit = {"wall": "s", "cpu": "s of CPU", "memory": "MiB"}[figure]
    return (
        f"| {what} | {peer} | {pair.median(figure, 'ours'):.4f} {unit} | "
        f"{pair.median(figure, 'peer'):.4f} {unit} | {middle:.2f} ({low:.2f} to {high:.2f}) | {target} |"
    )


points = {}  # chart: {series: [[x, seconds]]}, what bench/plot.py draws


def point(chart, series, x, seconds):
    points.setdefault(chart, {}).setdefault(series, []).append([x, seconds])
