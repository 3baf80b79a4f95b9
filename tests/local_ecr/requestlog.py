"""The log of requests, from which tests read what was really asked."""

import collections
import threading

CAPACITY = 100_000


class RequestLog:
    """Entries in order of completion; `since` reads from a number on."""

    def __init__(self):
        self._lock = threading.Lock()
        self._entries = collections.deque(maxlen=CAPACITY)
        self._count = 0

    def add(self, **entry):
        with self._lock:
            self._count += 1
            self._entries.append({"number": self._count, **entry})

    def entries(self, since=0, operation=None, fault=None):
        """Entries after number `since`, of one operation or of all.

        `fault`: of the calls that this one struck, by its number.
        """
        with self._lock:
            return [
                entry
                for entry in self._entries
                if entry["number"] > since
                and operation in (None, entry["operation"])
                and (fault is None or f" #{fault} " in str(entry["fault"]))
            ]

    def clear(self):
        with self._lock:
            self._entries.clear()
