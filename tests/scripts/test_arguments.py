"""Every command takes what its flags give: flags are shared, and one that is added to all must be known to all."""

import inspect

import click
import pytest

from critscape.scripts import family
from critscape.scripts.critscape import COMMANDS, critscape


@pytest.mark.parametrize("name", [*COMMANDS, *family.names()])
def test_a_command_takes_what_its_flags_give(name):
    command = critscape.get_command(click.Context(critscape), name)
    pending = list(getattr(command, "commands", {"": command}).values())
    for one in pending:
        parameters = inspect.signature(inspect.unwrap(one.callback)).parameters
        given = {parameter.name for parameter in one.params if parameter.expose_value}
        if not any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters.values()):
            assert given <= set(parameters), f"{name} does not know {sorted(given - set(parameters))}"
