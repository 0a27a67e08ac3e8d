"""What install commands get beyond others: the web through a proxy of ours, and the package caches.

Their network is as private as any other sandbox's. The one way out is a proxy that speaks HTTP to web
servers elsewhere: a package's set-up code cannot reach a database, on this machine or another.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import threading
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from tools.sandbox import environment
from tools.sandbox.bwrap import View
from tools.sandbox.forward import join

_DOWNLOADS = "downloads"
_HEAD_LIMIT = 65_536
_CONNECT_SECONDS = 30.0
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_HOP_BY_HOP = (b"connection:", b"proxy-", b"keep-alive:")
_WEB_PORTS = frozenset({80, 443})
_CREDENTIALS = re.compile(r"(?i)(_auth|_authtoken|_password|username|password|email|token|secret)\b")
_USER_INFO = re.compile(r"(?<=://)[^/@\s]+@")
_PORT = re.compile(r"https?://(?:[^\s/@]+@)?[^\s/:@]+:(\d+)")
_LOCAL = re.compile(r"file://(/[^\s'\",]+)")
_CONFIGURATION = (".npmrc", ".config/pip/pip.conf", ".pip/pip.conf", ".config/uv/uv.toml", ".yarnrc")
_PROXY_VARIABLES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "YARN_HTTPS_PROXY")
_OWN = "localhost,127.0.0.1,::1"
"""A test that follows an install in the same command asks its own server, not the proxy."""
_MANNERS = {
    "NODE_USE_ENV_PROXY": "1", "npm_config_audit": "false", "npm_config_fund": "false",
    "PIP_ROOT_USER_ACTION": "ignore", "UV_LINK_MODE": "copy",
}  # fmt: skip
_CACHES = {
    "PIP_CACHE_DIR": "pip",
    "UV_CACHE_DIR": "uv",
    "POETRY_CACHE_DIR": "poetry",
    "PDM_CACHE_DIR": "pdm",
    "npm_config_cache": "npm",
    "YARN_CACHE_FOLDER": "yarn",
    "COREPACK_HOME": "corepack",
}


class Refused(Exception):
    """The proxy does not go there."""


class Proxy:
    """A proxy for the web, listening inside a sandbox; a context manager."""

    def __init__(self) -> None:
        self._listener: socket.socket | None = None
        self._ports = _WEB_PORTS | _configured_ports()
        self._upstream = environment.web_proxy()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def listen(self, listener: socket.socket) -> int:
        """Answer on a fresh socket that was made inside the sandbox; returns its port."""
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), name="install-proxy", daemon=True).start()
        port: int = listener.getsockname()[1]
        return port

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._serve, args=(client,), name="install", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            head, rest = _read_head(client)
            server, first, answer = self._open(head)
        except (OSError, ValueError, Refused) as error:
            with contextlib.suppress(OSError):
                client.sendall(b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n" + str(error).encode())
            client.close()
            return
        try:
            client.sendall(answer)
            server.sendall(first + rest)
        except OSError:
            server.close()
            client.close()
            return
        join(client, server)

    def _open(self, head: bytes) -> tuple[socket.socket, bytes, bytes]:
        """Connect for a request; returns the connection, what to send there, what to answer at once."""
        line, _, fields = head.partition(b"\r\n")
        method, target, version = line.decode("latin-1").split(" ")
        if method == "CONNECT":
            host, _, port = target.rpartition(":")
            return self._reach(host.strip("[]"), int(port)), b"", _ESTABLISHED
        parts = urlsplit(target)
        if parts.scheme != "http" or parts.hostname is None:
            raise Refused(f"Install commands reach the web only, not {target}")
        server = self._reach(parts.hostname, parts.port or 80)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        kept = [field for field in fields.split(b"\r\n") if not field.lower().startswith(_HOP_BY_HOP)]
        lines = [f"{method} {path} {version}".encode("latin-1"), b"Connection: close", *kept]
        return server, b"\r\n".join(lines) + b"\r\n\r\n", b""

    def _reach(self, host: str, port: int) -> socket.socket:
        if port not in self._ports:
            raise Refused(f"Install commands reach web servers only, not port {port} of {host}")
        if host == "localhost" or (_is_address(host) and not _elsewhere(host)):
            raise Refused(f"Install commands cannot reach this machine ({host}:{port})")
        if self._upstream:
            return _through(urlsplit(self._upstream), host, port)
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            if _elsewhere(str(address[0])):
                with contextlib.suppress(OSError):
                    return _connected(socket.socket(family, kind, protocol), address)
        raise Refused(f"Install commands cannot reach {host}:{port}")


def view(plain: View, cache: Path, private: Path) -> View:
    """What an install command sees: also the package caches, and the user's indexes without passwords."""
    cache.mkdir(parents=True, exist_ok=True)
    (private / _DOWNLOADS).mkdir(exist_ok=True)
    files = dict(plain.files)
    for name in _CONFIGURATION:
        source = environment.home() / name
        if source.is_file():
            cleaned = private / name.replace("/", "-")
            cleaned.write_text(_without_credentials(source.read_text("utf-8", "replace")), "utf-8")
            files[source] = cleaned
    return replace(
        plain,
        readable=(*plain.readable, *_local_indexes()),
        writable=(*plain.writable, cache, private / _DOWNLOADS),
        files=files,
    )


def variables(port: int, cache: Path, private: Path) -> dict[str, str]:
    """The environment of an install command: indexes, certificates, proxy and caches."""
    proxy = f"http://127.0.0.1:{port}"
    proxies = dict.fromkeys(_PROXY_VARIABLES, proxy)
    indexes = {name: _USER_INFO.sub("", value) for name, value in environment.installer_environment().items()}
    caches = {name: str(cache / folder) for name, folder in _CACHES.items()}
    disk = {"TMPDIR": str(private / _DOWNLOADS)}  # packages are unpacked there, which may be too much for memory
    return indexes | caches | proxies | disk | _MANNERS | dict.fromkeys(("no_proxy", "NO_PROXY"), _OWN)


def _without_credentials(text: str) -> str:
    lines = text.splitlines(keepends=True)
    kept = [line for line in lines if not _CREDENTIALS.search(line.partition("=")[0])]
    return _USER_INFO.sub("", "".join(kept))


def _configuration_texts() -> list[str]:
    """What the user's environment and files say about package indexes."""
    texts = list(environment.installer_environment().values())
    for path in [*(environment.home() / name for name in _CONFIGURATION), Path("/etc/pip.conf")]:
        with contextlib.suppress(OSError):
            texts.append(path.read_text("utf-8", "replace"))
    return texts


def _configured_ports() -> set[int]:
    return {int(port) for text in _configuration_texts() for port in _PORT.findall(text)}


def _local_indexes() -> list[Path]:
    """Package folders on this machine that are configured as indexes."""
    named = [Path(unquote(path)) for text in _configuration_texts() for path in _LOCAL.findall(text)]
    links = environment.installer_environment().get("PIP_FIND_LINKS", "").split()
    return [path for path in [*named, *map(Path, links)] if path.is_absolute() and path.is_dir()]


def _connected(server: socket.socket, address: Any) -> socket.socket:
    server.settimeout(_CONNECT_SECONDS)
    try:
        server.connect(address)
    except OSError:
        server.close()
        raise
    server.settimeout(None)
    return server


def _through(upstream: SplitResult, host: str, port: int) -> socket.socket:
    """A connection by way of the user's own web proxy, whose password stays out here."""
    server = socket.create_connection((upstream.hostname or "", upstream.port or 80), timeout=_CONNECT_SECONDS)
    account = ""
    if upstream.username:
        words = f"{unquote(upstream.username)}:{unquote(upstream.password or '')}".encode()
        account = f"Proxy-Authorization: Basic {b64encode(words).decode()}\r\n"
    server.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{account}\r\n".encode())
    head, _ = _read_head(server)
    if head.split(b" ")[1:2] != [b"200"]:
        server.close()
        raise Refused(f"The web proxy of this machine refuses {host}:{port}")
    server.settimeout(None)
    return server


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _elsewhere(address: str) -> bool:
    """Whether an address is another machine."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.is_loopback or ip.is_unspecified or ip.is_link_local or ip.is_multicast:
        return False
    with socket.socket(socket.AF_INET6 if ip.version == 6 else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))  # possible for addresses of this machine only
        except OSError:
            return True
    return False


def _read_head(client: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(_HEAD_LIMIT)
        if not piece or len(data) > _HEAD_LIMIT:
            raise Refused("Not a request")
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest
