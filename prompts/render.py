"""Prompts are words in templates; this renders them and fails on anything undefined."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # The output is a prompt for a model, not HTML: nothing is to be escaped.
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )


def render(name: str, **values: object) -> str:
    """Render the template ``name``.md.j2.

    Raises:
        jinja2.UndefinedError: a value that the template uses is missing.
        jinja2.TemplateNotFound: there is no such template.
    """
    return _environment().get_template(f"{name}.md.j2").render(**values).strip() + "\n"
