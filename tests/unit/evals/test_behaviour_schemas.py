"""The behaviour frame reads contracts without a YAML package, and judges answers by their schemas."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import yaml as package

from evals.behaviour import yaml
from evals.behaviour.asking import Record, Reply
from evals.behaviour.schemas import Schemas
from evals.behaviour.wire import Answer, Request
from evals.behaviour.yaml import BadYaml
from tests.support.sources import ROOT

TEXT = """
paths:
  /notes:
    get:
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Page"}}}}
        4XX: {$ref: "#/components/responses/Refused"}
  /notes/{id}:
    get:
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}}
    delete:
      responses: {"204": {description: Gone}}
  /notes/rows:
    get:
      responses:
        "200":
          content:
            application/json:
              schema: {type: array, items: {oneOf: [{$ref: "#/components/schemas/Day"}, {type: integer}]}}
components:
  responses:
    Refused:
      content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}
  schemas:
    Error:
      type: object
      required: [code]
      properties: {code: {enum: [gone, odd]}, fields: {type: array, minItems: 1, items: {type: string, minLength: 1}}}
    Note:
      type: object
      required: [id, text, day]
      properties:
        id: {type: integer}
        text: {type: [string, "null"], pattern: "^[a-z ]*$"}
        day: {type: string, format: date}
    Base: {type: object, required: [total], properties: {total: {type: integer}, items: {type: array}}}
    Page:
      allOf: [{$ref: "#/components/schemas/Base"}]
      required: [items]
      properties: {items: {items: {$ref: "#/components/schemas/Note"}}}
    Day:
      allOf: [{$ref: "#/components/schemas/Base"}]
      required: [changes]
      properties: {kind: {const: day}, changes: {type: object, additionalProperties: {type: boolean}}}
"""
NOTE = {"id": 1, "text": "a b", "day": "2031-03-01"}


def reply(body: Any, asked: str = "GET /notes/5", status: int = 200) -> Reply:
    method, target = asked.split()
    content = b"" if body is None else json.dumps(body).encode()
    request = Request(method=method, target=target, headers={}, body=None)
    answer = Answer(status=status, headers={"content-type": "application/json"}, body=content)
    return Reply(request, answer, Record(request_seconds=1, end=time.monotonic() + 1))


@pytest.mark.parametrize("name", ["clinic", "library"])
def test_contracts_are_read_as_the_package_reads_them(name: str) -> None:
    text = (ROOT / "evals" / "contracts" / name / "openapi.yaml").read_text()

    assert yaml.load(text) == package.safe_load(text)


@pytest.mark.parametrize(
    "text",
    [
        'a: {b: [c, "d: e", {f: 1}], "g": null}\nh: |\n  one\n\n    two\n  three\ni: true\n',
        "a:\n  - b: 1\n    c: -2\n  - d\n  - {e: [f,\n         g]}\nh: {}\ni: []\n",
        'a: "x\\n\\"y\\""\nb: 4XX\nc: a sentence, with [brackets] and a colon:here\nd:\ne: "^[a-z]{1,3}$"\n',
        "",
    ],
)
def test_yaml_is_read_as_the_package_reads_it(text: str) -> None:
    assert yaml.load(text) == package.safe_load(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n b: 2\n",
        "a: 1\na: 2\n",
        "a: {b: 1\n",
        "a: {b}\n",
        "a: [b] c\n",
        "just words\n",
        "a: {b: *c}\nd: &e 1\n? x\n",
    ],
)
def test_other_yaml_is_refused(text: str) -> None:
    with pytest.raises(BadYaml):
        yaml.load(text)


@pytest.mark.parametrize(
    ("body", "asked", "status"),
    [
        (NOTE, "GET /notes/5", 200),
        ({**NOTE, "text": None}, "GET /prefix/notes/5", 200),
        ({"items": [NOTE, NOTE], "total": 2}, "GET /notes?limit=2", 200),
        ({"items": [], "total": 0}, "GET /notes", 200),
        ([{"total": 1, "items": [5], "kind": "day", "changes": {"x": True}}, 5], "GET /notes/rows", 200),
        ({"code": "gone"}, "GET /notes", 404),
        ({"code": "odd", "fields": ["a"]}, "GET /notes", 422),
        (None, "DELETE /notes/5", 204),
    ],
)
def test_an_answer_of_the_right_shape_is_no_trouble(body: Any, asked: str, status: int) -> None:
    assert Schemas(TEXT).trouble(reply(body, asked, status)) == ""


@pytest.mark.parametrize(
    ("body", "asked", "status", "trouble"),
    [
        ({**NOTE, "id": 1.0}, "GET /notes/5", 200, "`id` of the body is 1.0, not integer"),
        ({**NOTE, "id": True}, "GET /notes/5", 200, "`id` of the body is true, not integer"),
        ({**NOTE, "id": "1"}, "GET /notes/5", 200, '`id` of the body is "1", not integer'),
        ({**NOTE, "more": 1}, "GET /notes/5", 200, "the body has more as well"),
        ({"id": 1, "text": ""}, "GET /notes/5", 200, "the body has no day"),
        ({**NOTE, "text": "a\n"}, "GET /notes/5", 200, "which is not of the form"),
        ({**NOTE, "day": "2031-02-30"}, "GET /notes/5", 200, "no date"),
        ({**NOTE, "day": None}, "GET /notes/5", 200, "not string"),
        ([NOTE], "GET /notes/5", 200, "not object"),
        ({"items": [NOTE, {}], "total": 2}, "GET /notes", 200, "item 1 of `items` of the body has no day, id, text"),
        ({"items": {}, "total": 2}, "GET /notes", 200, "`items` of the body is {}, not array"),
        ({"items": []}, "GET /notes", 200, "the body has no total"),
        ([5], "GET /notes", 200, "not object"),
        ([{"total": 1, "changes": {"x": 1}}], "GET /notes/rows", 200, "fits 0 of 2"),
        ([{"total": 1, "changes": {}, "kind": "week"}], "GET /notes/rows", 200, "fits 0 of 2"),
        ({"code": "lost"}, "GET /notes", 404, "none of"),
        ({"code": "odd", "fields": []}, "GET /notes", 422, "`fields` of the body has 0 items"),
        ({"code": "odd", "fields": [""]}, "GET /notes", 422, 'item 0 of `fields` of the body is ""'),
        ({}, "DELETE /notes/5", 204, "204 has a body"),
    ],
)
def test_an_answer_of_another_shape_is_told(body: Any, asked: str, status: int, trouble: str) -> None:
    assert trouble in Schemas(TEXT).trouble(reply(body, asked, status))


def test_what_the_document_does_not_say_cannot_be_judged() -> None:
    with pytest.raises(LookupError):
        Schemas(TEXT).trouble(reply(NOTE, "GET /notes/5", 500))
    odd = TEXT.replace("total: {type: integer}", "total: {type: integer, multipleOf: 2}")
    with pytest.raises(LookupError, match="cannot judge by multipleOf"):
        Schemas(odd).trouble(reply({"total": 1, "items": []}, "GET /notes"))
