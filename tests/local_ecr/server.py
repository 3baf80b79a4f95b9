"""HTTP: sockets on one side, Request and Response on the other."""

import http.server
import socket
import ssl
import struct
import sys

from .front import Pass
from .wire import Request, Response

BLOCK = 1 << 20


class Server(http.server.ThreadingHTTPServer):
    """A thread for each connection; connections are kept alive."""

    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """A client that went away is no error of ours."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
            super().handle_error(request, client_address)


class Handler(http.server.BaseHTTPRequestHandler):
    """Reads one request, writes one response."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_version = "local-ecr"
    sys_version = ""
    wbufsize = 1 << 16
    clock = None

    def do_request(self):
        raise NotImplementedError

    def __getattr__(self, name):
        # http.server looks for do_GET, do_POST and so on.
        if name.startswith("do_"):
            return self.do_request
        raise AttributeError(name)

    def log_message(self, *_):
        """Requests go to the request log, not to stderr."""

    def handle_expect_100(self):
        """Our output is buffered: what a client waits for must go out."""
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    def read_body(self):
        """The whole body."""
        return b"".join(self.body_blocks())

    def body_blocks(self):
        """The body in blocks, whichever way its length is told."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return
        left = int(self.headers.get("Content-Length") or 0)
        while left > 0:
            block = self.rfile.read(min(left, BLOCK))
            if not block:
                raise ConnectionError("the client stopped amid its body")
            left -= len(block)
            yield block

    def make_request(self, body):
        return Request(self.command, self.path, self.headers, body)

    def respond(self, response):
        """Writes a Response, or what its damage leaves of it."""
        if response.damage == "reset":
            self.reset()
            return
        self.start(response.status, response)
        body = response.body
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            half = len(body) // 2
            if response.damage == "truncate":
                body = body[:half]
                self.close_connection = True
            elif response.damage == "stall":
                self.wfile.write(body[:half])
                self.wfile.flush()
                response.resume()
                body = body[half:]
            self.wfile.write(body)
        self.wfile.flush()

    def start(self, status, response=None):
        """Status line and our headers; the caller adds and ends them."""
        response = response or Response()
        self.send_response_only(status)
        self.send_header("Server", self.server_version)
        self.send_header("Date", self.clock.date_header(response.date_offset))
        if response.content_type:
            self.send_header("Content-Type", response.content_type)
        for name, value in response.headers.items():
            self.send_header(name, value)

    def reset(self):
        """Ends the connection with a TCP reset: no answer at all."""
        self.close_connection = True
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.connection.close()


def api_handler(standin, route):
    """The handler of the API port; `route` maps Request to Response."""

    class ApiHandler(Handler):
        clock = standin.clock

        def do_request(self):
            self.respond(route(self.make_request(self.read_body())))

    return ApiHandler


def front_handler(standin, front):
    """The handler of a registry port."""

    class FrontHandler(Handler):
        clock = standin.clock

        def do_request(self):
            response = front.handle(self.make_request(b""), self.read_body)
            if isinstance(response, Pass):
                self.pass_on(response)
                return
            if (
                self.command in ("POST", "PUT", "PATCH")
                and response.status >= 400
            ):
                # Its body may be unread: nothing may follow on this connection.
                self.close_connection = True
                response.headers["Connection"] = "close"
            response.headers["Docker-Distribution-Api-Version"] = "registry/2.0"
            self.respond(response)

        def pass_on(self, onward):
            """Streams request and answer between client and registry."""
            connection = standin.registry.connect()
            try:
                length = self.headers.get("Content-Length")
                chunked = length is None and "Transfer-Encoding" in self.headers
                headers = dict(onward.onward_headers)
                if length is not None:
                    headers["Content-Length"] = length
                connection.request(
                    onward.method,
                    onward.target,
                    self.body_blocks() if chunked or length else None,
                    headers,
                    encode_chunked=chunked,
                )
                answer = connection.getresponse()
                self.start(answer.status)
                for name, value in onward.answer_headers(
                    answer.headers
                ).items():
                    self.send_header(name, value)
                self.send_header(
                    "Content-Length", answer.headers.get("Content-Length", "0")
                )
                self.send_header(
                    "Docker-Distribution-Api-Version", "registry/2.0"
                )
                self.end_headers()
                while block := answer.read(BLOCK):
                    self.wfile.write(block)
                self.wfile.flush()
            finally:
                connection.close()

    return FrontHandler
