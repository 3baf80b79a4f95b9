"""Faults on demand: what a client must live with, at a chosen call.

A fault names the calls it strikes (service, operation, repository, the
n-th of them) and what happens then. Positions count from the moment the
fault was posted, each fault for itself. README.md lists the kinds.
"""

import dataclasses
import fnmatch
import itertools
import json
import re
import threading

from .errors import ApiError
from .wire import STYLES, Response

TIMES = re.compile(rb'((?:At|Time)": )([0-9.]+)')
HTML = (
    "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>\n"
)

# Kinds that answer instead of the operation (or, with "when": "after", in
# spite of it): status, code, message.
ANSWERS = {
    "throttling": (400, "ThrottlingException", "Rate exceeded"),
    "throttle": (400, "ThrottleException", "Rate exceeded"),
    "server-error": (500, "ServerException", "Service call failed"),
    "expired-token": (
        400,
        "ExpiredTokenException",
        "The security token included in the request is expired",
    ),
    "error": (400, "InvalidParameterException", "local-ecr: fault"),
}
KINDS = (
    *ANSWERS,
    "empty",
    "html",
    "reset",
    "truncate",
    "stall",
    "hold",
    "repeat-token",
    "decorate",
    "exponent",
    "style",
    "date",
    "stale",
)


@dataclasses.dataclass(eq=False)
class Fault:
    """One order to misbehave."""

    kind: str
    service: str = "*"
    operation: str = "*"
    repository: str = "*"
    nth: list | None = None
    times: int | None = None
    when: str = "before"
    status: int | None = None
    code: str | None = None
    message: str | None = None
    style: str = "plain"
    retry_after_ms: int | None = None
    date_offset: float = 0
    id: int = 0
    seen: int = 0
    struck: int = 0
    held: int = 0
    acts: bool = True
    view: object = None
    gate: threading.Event = dataclasses.field(default_factory=threading.Event)

    def strikes(self, service, operation, repository):
        """Is this call one of those meant? Counts it."""
        for pattern, name in (
            (self.service, service),
            (self.operation, operation),
            (self.repository, repository),
        ):
            if not fnmatch.fnmatchcase(name, pattern):
                return False
        self.seen += 1
        if self.nth is not None and self.seen not in self.nth:
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        self.struck += 1
        return True

    def describe(self):
        fields = {
            f.name: getattr(self, f.name) for f in dataclasses.fields(self)
        }
        for inner in ("gate", "view"):
            fields.pop(inner)
        return fields

    def wait(self):
        """Holds the call until the fault is released; False: do not act."""
        self.held += 1
        try:
            self.gate.wait()
        finally:
            self.held -= 1
        return self.acts

    def answer(self, render):
        """The Response of a kind that answers by itself, else None."""
        if self.kind == "empty":
            response = Response(self.status or 429)
        elif self.kind == "html":
            response = Response(self.status or 503, HTML.encode(), "text/html")
        elif self.kind == "reset":
            response = Response(damage="reset")
        elif self.kind in ANSWERS:
            status, code, message = ANSWERS[self.kind]
            response = render(
                ApiError(
                    self.code or code,
                    self.message or message,
                    self.status or status,
                ),
                self.style,
            )
        else:
            return None
        return self.mark(response)

    def mark(self, response):
        """Adds what any fault may carry to an answer."""
        if self.retry_after_ms is not None:
            response.headers["x-amz-retry-after"] = str(self.retry_after_ms)
        response.date_offset = self.date_offset
        return response

    def alter(self, response, request):
        """Changes an operation's own good answer."""
        if self.kind in ("truncate", "stall"):
            response.damage, response.resume = self.kind, self.wait
        elif self.kind == "repeat-token":
            answer = json.loads(response.body)
            answer["nextToken"] = request.get("nextToken") or "the-same-token"
            response.body = json.dumps(answer).encode()
        elif self.kind == "decorate":
            answer = decorated(json.loads(response.body))
            response.body = json.dumps(answer).encode()
        elif self.kind == "exponent":
            response.body = TIMES.sub(_exponent, response.body)
        return self.mark(response)


class Faults:
    """The faults in force; the first that strikes is used."""

    def __init__(self):
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._faults = []

    def add(self, order, snapshot):
        """A Fault from its description; unknown words are refused.

        `snapshot` gives what there is now, which a stale read will see.
        """
        known = {f.name for f in dataclasses.fields(Fault)}
        known -= {"id", "seen", "struck", "held", "acts", "gate", "view"}
        for name in order:
            if name not in known:
                raise ApiError(
                    "UnknownFault", f"no '{name}' (there are: {sorted(known)})"
                )
        if order.get("kind") not in KINDS:
            raise ApiError("UnknownFault", f"kind must be one of {KINDS}")
        if order.get("style", "plain") not in STYLES:
            raise ApiError("UnknownFault", f"style must be one of {STYLES}")
        if order.get("when", "before") not in ("before", "after"):
            raise ApiError("UnknownFault", "when must be before or after")
        if isinstance(order.get("nth"), int):
            order = {**order, "nth": [order["nth"]]}
        fault = Fault(**order)
        if fault.kind == "stale":
            fault.view = snapshot()
        with self._lock:
            fault.id = next(self._numbers)
            self._faults.append(fault)
        return fault

    def strike(self, service, operation, repository):
        """The Fault for this call, or None."""
        with self._lock:
            for fault in self._faults:
                if fault.strikes(service, operation, repository):
                    return fault
        return None

    def release(self, number, acts=True):
        """Lets held calls of a fault go on, or end without acting."""
        with self._lock:
            for fault in self._faults:
                if number in (None, fault.id):
                    fault.acts = acts
                    fault.gate.set()

    def release_all(self):
        self.release(None, acts=False)

    def clear(self, number=None):
        """Takes a fault back, or all; what it holds ends without acting."""
        self.release(number, acts=False)
        with self._lock:
            self._faults = [
                fault
                for fault in self._faults
                if number not in (None, fault.id)
            ]

    def describe(self):
        with self._lock:
            return [fault.describe() for fault in self._faults]


def decorated(value):
    """The same answer with nulls and members of a future version."""
    if isinstance(value, list):
        return [decorated(item) for item in value]
    if isinstance(value, dict):
        inner = {key: decorated(item) for key, item in value.items()}
        return {
            "futureMember": {"nested": [1, None, {"deep": True}]},
            **inner,
            "futureNull": None,
        }
    return value


def _exponent(match):
    return match[1] + f"{float(match[2]):.12E}".encode()
