"""What a command is before it runs: ordinary, an install, or an attack on a database nobody granted.

The sandbox is the fence: it has no route to a foreign database. Reading the command comes second. It picks
the profile, and it says politely what the sandbox would only answer with "connection refused".
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

_PORTS = {
    "cockroachdb": 26257, "mariadb": 3306, "mongodb": 27017, "mongodb+srv": 27017, "mssql": 1433,
    "mysql": 3306, "oracle": 1521, "postgres": 5432, "postgresql": 5432, "redis": 6379, "rediss": 6379,
}  # fmt: skip
"""URL schemes of database servers, without drivers, and their usual ports."""
_SAME = {"postgres": "postgresql", "mariadb": "mysql", "rediss": "redis"}
_URL = re.compile(
    r"(?<![\w+.-])(?:" + "|".join(re.escape(scheme) for scheme in _PORTS) + r")(?:\+\w+)?://[^\s'\"`<>\\|;(){}]+",
    re.IGNORECASE,
)
_LOOPBACK = re.compile(r"^(localhost|127\.[\d.]+|::1|0\.0\.0\.0|)$", re.IGNORECASE)

_HEREDOC = re.compile(
    r"<<-?[ \t]*(['\"]?)(?P<end>[A-Za-z_]\w*)\1(?P<rest>[^\n]*)\n.*?^[ \t]*(?P=end)[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_SEPARATORS = frozenset({";", "&", "&&", "|", "||", "(", ")", ";;", "|&", "\n"})
_KEYWORDS = frozenset({"then", "do", "else", "elif", "if", "while", "until", "!", "{", "}", "time"})
_WRAPPERS = frozenset({"sudo", "env", "nice", "nohup", "exec", "command", "timeout", "stdbuf", "xargs", "ionice"})
_SHELLS = frozenset({"bash", "sh", "zsh", "dash"})
_ASSIGNMENT = re.compile(r"^[A-Za-z_]\w*=")
_DURATION = re.compile(r"^[\d.]+[smhd]?$")
_VALUED = frozenset({
    "--prefix", "-C", "--dir", "--cwd", "--filter", "-F", "--workspace", "--directory", "--project", "-p",
    "--python", "--cache-dir", "--proxy", "--log", "-w",
})  # fmt: skip
_ADD = frozenset({"install", "add", "update", "upgrade", "sync", "lock"})
_NODE_ADD = _ADD | {"i", "ci", "up", "fetch", "dlx", "clean-install", "import"}
_INSTALLERS: dict[str, frozenset[str]] = {
    "pip": frozenset({"install", "download", "wheel"}),
    "uv": frozenset({"add", "sync", "lock", "remove", "tool", "python", "build"}),
    "uvx": frozenset({"*"}),
    "poetry": _ADD | {"remove", "self"},
    "pdm": _ADD | {"remove"},
    "pipenv": _ADD,
    "pipx": _ADD | {"run"},
    "conda": _ADD | {"create"},
    "npm": _NODE_ADD,
    "pnpm": _NODE_ADD,
    "yarn": _NODE_ADD | {""},
    "bun": _NODE_ADD,
    "corepack": frozenset({"*"}),
}
"""Package managers and their words that fetch packages; "*" is any word, "" is none."""

_DESTRUCTIVE = re.compile(
    r"""\bdrop\s+(database|schema|table|role|user|owned|view|index|collection)\b
      | \btruncate\b | \bdelete\s+from\b | \balter\s+(table|database|role|schema)\b | \bupdate\s+\S+\s+set\b
      | \binsert\s+into\b | \bdropdb\b | \bdropuser\b | \bpg_restore\b | \bflush(all|db)\b
      | \bdrop(Database|Collection)?\(\) | \bdelete(Many|One)\( | --force-reset\b | --accept-data-loss\b
      | \b(db|schema|migrate):(drop|reset|rollback|fresh|wipe)\b | \bmigrate\s+reset\b | \bdowngrade\b
      | \bmysqladmin\b.*\bdrop\b""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_CLIENTS = {
    "psql": "postgresql", "dropdb": "postgresql", "dropuser": "postgresql", "pg_restore": "postgresql",
    "mysql": "mysql", "mariadb": "mysql", "mysqladmin": "mysql", "redis-cli": "redis",
    "mongosh": "mongodb", "mongo": "mongodb", "sqlcmd": "mssql",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How to treat a command."""

    kind: Literal["run", "install", "refuse"]
    reason: str = ""
    """For "install" the words that make it one, for "refuse" a sentence for the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAddress:
    """A database server, and a database on it, as named somewhere."""

    scheme: str
    """Kind of server, without driver: ``postgresql`` for ``postgres+x`` too."""
    host: str
    port: int
    name: str = ""
    role: str = ""
    password: str = ""
    url: str = ""
    """As written; empty when it was not written as a URL."""

    @property
    def is_loopback(self) -> bool:
        """Whether the host is the machine, or the sandbox, itself."""
        return bool(_LOOPBACK.match(self.host))

    @property
    def shown(self) -> str:
        """For people: without the password."""
        place = f"{self.host or 'localhost'}:{self.port}"
        return f"{self.scheme}://{place}/{self.name}" if self.name else f"{self.scheme}://{place}"


class Grants:
    """The databases that the operator granted; those that archwright started are added by their addresses."""

    def __init__(self, urls: Iterable[str] = ()) -> None:
        """Take URLs of databases; a URL without a database name grants the whole server.

        Raises:
            ValueError: one of them is not the address of a database server.
        """
        self.addresses: tuple[DatabaseAddress, ...] = tuple(_parse(url) for url in urls)

    def allows(self, address: DatabaseAddress) -> bool:
        """Whether a database may be used."""
        return any(_covers(granted, address) for granted in self.addresses)


def database_addresses(text: str) -> list[DatabaseAddress]:
    """The database servers that a text names by URL, in order, each once; unreadable ones are passed over."""
    found: dict[str, DatabaseAddress] = {}
    for match in _URL.finditer(text):
        url = match.group().rstrip(".,:!?]*")
        try:
            found.setdefault(url, _parse(url))
        except ValueError:
            continue
    return list(found.values())


def classify(command: str, grants: Grants | None = None, *, contained: bool = False) -> Verdict:
    """Say how a shell command is to be treated.

    Args:
        command: text for the shell.
        grants: databases that may be used; None is none.
        contained: the command will run in a sandbox, where "this machine" holds nothing but our own servers.
    """
    simple = list(_simple_commands(_HEREDOC.sub(r" \g<rest>", command)))
    executed = _HEREDOC.sub(_unless_written, command)
    foreign = _foreign_target(executed, simple, grants or Grants(), contained)
    if foreign is not None and _DESTRUCTIVE.search(executed):
        return Verdict(
            kind="refuse",
            reason=f"{foreign.shown} was not granted to this run, so it must not be changed. Use the scratch "
            "database of the environment; the operator can grant another with --grant-database.",
        )
    for words in simple:
        if _installs(words):
            return Verdict(kind="install", reason=" ".join(words)[:200])
    return Verdict(kind="run")


def _unless_written(heredoc: re.Match[str]) -> str:
    """A here-document as it is, unless it only goes into a file: a text about databases harms none."""
    before = heredoc.string[: heredoc.start()].rpartition("\n")[2]
    words = re.split(r"[;&|]", before)[-1].split()
    written = words[:1] in (["cat"], ["tee"]) and "|" not in heredoc["rest"]
    return f" {heredoc['rest']}" if written else heredoc.group()


def _parse(url: str) -> DatabaseAddress:
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    known = scheme if scheme in _PORTS else scheme.partition("+")[0]
    if known not in _PORTS or parts.hostname is None:
        raise ValueError(f"Not the address of a database server: {url}")
    return DatabaseAddress(
        scheme=_SAME.get(known, known.partition("+")[0]),
        host=parts.hostname,
        port=parts.port or _PORTS[known],
        name=unquote(parts.path.strip("/")),
        role=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        url=url,
    )


def _covers(granted: DatabaseAddress, wanted: DatabaseAddress) -> bool:
    same_host = granted.host == wanted.host or (granted.is_loopback and wanted.is_loopback)
    same_server = same_host and granted.port == wanted.port and granted.scheme == wanted.scheme
    return same_server and granted.name in ("", wanted.name)


def _foreign_target(
    command: str, simple: Sequence[Sequence[str]], grants: Grants, contained: bool
) -> DatabaseAddress | None:
    """The first database that a command addresses and may not use."""
    addressed = [
        *database_addresses(command),
        *(target for words in simple for target in _client_target(words)),
    ]
    for target in addressed:
        if not grants.allows(target) and not (contained and target.is_loopback):
            return target
    return None


def _client_target(words: Sequence[str]) -> Iterator[DatabaseAddress]:
    """The server that the command line of a database client means when it is not written as a URL."""
    settings = dict(word.split("=", 1) for word in words if re.match(r"^PG\w+=", word))
    words = _program_and_arguments(words)
    if not words or words[0] not in _CLIENTS or any("://" in word for word in words):
        return
    scheme = _CLIENTS[words[0]]
    yield DatabaseAddress(
        scheme=scheme,
        host=_option(words, "-h", "--host") or settings.get("PGHOST", ""),
        port=int(_option(words, "-p", "-P", "--port") or settings.get("PGPORT") or _PORTS[scheme]),
        name=_option(words, "-d", "--dbname", "-D") or settings.get("PGDATABASE", ""),
    )


def _option(words: Sequence[str], *names: str) -> str:
    for position, word in enumerate(words[1:], start=1):
        for name in names:
            if word == name and position + 1 < len(words):
                return words[position + 1] if name not in ("-p", "-P") or words[position + 1].isdigit() else ""
            if name.startswith("--") and word.startswith(name + "="):
                return word.partition("=")[2]
            short = word.removeprefix(name)
            if not name.startswith("--") and word.startswith(name) and (name != "-p" or short.isdigit()):
                return short
    return ""


def _simple_commands(text: str) -> Iterator[list[str]]:
    """The commands of a shell text, one list of words each, those inside ``bash -c`` included."""
    words: list[str] = []
    for token in [*_tokens(text), ";"]:
        if token not in _SEPARATORS:
            words.append(token)
            continue
        if words:
            yield words
            yield from _inner(_program_and_arguments(words))
        words = []


def _tokens(text: str) -> list[str]:
    lexer = shlex.shlex(text.replace("\\\n", " ").replace("\n", " ; ").replace("$(", " ( "),
                        posix=True, punctuation_chars=";&|()")  # fmt: skip
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:  # an unbalanced quote: the shell will complain, too
        return re.split(r"\s+|(?<=[;&|()])|(?=[;&|()])", text)


def _inner(words: Sequence[str]) -> Iterator[list[str]]:
    if len(words) > 2 and words[0] in _SHELLS and re.match(r"^-\w*c$", words[1]):
        yield from _simple_commands(words[2])


def _program_and_arguments(words: Sequence[str]) -> list[str]:
    """A command without assignments, keywords and wrappers before it; the program without its folder."""
    rest = list(words)
    wrapped = False
    while rest:
        name = PurePosixPath(rest[0]).name
        if name in _WRAPPERS:
            wrapped = True
        elif not (
            _ASSIGNMENT.match(rest[0])
            or rest[0] in _KEYWORDS
            or (wrapped and (rest[0].startswith("-") or _DURATION.match(rest[0])))
        ):
            return [name, *rest[1:]]
        rest.pop(0)
    return []


def _installs(words: Sequence[str]) -> bool:
    words = _program_and_arguments(words)
    # a variable may well hold the interpreter: `$PY -m pip install ...`
    if len(words) > 2 and re.match(r"^((python|pypy)[\d.]*|\$.*)$", words[0]) and "-m" in words[:-1]:
        words = words[words.index("-m") + 1 :]
    if not words:
        return False
    manager = re.sub(r"^pip[\d.]+$", "pip", words[0])
    asked = _asked(words[1:])
    if manager == "uv" and asked[:1] == ["pip"]:
        manager, asked = "pip", [*asked[1:], ""]
        if asked[0] == "sync":
            return True
    if manager == "yarn" and asked[:1] == ["workspace"]:
        asked = asked[2:]
    wanted = _INSTALLERS.get(manager, frozenset())
    return "*" in wanted or (asked[0] if asked else "") in wanted


def _asked(arguments: Sequence[str]) -> list[str]:
    """Arguments without options and the values of those options that take one."""
    asked, skip = [], False
    for word in arguments:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in _VALUED
        else:
            asked.append(word)
    return asked
