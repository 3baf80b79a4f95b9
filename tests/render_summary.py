"""Judges the HTML that cmark-gfm makes of a job summary.

Reads HTML on stdin. Hostile text must have stayed text: no tag, link or table
cell of its own, and nothing left that GitHub's later filters would turn into a
mention, a reference, an emoji or a link. The arguments are the number of rows
that the first table and the second one (after it) must have.
"""

import re
import sys
from html.parser import HTMLParser

ALLOWED = {
    "h2", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "b",
    "code", "pre", "a", "ul", "li", "details", "summary",
}
FILTERS = {
    "mention": r"(^|[^\w/])@\w",
    "e-mail": r"\w@\w",
    "reference": r"#\d|\bgh-\d",
    "emoji": r":[\w+-]+:",
    "hash": r"\b[0-9a-f]{7,40}\b",
    "link": r"https?://|\bwww\.",
    "math": r"\$`",
}
LINK = re.compile(r"https://github\.com/octo/shop/"
                  r"(commit/[0-9a-f]{40}|compare/[0-9a-f]{40}\.\.\.[0-9a-f]{40})$")
GRAPH = re.compile(r'flowchart LR\n(  n\d+\["[^"<>]*"\](:::affected)?\n)+'
                   r"(  n\d+ --> n\d+\n)+  classDef affected [^\n]+\n$")


class Judge(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.problems = []
        self.tables = []  # of each: cells by row
        self.graph = ""

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED:
            self.problems.append(f"a tag of the text's own: <{tag}>")
        self.open.append(tag)
        for name, value in attrs:
            is_fine = (tag, name, value) == ("code", "class", "language-mermaid") or (
                (tag, name) == ("a", "href") and LINK.match(value))
            if not is_fine:
                self.problems.append(f"<{tag} {name}={value!r}>")
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append(0)
        if tag in ("td", "th"):
            self.tables[-1][-1] += 1

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def handle_comment(self, data):
        self.problems.append(f"a comment: {data[:40]!r}")

    def handle_data(self, data):
        if "pre" in self.open:
            self.graph += data
            return
        if "code" in self.open or "a" in self.open:
            return
        for name, pattern in FILTERS.items():
            found = re.search(pattern, data, re.IGNORECASE)
            if found:
                self.problems.append(f"a {name}: {found.group()!r} in {data[:80]!r}")


def main():
    judge = Judge()
    judge.feed(sys.stdin.read())
    judge.close()
    problems = judge.problems
    if judge.open:
        problems.append(f"left open: {judge.open}")
    rows = [len(table) - 1 for table in judge.tables]
    if rows != [int(n) for n in sys.argv[1:]]:
        problems.append(f"tables of {rows} rows instead of {sys.argv[1:]}")
    for table in judge.tables:
        if len(set(table)) != 1:
            problems.append(f"rows of different length: {table}")
    if not GRAPH.match(judge.graph):
        problems.append(f"the graph is not ours alone: {judge.graph[:200]!r}")
    for problem in problems:
        print("render_summary:", problem, file=sys.stderr)
    sys.exit(1 if problems else 0)


main()
