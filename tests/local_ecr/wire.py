"""Requests and responses as values, apart from sockets."""

import dataclasses
import json
import secrets
import urllib.parse
import uuid

JSON_TYPE = "application/x-amz-json-1.1"
STYLES = ("plain", "namespaced", "Message", "header", "code")


@dataclasses.dataclass(frozen=True)
class Request:
    """One HTTP request, its body read. `headers` is an email.message."""

    method: str
    target: str
    headers: object
    body: bytes

    @property
    def path(self):
        return urllib.parse.urlsplit(self.target).path

    @property
    def query(self):
        """The query's values by name; of a repeated name the last."""
        return dict(
            urllib.parse.parse_qsl(urllib.parse.urlsplit(self.target).query)
        )

    def json(self):
        """The body as JSON; an empty one is an empty object."""
        return json.loads(self.body or b"{}")


@dataclasses.dataclass
class Response:
    """One HTTP response. `damage` is what happens to it on its way.

    "reset": the connection ends with no answer; "truncate": half of the
    body comes, though Content-Length promised it all; "stall": half of it
    comes, the rest when `resume` returns.
    """

    status: int = 200
    body: bytes = b""
    content_type: str | None = None
    headers: dict = dataclasses.field(default_factory=dict)
    damage: str | None = None
    resume: object = None
    date_offset: float = 0


@dataclasses.dataclass(frozen=True)
class Rendered:
    """An answer of an operation that is JSON text already."""

    text: str


def json_response(value, status=200, content_type="application/json"):
    body = json.dumps(value).encode()
    return Response(status, body, content_type)


def text_response(text, status=200, content_type="text/plain"):
    return Response(status, text.encode(), content_type)


def json_error(error, style="plain"):
    """An error in JSON 1.1, in one of the shapes that AWS has used."""
    code, headers = error.code, {}
    body = {"__type": code, "message": error.message}
    if style == "namespaced":
        body["__type"] = f"com.amazonaws.ecr.v20150921#{code}"
    elif style == "Message":
        body = {"__type": code, "Message": error.message}
    elif style == "header":
        body = {"message": error.message}
        headers["X-Amzn-ErrorType"] = (
            f"{code}:http://internal.amazon.com/coral/"
        )
    elif style == "code":
        body = {"code": code, "message": error.message}
    return Response(error.status, json.dumps(body).encode(), JSON_TYPE, headers)


def request_id():
    """A request id as AWS gives them."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
