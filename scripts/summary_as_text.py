#!/usr/bin/env python3
"""Shows a job summary (GitHub's Markdown, on standard input) as plain text."""

import html
import re
import sys


def plain(text):
    """A line without tags, links' targets and what guards against mentions."""
    text = re.sub(r"<br\s*/?>", " ", text)
    text = re.sub(r"</?[a-z][^>]*>", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+.!|-])", r"\1", text.replace("**", ""))
    return html.unescape(text).replace("\u200b", "")


def cells(line):
    return [plain(cell).strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def table(rows):
    rows = [row for row in rows if not all(re.fullmatch(r":?-+:?", c) for c in row)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for number, row in enumerate(rows):
        yield "  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip()
        if number == 0:
            yield "  ".join("-" * w for w in widths)


def lines(source):
    rows, blank, in_graph = [], True, False
    for line in source:
        line = line.rstrip("\n")
        if line.startswith("```"):
            in_graph = not in_graph and line == "```mermaid"
            continue
        if in_graph:
            continue
        if line.startswith("|"):
            rows.append(cells(line))
            continue
        if rows:
            yield from table(rows)
            rows, blank = [], False
        text = plain(line)
        if line.startswith("#"):
            text = text.lstrip("# ").upper()
        if text.strip() or not blank:
            yield text
        blank = not text.strip()
    if rows:
        yield from table(rows)


if __name__ == "__main__":
    for text_line in lines(sys.stdin):
        print(text_line)
