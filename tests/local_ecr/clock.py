"""The stand-in's clock: the machine's, moved by a setting."""

import email.utils
import time


class Clock:
    """Tells the time AWS would tell; `clock_skew_seconds` moves it."""

    def __init__(self, settings):
        self._settings = settings

    def now(self):
        """Seconds since the epoch."""
        return time.time() + self._settings["clock_skew_seconds"]

    def date_header(self, extra_seconds=0):
        """The `Date` of an answer."""
        return email.utils.formatdate(self.now() + extra_seconds, usegmt=True)


def amz_date(seconds):
    """20261123T101530Z, as signatures have it."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


def iso_date(seconds):
    """2026-11-23T10:15:30Z, as STS and the metadata services have it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
