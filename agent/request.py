"""What was asked: the words, and where they came from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from agent.errors import UserError
from agent.progress import printable


@dataclass(frozen=True, kw_only=True)
class Request:
    """A feature request or a task."""

    text: str
    origin: Literal["argument", "file", "stdin"] = "argument"
    """Only an argument or a file given by the operator may grant a database, and only with --in-place."""
    spec: str | None = None
    """The text of an API specification given with --spec; part of what the model sees."""

    def __post_init__(self) -> None:
        try:
            self.text.encode()
        except UnicodeEncodeError:
            raise UserError("The request is not UTF-8 text: save it as UTF-8 and give it with -f FILE.") from None
        if not self.text.strip():
            raise UserError(
                'The request is empty. Say what to build: archwright run "Add ...", or -f FILE, or - for stdin.'
            )

    @property
    def whole(self) -> str:
        """The words and the specification, as the model sees them."""
        if not self.spec:
            return self.text.strip()
        return f"{self.text.strip()}\n\n## API specification\n```yaml\n{self.spec.strip()}\n```"

    @property
    def title(self) -> str:
        """The first line that says something, at most 72 characters."""
        for line in self.text.splitlines():
            words = printable(line.strip(" #\t-*\r"))
            if words:
                return words if len(words) <= 72 else words[:71].rstrip() + "…"
        return "task"

    @property
    def slug(self) -> str:
        """A branch-name part made of the title: ASCII, at most 40 characters."""
        plain = unicodedata.normalize("NFKD", self.title).encode("ascii", "ignore").decode()
        ascii_words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
        return ascii_words[:40].rstrip("-") or "task"
