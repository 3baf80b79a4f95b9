"""An endpoint that costs nothing: it repeats what the local ECR answered.

The local ECR checks signatures and looks rows up in Python, which at 10,000
images takes longer than the client that is being measured. So the first to
ask a question is passed on, and whoever asks it again gets the same bytes.
"""

import re
import socket
import threading

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
TARGET = re.compile(rb"\r\nx-amz-target: *(\S+)", re.IGNORECASE)


class Replay:
    """Listens at `endpoint`; close() ends it."""

    def __init__(self, host, port):
        self.upstream = (host, port)
        self.answers = {}  # (X-Amz-Target, body): the whole answer
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _listen(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with client:
            while request := message(client):
                client.sendall(self._answer(*request))

    def _answer(self, head, body):
        question = (TARGET.search(head)[1], body)
        if question not in self.answers:
            with socket.create_connection(self.upstream) as link:
                link.sendall(head + body)
                self.answers[question] = b"".join(message(link))
        return self.answers[question]


def message(link):
    """(head, body) of the next request or answer; () at the end."""
    data = b""
    while HEAD_END not in data:
        piece = link.recv(1 << 16)
        if not piece:
            return ()
        data += piece
    head, end, body = data.partition(HEAD_END)
    parts, left = [body], int(LENGTH.search(head)[1]) - len(body)
    while left > 0:
        parts.append(link.recv(1 << 20))
        if not parts[-1]:
            raise ConnectionError("the message ends too soon")
        left -= len(parts[-1])
    return head + end, b"".join(parts)
