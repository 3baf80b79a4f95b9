"""The program: starts the parts, says where it is, ends them all."""

import argparse
import contextlib
import os
import pathlib
import signal
import ssl
import sys
import tempfile
import threading
import traceback

from .admin import PREFIX, Admin, internal_error
from .api import JsonApi
from .errors import StartError
from .front import Front
from .metadata import Metadata
from .records import PRIVATE, PUBLIC
from .registry import die_with_parent
from .server import Server, api_handler, front_handler
from .standin import StandIn
from .sts import Sts
from .wire import text_response


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="local-ecr",
        description="A local Amazon ECR: its API over a real registry. Prints "
        "its endpoint when ready; give it to clients as AWS_ENDPOINT_URL_ECR.",
    )
    parser.add_argument(
        "--port", type=int, default=0, help="of the API (0: any)"
    )
    parser.add_argument(
        "--registry-port", type=int, default=0, help="for docker (0: any)"
    )
    parser.add_argument(
        "--public-registry-port", type=int, default=0, help="of ECR Public"
    )
    parser.add_argument(
        "--state",
        type=pathlib.Path,
        help="folder to keep (default: a temporary)",
    )
    parser.add_argument(
        "--listen", default="127.0.0.1", help="address to listen on"
    )
    parser.add_argument(
        "--registry-host",
        help="name under which the API calls the registry (default: where it "
        "listens; docker trusts 127.0.0.1 without TLS)",
    )
    parser.add_argument(
        "--tls",
        nargs=2,
        type=pathlib.Path,
        metavar=("CERTIFICATE", "KEY"),
        help="PEM files: serve the API (not the registry) by HTTPS",
    )
    parser.add_argument(
        "--with-parent",
        action="store_true",
        help="end when the process that started this one ends",
    )
    return parser.parse_args(arguments)


class Router:
    """Which part answers a request of the API port."""

    def __init__(self, standin):
        self._admin = Admin(standin)
        self._api = JsonApi(standin)
        self._sts = Sts(standin)
        self._metadata = Metadata(standin)

    def __call__(self, request):
        try:
            return self._route(request)
        except Exception as error:  # noqa: BLE001 - answers, and says what broke
            traceback.print_exc()
            return internal_error(error)

    def _route(self, request):
        if request.path.startswith(PREFIX):
            return self._admin.handle(request)
        if "X-Amz-Target" in request.headers:
            return self._api.handle(request)
        if request.method == "POST" and b"Action=" in request.body:
            return self._sts.handle(request)
        response = self._metadata.handle(request)
        if response is not None:
            return response
        return text_response("local-ecr: nothing here\n", 404)


def serve(options, state, runtime, ended):
    """Runs until `ended` is set; prints the endpoint once all is ready."""
    standin = StandIn(state, runtime)
    everywhere = options.listen in ("0.0.0.0", "::")
    host = "127.0.0.1" if everywhere else options.listen
    with contextlib.ExitStack() as stack:
        stack.callback(standin.close)
        for kind, port in (
            (PRIVATE, options.registry_port),
            (PUBLIC, options.public_registry_port),
        ):
            server = listen(options.listen, port, None)
            front = Front(
                standin,
                kind,
                f"{options.registry_host or host}:{server.server_port}",
            )
            server.RequestHandlerClass = front_handler(standin, front)
            standin.fronts[kind] = front
            run(server, stack)
        server = listen(
            options.listen, options.port, api_handler(standin, Router(standin))
        )
        if options.tls:
            secure(server, *options.tls)
        scheme = "https" if options.tls else "http"
        standin.endpoint = f"{scheme}://{host}:{server.server_port}"
        run(server, stack)
        print(standin.endpoint, flush=True)
        ended.wait()


def listen(address, port, handler):
    try:
        return Server((address, port), handler)
    except OSError as error:
        raise StartError(
            f"cannot listen on {address}:{port}: {error}"
        ) from error


def secure(server, certificate, key):
    """Makes a server speak TLS; hands are shaken in the connection's thread."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
    except OSError as error:
        raise StartError(
            f"cannot use {certificate} and {key}: {error}"
        ) from error
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )


def run(server, stack):
    """Serves in a thread until the stack unwinds."""
    thread = threading.Thread(
        target=server.serve_forever, args=(0.1,), daemon=True
    )
    thread.start()
    stack.callback(server.server_close)
    stack.callback(server.shutdown)


def main(arguments=None):
    parent = os.getppid()
    options = parse_arguments(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: ended.set())
    if options.with_parent:
        die_with_parent()
        if os.getppid() != parent:  # it ended before we could ask
            return 0
    try:
        with tempfile.TemporaryDirectory(prefix="local-ecr.") as runtime:
            state = options.state or pathlib.Path(runtime) / "state"
            state.mkdir(parents=True, exist_ok=True)
            serve(options, state.resolve(), pathlib.Path(runtime), ended)
    except StartError as error:
        print(f"local-ecr: {error}", file=sys.stderr)
        return 1
    return 0
