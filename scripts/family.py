"""``critscape FAMILY``: a problem of a family of networks from flags, solved; its data are random or a file of the user's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from critscape.problems.networks import activated, families
from critscape.scripts.flags import options

WITHOUT_COMMAND = ("feed-forward", "polynomial")
"""Families whose critical points are not all found, or for which no data can be drawn."""


def names() -> list[str]:
    """The families that have a command, found without loading them."""
    return sorted(name for name in (*families.names(), *activated.names()) if name not in WITHOUT_COMMAND)


def command(name: str) -> click.Command:
    """The command of a family."""
    from critscape.problems.networks.reading import family_class

    family = family_class(name)
    required = family.schema["required"]
    architecture = {field: schema for field, schema in family.schema["properties"].items() if field != "family"}

    def run(samples: int | None, data: Path | None, ridge: str | None, residual: str | None, save: Path | None, **flags) -> int:
        from critscape.problems.input.bad_input import renamed
        from critscape.scripts.flags.generated import solve_flags

        document = {"family": name}
        for field, schema in architecture.items():
            given = flags.pop(destination(field))
            if given is not None and given != ():
                document[field] = read(given, schema, flag(field, schema))
        with ExitStack() as names_flags:
            for field, schema in architecture.items():
                names_flags.enter_context(renamed(f"architecture.{field}", flag(field, schema)))
            return solve_flags(document, samples, data, ridge, residual, save, **flags)

    for decorate in reversed((
        *(option(field, schema, field in required) for field, schema in architecture.items()),
        options.data, options.points, options.shown_points, options.certificate, options.cross_check, options.solver, options.cluster,
        *([options.boxes] if name in activated.names() else []),
    )):  # fmt: skip
        run = decorate(run)
    summary = " ".join(family.__doc__.split("\n\n")[0].split()).replace("``", "")
    return click.command(name, cls=options.Refusing, help=f"Solve a problem of the family {name}, with random data or your own: {summary}")(
        run
    )


def flag(field: str, schema: dict) -> str:
    """The flag of a field of the architecture: its name, unless its schema says otherwise."""
    return schema.get("flag", "--" + field.replace("_", "-"))


def destination(field: str) -> str:
    """The name of a field among the arguments of the command, where ``output`` is taken."""
    return f"architecture_{field}"


def option(field: str, schema: dict, required: bool) -> Callable:
    """The click option of one field."""
    name = flag(field, schema)
    described = schema.get("help", schema["description"][0].upper() + schema["description"][1:] + ".")
    if schema.get("type") == "boolean":
        return click.option(f"{name}/--no-{name[2:]}", destination(field), default=None, help=described)
    if schema.get("type") == "integer":
        bounds = click.IntRange(schema.get("minimum"), schema.get("maximum"))
        return click.option(name, destination(field), type=bounds, required=required, help=described, metavar="N")
    if is_list_of_lists(schema):
        if "help" not in schema:
            described += " Repeat the flag for each of them."
        metavar = schema.get("metavar", "N,…")
        return click.option(name, destination(field), multiple=True, required=required, help=described, metavar=metavar)
    metavar = schema.get("metavar", "|".join(words(schema)) or ("N,…" if "items" in schema else "TEXT"))
    return click.option(name, destination(field), required=required, help=described, metavar=metavar)


def is_list_of_lists(schema: dict) -> bool:
    """Whether a field is a list of lists of integers."""
    return schema.get("items", {}).get("type") == "array"


def read(given: Any, schema: dict, name: str) -> Any:
    """The value of a field, as an architecture object has it.

    Raises
    ------
    BadInput : text that is not the list or the number that the schema asks for.
    """
    from critscape.problems.input.json_file import parse
    from critscape.scripts.flags.generated import integer_list

    if is_list_of_lists(schema):
        return [integer_list(entry, name) for entry in given]
    if not isinstance(given, str):
        return given
    if schema.get("items", {}).get("type") == "integer":
        return integer_list(given, name)
    if schema.get("type") == "number":
        return parse(given, name)
    name_of_number = single_property(schema)
    if name_of_number and given.startswith(f"{name_of_number}="):
        return {name_of_number: given.partition("=")[2]}
    if given in words(schema) or not may_be_list(schema):
        return given
    return parse(given, name) if given.lstrip().startswith("[") else given.split(",")


def may_be_list(schema: dict) -> bool:
    """Whether a field is a list, or may be one."""
    return any(choice.get("type") == "array" for choice in (schema, *schema.get("anyOf", ())))


def single_property(schema: dict) -> str | None:
    """The name of the one property of a field that may be an object: on a command line it is given as NAME=VALUE."""
    for choice in schema.get("anyOf", ()):
        if choice.get("type") == "object" and len(choice["properties"]) == 1:
            return next(iter(choice["properties"]))
    return None


def words(schema: dict) -> Sequence[str]:
    """The words that a field may be."""
    return [word for choice in (schema, *schema.get("anyOf", ())) for word in choice.get("enum", ())]
