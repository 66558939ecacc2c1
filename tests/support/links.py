"""Links to the app that are longer, slower or narrower than this machine's own, and files over HTTP."""

import asyncio
import contextlib
import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

CHUNK_BYTES = 1500  # sent at once over a slow link, like a packet
WAITING_BYTES = 8192  # a slow link takes in this much before the sender has to wait; the kernel doubles it
UNLIMITED_CHUNK_BYTES = 65536
IN_FLIGHT_CHUNKS = 64  # on a link without a limit: more than the delay of any test holds


class Direction:
    """One direction of a link, which all its connections share."""

    def __init__(self, bytes_per_s: float | None, delay_s: float) -> None:
        """bytes_per_s: None for no limit."""
        self._bytes_per_s, self._delay_s = bytes_per_s, delay_s
        self._free = asyncio.Lock()  # first come, first served
        self._free_at_s = 0.0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry bytes until the sender closes its end."""
        in_flight: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(IN_FLIGHT_CHUNKS)
        delivering = asyncio.create_task(self._deliver(in_flight, writer))
        try:
            size = CHUNK_BYTES if self._bytes_per_s else UNLIMITED_CHUNK_BYTES
            while not delivering.done():
                chunk = await reader.read(size)
                await self._pass(len(chunk))
                await in_flight.put((asyncio.get_running_loop().time() + self._delay_s, chunk))
                if not chunk:
                    break
            await delivering
        except ConnectionError:
            pass
        finally:
            delivering.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await delivering

    async def _pass(self, size: int) -> None:
        """Wait as long as the link takes for this many bytes, after those before them."""
        if not self._bytes_per_s:
            return
        loop = asyncio.get_running_loop()
        async with self._free:
            self._free_at_s = max(self._free_at_s, loop.time()) + size / self._bytes_per_s
            await asyncio.sleep(self._free_at_s - loop.time())

    @staticmethod
    async def _deliver(in_flight: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due_s, chunk = await in_flight.get()
            await asyncio.sleep(due_s - loop.time())
            if not chunk:
                with contextlib.suppress(OSError):  # the other side has gone
                    writer.write_eof()
                return
            writer.write(chunk)
            await writer.drain()


async def _serve(
    listening: socket.socket, port: int, up_bytes_per_s: float | None, delay_s: float, stop: asyncio.Event
) -> None:
    up, down = Direction(up_bytes_per_s, delay_s), Direction(None, delay_s)
    open_now: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        try:
            app_reader, app_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:  # nobody listens there
            writer.close()
            return
        try:
            await asyncio.gather(up.carry(reader, app_writer), down.carry(app_reader, writer))
        except asyncio.CancelledError:
            pass
        finally:
            open_now.discard(task)
            writer.close()
            app_writer.close()

    limit = WAITING_BYTES // 2 if up_bytes_per_s else UNLIMITED_CHUNK_BYTES  # asyncio itself holds twice as much
    async with await asyncio.start_server(connected, sock=listening, limit=limit):
        await stop.wait()
        for task in open_now:
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)


@contextmanager
def forwarded(address: str, up_bytes_per_s: float | None = None, delay_s: float = 0.0) -> Iterator[str]:
    """Forward a port of this machine to an app on it, as `ssh -L` does. Gives the new address.

    up_bytes_per_s: the rate from the browser to the app, shared by all connections; None for no limit. The link takes
    in some 16 kB at most; the sender has to wait for the rest. delay_s: in each direction.
    """
    parts = urlsplit(address)
    assert parts.port is not None
    listening = socket.create_server(("127.0.0.1", 0))
    if up_bytes_per_s:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WAITING_BYTES)  # its connections inherit it
    stop, loop = asyncio.Event(), asyncio.new_event_loop()
    serving = threading.Thread(
        target=loop.run_until_complete, args=(_serve(listening, parts.port, up_bytes_per_s, delay_s, stop),)
    )
    serving.start()
    try:
        yield parts._replace(netloc=f"127.0.0.1:{listening.getsockname()[1]}").geturl()
    finally:
        loop.call_soon_threadsafe(stop.set)
        serving.join()
        loop.close()


@contextmanager
def served(file: Path) -> Iterator[str]:
    """Serve a file's folder over HTTP. Gives the file's address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=file.parent))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{file.name}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
