"""The reference for people at `/docs`: the OpenAPI description as one page that loads nothing from elsewhere."""

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

Schema = Mapping[str, Any]

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { padding: .75rem; overflow-x: auto; border: 1px solid; border-radius: 6px; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #8886; }
h2 { margin-top: 2.5rem; } h3 { margin-top: 2rem; }
"""
_LIMITS: Final = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minimum": "{} or more",
    "maximum": "{} or less",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "pattern": "as {}",
}


def reference_page(description: Schema) -> str:
    """An OpenAPI description as HTML."""
    return "".join(_page(description))


def _page(description: Schema) -> Iterator[str]:
    info = description["info"]
    title = f"{info['title']} {info['version']}"
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{escape(title)}: reference</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    yield f"<h1>{escape(title)}</h1>\n<p>{_text(info['description'])}</p>\n"
    yield '<p>For programs: <a href="/openapi.json">/openapi.json</a>.</p>\n'
    operations = [
        (method, path, operation) for path, item in description["paths"].items() for method, operation in item.items()
    ]
    for tag in description.get("tags", ()):
        of_tag = [entry for entry in operations if tag["name"] in entry[2].get("tags", ())]
        if of_tag:
            yield f"<h2>{escape(tag['name'].capitalize())}</h2>\n<p>{_text(tag['description'])}</p>\n"
        for method, path, operation in of_tag:
            yield from _operation(method, path, operation, description["components"]["schemas"])
    yield "<h2>What is sent and answered</h2>\n"
    for name, schema in sorted(description["components"]["schemas"].items()):
        yield from _schema(name, schema)
    yield "</body>\n</html>\n"


def _operation(method: str, path: str, operation: Schema, schemas: Schema) -> Iterator[str]:
    yield f'<h3 id="{escape(operation["operationId"])}"><code>{method.upper()} {escape(path)}</code></h3>\n'
    yield f"<p><strong>{escape(operation['summary'])}.</strong> {_text(operation.get('description', ''))}"
    yield " Needs the token.</p>\n" if operation.get("security") else "</p>\n"
    if parameters := operation.get("parameters"):
        rows = [
            (f"{p['name']} ({p['in']})", p["schema"], p.get("required", False), p.get("description", ""))
            for p in parameters
        ]
        yield _fields("parameter", rows)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        yield f"<p>Body: {_type(content['schema'])}</p>\n"
        yield from _examples(schemas.get(name, {}))
    yield "<table><tr><th>status</th><th>content</th><th>meaning</th></tr>\n"
    for status, response in operation["responses"].items():
        kinds = [_type(content["schema"]) for content in response.get("content", {}).values() if "schema" in content]
        yield f"<tr><td>{escape(status)}</td><td>{', '.join(kinds) or 'none'}</td>"
        yield f"<td>{_text(response['description'])}</td></tr>\n"
    yield "</table>\n"


def _schema(name: str, schema: Schema) -> Iterator[str]:
    yield f'<h3 id="{_anchor(name)}">{escape(name)}</h3>\n<p>{_text(schema.get("description", ""))}</p>\n'
    if properties := schema.get("properties"):
        required = schema.get("required", ())
        rows = [(key, field, key in required, field.get("description", "")) for key, field in properties.items()]
        yield _fields("field", rows)
    yield from _examples(schema)


def _examples(schema: Schema) -> Iterator[str]:
    for example in schema.get("examples", ()):
        yield f"<pre>{escape(json.dumps(example, indent=2, ensure_ascii=False))}</pre>\n"


def _fields(what: str, rows: Sequence[tuple[str, Schema, bool, str]]) -> str:
    lines = [f"<table><tr><th>{what}</th><th>type</th><th>meaning</th></tr>"]
    for name, schema, required, words in rows:
        examples = ", ".join(f"<code>{_json(example)}</code>" for example in schema.get("examples", ()))
        must = "" if required else " (optional)"
        lines.append(
            f"<tr><td><code>{escape(name)}</code>{must}</td><td>{_type(schema)}</td>"
            f"<td>{_text(words)}{f' Such as {examples}.' if examples else ''}</td></tr>"
        )
    return "\n".join([*lines, "</table>\n"])


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#{_anchor(name)}">{escape(name)}</a>'
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            return " or ".join(_type(part) for part in schema[union])
    if "enum" in schema or "const" in schema:
        return " or ".join(f"<code>{_json(value)}</code>" for value in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type", "anything")
    if kind == "array":
        shown = f"list of {_type(schema.get('items', {}))}"
    elif kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        shown = f"object of {_type(schema['additionalProperties'])}"
    else:
        shown = escape(str(schema.get("format", kind)))
    limits = [words.format(escape(str(schema[key]))) for key, words in _LIMITS.items() if key in schema]
    return ", ".join([shown, *limits]).replace("at least 1 characters", "not empty")


def _anchor(name: str) -> str:
    return f"schema-{escape(name)}"


def _json(value: object) -> str:
    return escape(json.dumps(value, ensure_ascii=False))


def _text(words: str) -> str:
    """Words as HTML: what stands between backticks is code."""
    parts = escape(words).split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))
