"""OpenAI's published contract: checks what a fine-tuning server recorded against it.

The contract is no part of this package: LANGCHAIN_IMESSAGE_OPENAPI says where it is.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from langchain_imessage.testing import RecordedRequest

jsonschema = pytest.importorskip("jsonschema")
referencing = pytest.importorskip("referencing.jsonschema")
CONTRACT = os.environ.get("LANGCHAIN_IMESSAGE_OPENAPI", "")
needs_contract = pytest.mark.skipif(
    not CONTRACT, reason="LANGCHAIN_IMESSAGE_OPENAPI does not say where the contract is"
)
_NOT_JSON = re.compile(r"GET /files/[^/]+/content")


class Contract:
    """The published contract, as JSON Schema."""

    def __init__(self, path: Path | None = None) -> None:
        self.spec = _as_json_schema(
            json.loads((path or Path(CONTRACT)).read_text(encoding="utf-8"))
        )
        resource = referencing.DRAFT202012.create_resource(self.spec)
        self._registry = referencing.Registry().with_resource("urn:openai", resource)

    def operation(self, request: RecordedRequest) -> dict[str, Any]:
        for path, operations in self.spec["paths"].items():
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path))
            if re.fullmatch(pattern, request.path):
                found: dict[str, Any] = operations[request.method.lower()]
                return found
        raise AssertionError(request.line)

    def check_all(self, requests: list[RecordedRequest]) -> None:
        """Check requests and answers a server kept, but for files sent as they are."""
        for request in requests:
            self.check_request(request)
            if not _NOT_JSON.fullmatch(request.line):
                self.check_answer(request)

    def check(self, schema: Any, value: Any) -> None:
        validator = jsonschema.Draft202012Validator(
            _absolute(schema), registry=self._registry
        )
        validator.validate(value)

    def check_request(self, request: RecordedRequest) -> None:
        operation = self.operation(request)
        body = operation.get("requestBody", {}).get("content", {})
        for media in body.values():
            self.check(media["schema"], _nested(request.values or {}))
        known = {each["name"]: each for each in operation.get("parameters", ())}
        for name in request.query:
            assert name.split("[")[0] in known, request.line

    def check_answer(self, request: RecordedRequest) -> None:
        if request.status != 200:
            reference = {"$ref": "#/components/schemas/ErrorResponse"}
            return self.check(reference, request.answer)
        content = self.operation(request)["responses"]["200"]["content"]
        if isinstance(request.answer, list):
            for piece in request.answer:
                self.check(content["text/event-stream"]["schema"], piece)
            return None
        return self.check(content["application/json"]["schema"], request.answer)


def _as_json_schema(value: Any) -> Any:
    """Write what is left of older contracts' language as JSON Schema does."""
    if isinstance(value, list):
        return [_as_json_schema(each) for each in value]
    if not isinstance(value, dict):
        return value
    schema = {key: _as_json_schema(each) for key, each in value.items()}
    if schema.get("exclusiveMinimum") is True:
        schema["exclusiveMinimum"] = schema.pop("minimum")
    if schema.get("nullable") is True and len(schema) > 1:
        return {"anyOf": [schema, {"type": "null"}]}
    return schema


def _absolute(schema: Any) -> Any:
    text = json.dumps(schema)
    return json.loads(text.replace('"$ref": "#', '"$ref": "urn:openai#'))


def _nested(values: Any) -> Any:
    """Write a form's fields as the object they stand for."""
    nested: dict[str, Any] = {}
    for name, value in values.items():
        outer, _, inner = name.partition("[")
        if inner:
            number = int(value) if str(value).isdecimal() else value
            nested.setdefault(outer, {})[inner.rstrip("]")] = number
        else:
            nested[outer] = value
    return nested
