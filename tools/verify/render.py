"""Shows a check result: as text, as JSON, as annotations of GitHub, as SARIF 2.1.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tools.errors import ToolError
from tools.verify.render_github import render_github
from tools.verify.render_json import SCHEMA_VERSION as SCHEMA_VERSION
from tools.verify.render_json import render_json
from tools.verify.render_sarif import render_sarif
from tools.verify.render_text import View as View
from tools.verify.render_text import render_text
from tools.verify.result import CheckResult

FORMATS: Mapping[str, Callable[[CheckResult, View], str]] = {
    "text": render_text,
    "json": render_json,
    "github": render_github,
    "sarif": render_sarif,
}


def render(result: CheckResult, form: str = "text", view: View | None = None) -> str:
    """The result in one of `FORMATS`, as `view` wants it; raises ToolError with the choices."""
    if form not in FORMATS:
        raise ToolError(f"There is no format {form!r}. Choose from: {', '.join(FORMATS)}.")
    return FORMATS[form](result, view if view is not None else View())
