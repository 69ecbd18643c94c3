"""Groups of commands that say what may have been meant."""

from __future__ import annotations

from difflib import get_close_matches

import click


class Subcommands(click.Group):
    """A group that answers an unknown name with the names that are close to it."""

    def names(self, context: click.Context) -> list[str]:
        """All names that are commands."""
        return self.list_commands(context)

    def meant(self, context: click.Context, name: str) -> str:
        """What may have been meant by a name that is none."""
        close = get_close_matches(name, self.names(context), n=2, cutoff=0.5)
        return f"did you mean {' or '.join(close)}?" if close else f"`{context.command_path} --help` lists them"

    def resolve_command(self, context: click.Context, arguments: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names; where there is none the message says what may have been meant."""
        name = arguments[0]
        if name not in self.names(context) and not name.startswith("-"):
            raise click.UsageError(f"no command {name!r}: {self.meant(context, name)}", context)
        return super().resolve_command(context, arguments)
