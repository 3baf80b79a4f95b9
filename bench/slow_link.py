"""A TCP relay that lies `delay` seconds away: half of it each way."""

import asyncio
import threading


class SlowLink:
    def __init__(self, host, port, delay):
        self.target, self.half = (host, port), delay / 2
        self.connections = 0
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait()

    def _run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0)
        )
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()
        server.close()

    async def _serve(self, reader, writer):
        self.connections += 1
        up_reader, up_writer = await asyncio.open_connection(*self.target)
        await asyncio.sleep(2 * self.half)  # the handshake's round trip
        try:
            await asyncio.gather(
                self._relay(reader, up_writer), self._relay(up_reader, writer)
            )
        except asyncio.CancelledError:
            pass  # the link is being closed

    async def _relay(self, reader, writer):
        async def later(data):
            await asyncio.sleep(self.half)
            if data:
                writer.write(data)
            else:
                writer.close()

        try:
            while data := await reader.read(65536):
                self.loop.create_task(later(data))
        except ConnectionError:
            pass
        await later(b"")

    def close(self):
        def end():
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.call_later(0.1, self.loop.stop)

        self.loop.call_soon_threadsafe(end)
        self.thread.join()
