"""The parts of SARIF 2.1.0 (OASIS standard) that archwright writes, as a JSON Schema that forbids all others.

Said in our own words after the standard's chapter 3; the numbers are its sections.
"""

from __future__ import annotations

from typing import Any


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


TEXT = {"type": "string", "minLength": 1}
URI = {"type": "string", "pattern": r"^(?:[A-Za-z0-9\-._~/!$&'()*+,;=:@]|%[0-9A-F]{2})*$"}  # RFC 3986
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = _object(["text"], text={"type": "string"})  # 3.11
MULTIFORMAT = _object(["text"], text=TEXT, markdown=TEXT)  # 3.12
ARTIFACT = _object(["uri"], uri=URI, uriBaseId=TEXT)  # 3.4
REGION = _object(["startLine"], startLine={"type": "integer", "minimum": 1})  # 3.30
PHYSICAL = _object(["artifactLocation"], artifactLocation=ARTIFACT, region=REGION)  # 3.29
LOCATION = _object([], physicalLocation=PHYSICAL, message=MESSAGE)  # 3.28
FLOW = _object(["threadFlows"], threadFlows={**_list(
    _object(["locations"], locations={**_list(_object([], location=LOCATION)), "minItems": 1})
), "minItems": 1})  # fmt: skip  # 3.36 to 3.38
SUPPRESSION = _object(["kind"], kind={"enum": ["inSource", "external"]}, justification=TEXT)  # 3.35
RESULT = _object(  # 3.27
    ["message"], ruleId=TEXT, ruleIndex={"type": "integer", "minimum": -1}, level=LEVEL, message=MESSAGE,
    locations=_list(LOCATION), codeFlows=_list(FLOW), suppressions=_list(SUPPRESSION),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
)  # fmt: skip
RULE = _object(  # 3.49
    ["id"], id=TEXT, name=TEXT, shortDescription=MULTIFORMAT, fullDescription=MULTIFORMAT, help=MULTIFORMAT,
    defaultConfiguration=_object([], level=LEVEL, enabled={"type": "boolean"}),
)  # fmt: skip
NOTIFICATION = _object(["message"], message=MESSAGE, level=LEVEL, locations=_list(LOCATION))  # 3.58
INVOCATION = _object(  # 3.20
    ["executionSuccessful"], executionSuccessful={"type": "boolean"}, exitCode={"type": "integer"},
    toolExecutionNotifications=_list(NOTIFICATION),
)  # fmt: skip
DRIVER = _object(["name"], name=TEXT, version=TEXT, rules={**_list(RULE), "uniqueItems": True})  # 3.19
BASE = _object([], uri={**URI, "allOf": [{"pattern": "/$"}]}, description=MESSAGE)  # 3.14.14: ends with a slash
RUN = _object(  # 3.14
    ["tool"], tool=_object(["driver"], driver=DRIVER), results=_list(RESULT), invocations=_list(INVOCATION),
    automationDetails=_object([], id=TEXT), columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    originalUriBaseIds={"type": "object", "additionalProperties": BASE},
)  # fmt: skip
LOG = {"$schema": "https://json-schema.org/draft/2020-12/schema", **_object(  # 3.13
    ["version", "runs"], version={"const": "2.1.0"}, runs=_list(RUN), **{"$schema": TEXT}
)}  # fmt: skip
