"""Decodes Webster's answers with the models of the published svix SDK for Python, which are typed as those for Rust and Kotlin are.

    decode.py < answers.jsonl   each line {"method", "path", "text"}; says which it can't read, exit code 1 if there are any
    decode.py --table           prints what each answer must and may hold, as lib/testing/sdkAnswers.json has it

`npm run clients:decode` runs it. Needs `pip install svix==2.9.1`.
"""

import enum
import importlib.metadata
import json
import pathlib
import re
import sys
import typing
from datetime import datetime

import pydantic
import svix
import svix.models as models

package = pathlib.Path(svix.__file__).parent


def answers() -> dict[str, str]:
    """Models by `METHOD path`, with {} for each parameter, read from the SDK's own requests."""
    found = {}
    for file in (package / "api").glob("*.py"):
        for request in re.split(r"_request_(?:sync|asyncio)\(", file.read_text())[1:]:
            method = re.search(r'method="(\w+)"', request)
            path = re.search(r'path="([^"]+)"', request)
            model = re.search(r"return (\w+)\.model_validate", request.split("def ")[0])
            if method and path and model and "/stream" not in path[1]:
                found[f"{method[1].upper()} {without_names(path[1])}"] = model[1]
    return found


def without_names(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


def decode() -> int:
    patterns = [
        (re.compile(re.escape(path).replace(r"\{\}", "[^/]+") + "/?"), method, getattr(models, model))
        for (method, path), model in ((key.split(" "), model) for key, model in sorted(answers().items()))
    ]
    read, faults = 0, 0
    for line in sys.stdin:
        answer = json.loads(line)
        for pattern, method, model in patterns:
            if method == answer["method"] and pattern.fullmatch(answer["path"]):
                read += 1
                try:
                    model.model_validate_json(answer["text"])
                except pydantic.ValidationError as error:
                    faults += 1
                    print(f"{method} {answer['path']}: {model.__name__}: {error}")
                break
    print(f"{read} answers read by svix {importlib.metadata.version('svix')}, {faults} of them not.")
    return 1 if faults > 0 or read == 0 else 0


def table() -> int:
    by_operation = answers()
    known: dict[str, typing.Any] = {}
    enums: dict[str, list] = {}
    variants: dict[str, dict[str, str | None]] = {}

    def name_of(kind: typing.Any) -> str:
        origin, inner = typing.get_origin(kind), typing.get_args(kind)
        if origin is typing.Union:
            options = [option for option in inner if option is not type(None)]
            return name_of(options[0]) if len(options) == 1 else "any"
        if origin is list:
            return f"{name_of(inner[0])}[]"
        if origin is dict:
            return f"{name_of(inner[1])}{{}}"
        if kind in scalars:
            return scalars[kind]
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            enums[kind.__name__] = [one.value for one in kind]
            return kind.__name__
        if isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
            describe(kind)
            return kind.__name__
        return "any"

    def describe(model: type[pydantic.BaseModel]) -> None:
        if model.__name__ in known:
            return
        known[model.__name__] = ""
        union = variants_of(model)
        if union:
            variants[model.__name__] = {}
        for kind, config in union.items():
            variants[model.__name__][kind] = config and name_of(getattr(models, config, None) or config_model(model, config))
        members = [
            f"{field.alias or name}{mark_of(field)}:{name_of(field.annotation)}"
            for name, field in model.model_fields.items()
            if not (union and name in ("type", "config"))
        ]
        known[model.__name__] = " ".join(sorted(members))

    for model in by_operation.values():
        describe(getattr(models, model))
    ordered = {part: dict(sorted(what.items())) for part, what in (("answers", by_operation), ("models", known), ("variants", variants), ("enums", enums))}
    print(json.dumps({"from": f"svix {importlib.metadata.version('svix')} for Python", **ordered}, indent=2))
    return 0


def mark_of(field: pydantic.fields.FieldInfo) -> str:
    """? may be left out or null; ! must be there, but may be null."""
    if not field.is_required():
        return "?"
    return "!" if type(None) in typing.get_args(field.annotation) else ""


scalars = {str: "text", int: "integer", float: "number", bool: "boolean", datetime: "moment", typing.Any: "any"}


def variants_of(model: type[pydantic.BaseModel]) -> dict[str, str | None]:
    """The model of `config` by `type`; None: that type has no config."""
    source = pathlib.Path(sys.modules[model.__module__].__file__).read_text()
    cases = re.findall(r'output\.type == "([\w-]+)":\s+output\.config = (?:(\w+)\.model_validate|data\.get)', source)
    return {kind: config or None for kind, config in cases}


def config_model(model: type[pydantic.BaseModel], name: str) -> type[pydantic.BaseModel]:
    return getattr(sys.modules[model.__module__], name)


sys.exit(table() if "--table" in sys.argv else decode())
