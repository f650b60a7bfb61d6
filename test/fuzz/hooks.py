"""What schemathesis has to know of this API: calls that are known to be answered, and a key of its own for each case."""

import json
import os
import re
import uuid

import schemathesis

with open(os.environ["SLUICE_FIRE_EXAMPLES"], encoding="utf-8") as file:
    EXAMPLES = json.load(file)

KEY = "Idempotency-Key"
VALID_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Cases are made around calls that reach the handlers: an id made up by chance meets nothing but a 404."""
    for label, example in EXAMPLES.items():
        method, path = label.split(" ")
        operation = raw_schema["paths"][path][method]
        for parameter in operation.get("parameters", []):
            values = example["path"] if parameter["in"] == "path" else example["query"]
            if parameter["in"] in ("path", "query") and parameter["name"] in values:
                parameter["example"] = values[parameter["name"]]
        if example["body"] is not None:
            operation["requestBody"]["content"]["application/json"]["example"] = example["body"]


@schemathesis.hook
def before_call(context, case, kwargs):
    """A key that was sent before with another body is refused, and rightly so: each case gets a fresh one."""
    headers = case.headers or {}
    if KEY in headers and VALID_KEY.fullmatch(str(headers[KEY])):
        headers[KEY] = str(uuid.uuid4())
