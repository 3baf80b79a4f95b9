"""Lists in pages, as awkwardly as ECR may: shuffled, uneven, some empty.

Order is by a hash of the seed and the row: no order that a client could
rely on, yet one that goes on where a page ended, whatever was pushed or
deleted between two pages. A token holds that place.
"""

import bisect
import hashlib
import random

from .errors import invalid_parameter

DEFAULT_SIZE = 100
SMALL_SIZE = 3


class Pager:
    """Cuts listings into pages, in the way that the settings ask for."""

    def __init__(self, settings, sealer):
        self._settings = settings
        self._sealer = sealer

    def page(self, listing, query, token, size):
        """(rows, next token or None) of `listing`, which `query` names.

        `listing` is what `shuffled` gave; a token serves its own query only.
        """
        place = self._open(token, query)
        keys, rows = listing
        start = bisect.bisect_right(keys, place["after"])
        count = self._count(query, place, size or DEFAULT_SIZE)
        end = min(start + count, len(rows))
        if end == len(rows):
            return rows[start:end], None
        following = {
            "query": query,
            "after": keys[end - 1] if end > start else place["after"],
            "turn": place["turn"] + 1,
            "empty": count == 0,
        }
        return rows[start:end], self._sealer.seal("page", following)

    def shuffled(self, rows, name_of):
        """(keys, rows) in the order of the seed."""
        seed = str(self._settings["seed"])
        pairs = sorted(
            ((_key(seed, name_of(row)), row) for row in rows), key=_first
        )
        return [key for key, _ in pairs], [row for _, row in pairs]

    def _open(self, token, query):
        if token is None:
            return {"after": "", "turn": 0, "empty": False}
        place = self._sealer.open("page", token)
        if place is None or place["query"] != query:
            raise invalid_parameter(
                "Invalid parameter at 'nextToken' failed to satisfy constraint: "
                "'Invalid token'"
            )
        return place

    def _count(self, query, place, size):
        if self._settings["pages"] == "full":
            return size
        if self._settings["pages"] == "small":
            size = min(size, SMALL_SIZE)
        draw = random.Random(
            f"{self._settings['seed']} {query} {place['turn']}"
        )
        every = self._settings["empty_page_every"]
        # Never two empty pages in a row: a listing must end.
        if every and not place["empty"] and draw.randrange(every) == 0:
            return 0
        return draw.randint(1, size)


def _key(seed, name):
    return hashlib.blake2b(
        f"{seed} {name}".encode(), digest_size=12
    ).hexdigest()


def _first(pair):
    return pair[0]
