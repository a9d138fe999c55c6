"""Calls every operation of the svix SDK for Python, found by walking the client itself; see ../client.ts.

    program.py call plan.json
    program.py verify cases.json
"""

import base64
import dataclasses
import enum
import inspect
import json
import os
import re
import sys
import typing
from datetime import datetime

import pydantic
from svix.api import Svix, SvixOptions
from svix.webhooks import Webhook


def client(token: str) -> Svix:
    return Svix(token, SvixOptions(server_url=os.environ["WEBSTER_URL"], retry_schedule=[]))


def operations(api: type, path: tuple[str, ...] = ()) -> typing.Iterator[tuple[tuple[str, ...], typing.Callable]]:
    """Properties lead to further operations; public methods are operations."""
    for name, member in vars(api).items():
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            yield from operations(typing.get_type_hints(member.fget)["return"], (*path, name))
        elif inspect.isfunction(member):
            yield (*path, name), member


def in_javascript(path: tuple[str, ...]) -> str:
    """`import_` is `import`, which is a word of Python's own."""
    return ".".join(re.sub(r"_(\w)", lambda match: match[1].upper(), name.rstrip("_")) for name in path)


def in_python(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: "_" + match[0].lower(), name)


def call(path: tuple[str, ...], method: typing.Callable, planned: dict) -> None:
    api = client(planned.get("token") or os.environ["WEBSTER_TOKEN"])
    for name in path[:-1]:
        api = getattr(api, name)
    hints = {name: hint for name, hint in typing.get_type_hints(method).items() if name != "return"}
    parameters = list(planned["path"])
    for hint in list(hints.values())[len(parameters) :]:
        parameters.append(parameter(hint, planned))
    getattr(api, path[-1])(*parameters)


def parameter(hint: typing.Any, planned: dict) -> typing.Any:
    if inspect.isclass(hint) and issubclass(hint, pydantic.BaseModel):
        return hint.model_validate(planned.get("body", {}))
    fields = {field.name: typing.get_type_hints(hint)[field.name] for field in dataclasses.fields(hint)}
    given = {in_python(name): value for name, value in planned.get("options", {}).items()}
    return hint(**{name: of_type(fields[name], value) for name, value in given.items() if name in fields})


def of_type(hint: typing.Any, value: typing.Any) -> typing.Any:
    """Moments and members of enums, as a program in Python would give them."""
    kinds = [kind for kind in typing.get_args(hint) if kind is not type(None)]
    if kinds == [datetime]:
        return datetime.fromisoformat(value.replace("Z", "+00:00"))
    if len(kinds) == 1 and inspect.isclass(kinds[0]) and issubclass(kinds[0], enum.Enum):
        return kinds[0](value)
    return value


def called(plan: dict) -> typing.Iterator[dict]:
    for path, method in operations(Svix):
        operation = in_javascript(path)
        if operation not in plan:
            yield {"operation": operation, "ok": False, "error": "not in the plan"}
            continue
        try:
            call(path, method, plan[operation])
            yield {"operation": operation, "ok": True}
        except Exception as error:
            yield {"operation": operation, "ok": False, "error": f"{type(error).__name__}: {described(error)}"}


def described(error: Exception) -> str:
    return str(getattr(error, "to_dict", lambda: error)())


def verified(cases: list) -> typing.Iterator[dict]:
    for case in cases:
        try:
            Webhook(case["secret"]).verify(base64.b64decode(case["body"]), case["headers"])
            yield {"case": case["name"], "ok": True}
        except Exception as error:
            yield {"case": case["name"], "ok": False, "error": f"{type(error).__name__}: {error}"}


command, file = sys.argv[1:]
with open(file, encoding="utf-8") as given:
    lines = {"call": called, "verify": verified}[command](json.load(given))
for line in lines:
    print(json.dumps(line), flush=True)
