"""Makes servers outside the sandbox answer at addresses inside it.

A listening socket belongs to the network in which it was created, whoever accepts from it: the supervisor
creates it inside, we accept and carry bytes outside. So no socket file of a server enters the sandbox.
"""

from __future__ import annotations

import contextlib
import fcntl
import socket
import struct
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tools.errors import EnvironmentFault

_CHUNK = 262_144
_SET_ADDRESS, _SET_MASK = 0x8916, 0x891C
_INTERFACE_REQUEST = struct.Struct("16sHH4s8x")
"""Linux's ``ifreq``: name, then an IPv4 socket address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """An address inside the sandbox and the server outside that answers there."""

    host: str
    """Name or IPv4 address; a name gets a line in the sandbox's own hosts file."""
    port: int
    socket: Path | tuple[str, int]
    """A Unix socket, or host and port of a server that was granted."""

    @property
    def is_loopback(self) -> bool:
        """Whether the address means "this machine"."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")


def addresses(forwards: Iterable[Forward]) -> dict[str, str]:
    """The address inside of each host: names get one of their own, so that ports do not collide."""
    hosts = sorted({forward.host for forward in forwards} - {"localhost", "::1"})
    literal = {host: host for host in hosts if _is_ipv4(host)}
    names = [host for host in hosts if host not in literal]
    return literal | {name: f"127.0.1.{number}" for number, name in enumerate(names, start=1)}


def hosts_file(forwards: Iterable[Forward], own_name: str) -> str:
    """The text of the hosts file of a sandbox called ``own_name``."""
    named = [f"{address}\t{host}\n" for host, address in addresses(forwards).items() if host != address]
    return "".join([f"127.0.0.1\tlocalhost {own_name}\n", *named])


class Forwarder:
    """One address inside, held open until ``close``."""

    def __init__(self, listener: socket.socket, address: str, forward: Forward) -> None:
        """Bind the fresh ``listener`` (made inside) to the forward's port at ``address``.

        Raises:
            EnvironmentFault: the address is taken or not to be had.
        """
        self._listener = listener
        self._server = forward.socket
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            if not address.startswith("127."):
                _take_address(listener, address)
            listener.bind((address, forward.port))
        except OSError as error:
            listener.close()
            wanted = f"{forward.host}:{forward.port}"
            raise EnvironmentFault(f"No server can answer at {wanted} here: {error}") from error
        listener.listen(128)
        threading.Thread(target=self._accept, name=f"forward-{forward.port}", daemon=True).start()

    def close(self) -> None:
        """Stop answering; open connections go on to their end."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread in accept()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                inside, _ = self._listener.accept()
                self._join(inside)

    def _join(self, inside: socket.socket) -> None:
        try:
            outside = _connect(self._server)
        except OSError:
            inside.close()  # the client sees a server that hangs up, as it would see one that is down
            return
        join(inside, outside)


def join(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until both sides have ended; returns at once and closes both at the end."""
    for end in (one, other):
        with contextlib.suppress(OSError):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    left = threading.Semaphore(1)
    for source, sink in ((one, other), (other, one)):
        threading.Thread(target=_pump, args=(source, sink, left), name="forward", daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket, left: threading.Semaphore) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_CHUNK):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
    if not left.acquire(blocking=False):  # the second to finish closes both
        source.close()
        sink.close()


def _connect(server: Path | tuple[str, int]) -> socket.socket:
    if isinstance(server, tuple):
        outside = socket.create_connection(server, timeout=10.0)
        outside.settimeout(None)
        return outside
    outside = socket.socket(socket.AF_UNIX)
    outside.connect(str(server))
    return outside


def needs_listener(forward: Forward) -> bool:
    """Without a sandbox: False for a server that answers at this very address already."""
    upstream = forward.socket
    if isinstance(upstream, tuple):
        return upstream != (forward.host, forward.port)
    return upstream.name != f".s.PGSQL.{forward.port}"  # libpq's name says which port the server has


def _take_address(anything: socket.socket, address: str) -> None:
    """Give the sandbox's loopback interface an address of another machine; its network is ours to arrange."""
    ip = socket.inet_aton(address)
    for request, value in ((_SET_ADDRESS, ip), (_SET_MASK, b"\xff\xff\xff\xff")):
        fcntl.ioctl(anything, request, _INTERFACE_REQUEST.pack(b"lo:" + ip.hex().encode(), socket.AF_INET, 0, value))


def _is_ipv4(host: str) -> bool:
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return host.count(".") == 3
