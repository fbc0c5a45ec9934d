"""`huiqi dialogs check|graph`: the tree of the conversation."""

from typing import Annotated, Literal

import typer

from dialogs.drawing import mermaid
from dialogs.tree import builtin

app = typer.Typer(help="Check and draw the conversation.", no_args_is_help=True)


@app.command()
def check() -> None:
    """Load the tree: no dead end, nothing unreachable, every text in every language."""
    typer.echo(f"{len(builtin().nodes)} nodes: all well")


@app.command()
def graph(
    language: Annotated[Literal["zh", "en"], typer.Option(help="The labels' language.")] = "zh",
) -> None:
    """Draw the conversation as a Mermaid graph."""
    typer.echo(mermaid(builtin(), language))
