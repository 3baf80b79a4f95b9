#!/usr/bin/env python3
"""A git server for tests: the real `git http-backend` behind loopback HTTP.

Serves every repository below --root. Options take abilities away (--no-filter,
--no-any-sha, --no-v2) or ask for more (--token), and --fault spoils chosen
answers, so that a client meets what real servers and proxies do to it. Prints
one line, "http://127.0.0.1:PORT" (or what --listen says), when it is ready, and ends with its stdin.

--log FILE gets one JSON object per request: method, path, command, wants, bytes
in and out, authorization (whether a token was sent; never the token), status.

The same may stand in front of a URL's path, for a test with many cases and one
server: /!no-filter/!2:cut:100/owner/repository. Requests are then numbered for
each such beginning by itself.

--fault N:KIND[:ARGUMENT] applies to request number N (from 1), or `*` to all:
  status:CODE    that status with a short text     html       200 and a page
  redirect:URL   302 to URL + the same path        reset      RST at once
  cut:BYTES      close after so many bytes         flip:BYTE  change that byte
  progress       side band 2 without end           loris      a byte a second
  err:TEXT       an ERR packet                     fatal:TEXT side band 3
  malformed      a packet length that cannot be
"""

import argparse
import base64
import collections
import gzip
import json
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RESULT = "application/x-git-upload-pack-result"


def parse_fault(text):
    return text.split(":", 2) + [""]


def fault_of(faults, number):
    for which, kind, *rest in faults:
        if which in ("*", str(number)):
            return kind, rest[0]
    return None, ""


def packet(payload):
    return b"%04x" % (len(payload) + 4) + payload


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer(b"")

    def do_POST(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                body += self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    break
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(body)

    def answer(self, body):
        server = self.server
        self.no_filter = server.options.no_filter
        self.no_any_sha = server.options.no_any_sha
        faults = server.faults
        beginning = re.match(r"(/![^/]*)*", self.path).group(0)
        self.path = self.path[len(beginning) :]
        for word in beginning.split("/!")[1:]:
            word = urllib.parse.unquote(word)
            if word == "no-filter":
                self.no_filter = True
            elif word == "no-any-sha":
                self.no_any_sha = True
            else:
                faults = faults + [parse_fault(word)]
        with server.lock:
            server.counts[beginning] += 1
            number = server.counts[beginning]
        plain = body
        if self.headers.get("Content-Encoding") == "gzip":
            plain = gzip.decompress(body)
        command = re.search(rb"command=([a-z-]+)", plain[:200])
        self.entry = {
            "number": number,
            "method": self.command,
            "path": self.path,
            "command": command.group(1).decode() if command else "",
            "wants": plain.count(b"want "),
            "filter": (re.findall(rb"filter ([a-z:0-9]+)", plain) or [b""])[
                0
            ].decode(),
            "deepen": (re.findall(rb"deepen(?:-since)? (\d+)", plain) or [b"0"])[
                0
            ].decode(),
            "in": len(body),
            "out": 0,
            "authorization": "Authorization" in self.headers,
            "status": 0,
        }
        self.recorded = False
        if server.options.delay:
            time.sleep(server.options.delay / 1000)
        try:
            kind, argument = fault_of(faults, number)
            if kind:
                self.spoil(kind, argument, body)
            elif not self.authorized():
                self.reply(401, b"Unauthorized\n", "text/plain")
            else:
                self.reply(*self.backend(body))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            self.record()

    def record(self):
        if not self.recorded:
            self.server.record(self.entry)
        self.recorded = True

    def authorized(self):
        token = self.server.options.token
        if not token:
            return True
        expected = base64.b64encode(b"x-access-token:" + token.encode()).decode()
        kind, _, given = self.headers.get("Authorization", "").partition(" ")
        return kind.lower() == "basic" and given == expected

    def reply(self, status, body, content_type):
        self.entry["status"] = status
        self.entry["out"] = len(body)
        self.record()  # before the client can go on
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="GitHub"')
        self.end_headers()
        self.wfile.write(body)

    def backend(self, body):
        """The answer of git http-backend: status, body, content type."""
        options = self.server.options
        path, _, query = self.path.partition("?")
        settings = {
            "http.uploadpack": "true",
            "http.receivepack": "false",
            "uploadpack.allowFilter": str(not self.no_filter).lower(),
            "uploadpack.allowAnySHA1InWant": str(not self.no_any_sha).lower(),
            "safe.directory": "*",
        }
        env = {
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROJECT_ROOT": options.root,
            "GIT_HTTP_MAX_REQUEST_BUFFER": "100M",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_ADDR": "127.0.0.1",
            "GIT_CONFIG_COUNT": str(len(settings)),
        }
        for number, (key, value) in enumerate(settings.items()):
            env[f"GIT_CONFIG_KEY_{number}"] = key
            env[f"GIT_CONFIG_VALUE_{number}"] = value
        if not options.no_v2:
            env["GIT_PROTOCOL"] = self.headers.get("Git-Protocol", "")
        done = subprocess.run(
            ["git", "http-backend"],
            input=body,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=False,
        )
        head, _, payload = done.stdout.partition(b"\r\n\r\n")
        status, content_type = 200, "text/plain"
        for line in head.decode("latin-1").split("\r\n"):
            name, _, value = line.partition(": ")
            if name.lower() == "status":
                status = int(value.split()[0])
            if name.lower() == "content-type":
                content_type = value
        return status, payload, content_type

    def spoil(self, kind, argument, body):
        if kind == "status":
            return self.reply(int(argument), b"spoilt on purpose\n", "text/plain")
        if kind == "html":
            page = b"<!DOCTYPE html><title>Sign in</title>" + b"x" * 5000
            return self.reply(200, page, "text/html; charset=utf-8")
        if kind == "redirect":
            self.entry["status"] = 302
            self.record()
            self.send_response(302)
            self.send_header("Location", argument + self.path)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if kind == "reset":
            return self.reset()
        if kind == "err":
            return self.reply(200, packet(b"ERR " + argument.encode()), RESULT)
        if kind == "fatal":
            text = packet(b"packfile\n") + packet(b"\x03" + argument.encode())
            return self.reply(200, text + b"0000", RESULT)
        if kind == "malformed":
            return self.reply(200, packet(b"packfile\n") + b"00zz1234", RESULT)
        if kind == "progress":
            return self.endless(packet(b"\x02" + b"Counting objects\r" * 100), 0)
        if kind == "loris":
            return self.endless(b"0", 1)
        status, payload, content_type = self.backend(body)
        if kind == "flip":
            at = int(argument) % max(len(payload), 1)
            payload = payload[:at] + bytes([payload[at] ^ 0x55]) + payload[at + 1 :]
            return self.reply(status, payload, content_type)
        if kind == "cut":
            self.entry["status"] = status
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload[: int(argument)])
            self.close_connection = True
            return None
        raise ValueError(f"no fault is called {kind}")

    def endless(self, piece, pause):
        self.entry["status"] = 200
        self.send_response(200)
        self.send_header("Content-Type", RESULT)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(packet(b"packfile\n"))
        while True:
            self.wfile.write(piece)
            self.wfile.flush()
            self.entry["out"] += len(piece)
            time.sleep(pause)

    def reset(self):
        # Linger of zero seconds makes close() send RST instead of FIN.
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.close_connection = True
        self.connection.close()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, options):
        super().__init__((options.listen, options.port), Handler)
        self.options = options
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.faults = [parse_fault(fault) for fault in options.fault]

    def record(self, entry):
        if not self.options.log:
            return
        with self.lock, open(self.options.log, "a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--root", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--listen", default="127.0.0.1", help="address")
    parser.add_argument("--token", default="")
    parser.add_argument("--no-filter", action="store_true")
    parser.add_argument("--no-any-sha", action="store_true")
    parser.add_argument("--no-v2", action="store_true")
    parser.add_argument("--delay", type=int, default=0, help="ms per request")
    parser.add_argument("--fault", action="append", default=[])
    parser.add_argument("--log", default="")
    options = parser.parse_args()
    options.root = os.path.abspath(options.root)
    server = Server(options)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://{options.listen}:{server.server_address[1]}", flush=True)
    # Ends with whoever started it: no test leaves a server behind.
    sys.stdin.read()


if __name__ == "__main__":
    main()
