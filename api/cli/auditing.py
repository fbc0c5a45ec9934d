"""`huiqi knowledge coverage|audit|mutate`: the release held against texts, readers and cases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from knowledge.audit import Audit, Difference, audit, read_blind, read_settled
from knowledge.cases import read_cases
from knowledge.coverage import coverage
from knowledge.inventory import check_inventory, read_inventory
from knowledge.loading import BUILTIN_FOLDER, builtin
from knowledge.mutation import Mutant, mutants_of, read_excused, survives

Sources = Annotated[
    Path,
    typer.Option(
        help="A folder of official texts, <number>.txt each.", exists=True, file_okay=False
    ),
]
Blind = Annotated[
    Path, typer.Option(help="The folder of second readings.", exists=True, file_okay=False)
]
_KINDS = {
    "only_blind": "only in the second reading",
    "only_encoded": "only in the release",
    "sign": "another comparing word",
}


def coverage_command(
    sources: Sources,
    document: Annotated[str, typer.Option(help="Only this document: 豫科-2023-54.")] = "",
) -> None:
    """Document by article: what it is encoded as. Fails where one is not accounted for.

    So it does where a line of the inventory has no programme.
    """
    base = builtin()
    shown = [each for each in coverage(base, sources) if document in {"", each.document}]
    for each in shown:
        typer.echo(str(each))
    missing = [each for each in shown if not each.encoded_as]
    problems = check_inventory(base, read_inventory(BUILTIN_FOLDER))
    for problem in problems:
        typer.echo(str(problem), err=True)
    typer.echo(
        f"{len(shown)} articles, {len(missing)} not accounted for; "
        f"inventory: {len(problems)} problem(s)"
    )
    if missing or problems:
        raise typer.Exit(1)


def audit_command(
    blind: Blind,
    write: Annotated[Path | None, typer.Option(help="Write the page to this file.")] = None,
) -> None:
    """Hold the release against a second reading. Fails while a difference is not settled."""
    found = audit(builtin(), read_blind(blind), read_settled(blind))
    if write is not None:
        write.write_text("\n".join(audit_page(found)) + "\n", "utf-8")
    differences = [each for one in found for each in one.differences]
    unsettled = [each for each in differences if not each.settled]
    for each in unsettled:
        typer.echo(
            f"{each.document} {each.article}: {each.value}: {_KINDS[each.kind]}: {each.what}"
        )
    typer.echo(
        f"{len(found)} documents, {sum(one.agreed for one in found)} figures agree, "
        f"{sum(one.in_words for one in found)} told in words, "
        f"{len(differences)} differences, {len(unsettled)} not settled"
    )
    if unsettled:
        raise typer.Exit(1)


def audit_page(found: list[Audit]) -> Iterator[str]:
    """The page of the audit, as Markdown lines."""
    yield "# The audit of the knowledge base"
    yield ""
    yield (
        "Each document was read a second time by somebody who saw only its text and the format "
        "and wrote down every figure with article and comparing word (`tests/knowledge/blind/`). "
        "`huiqi knowledge audit` compares both readings; each difference was settled against the "
        "text. This page is generated: `huiqi knowledge audit --blind tests/knowledge/blind "
        "--write docs/knowledge-audit.md`."
    )
    yield ""
    yield "| document | figures agree | told in words | differences | not settled |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for one in found:
        open_ = sum(not each.settled for each in one.differences)
        yield (
            f"| {one.document} | {one.agreed} | {one.in_words} | {len(one.differences)} | {open_} |"
        )
    for one in found:
        if one.differences:
            yield from _of_document(one)


def _of_document(one: Audit) -> Iterator[str]:
    yield ""
    yield f"## {one.document}"
    yield ""
    yield "| article | figure | difference | what | settled |"
    yield "| --- | --- | --- | --- | --- |"
    yield from map(_row, one.differences)


def _row(each: Difference) -> str:
    cells = (each.article, each.value, _KINDS[each.kind], each.what, each.settled or "**open**")
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def mutate_command(
    programme: Annotated[str, typer.Option(help="Only this programme.")] = "",
    excused: Annotated[
        Path | None,
        typer.Option(help="A YAML file: programme to survivor to reason.", exists=True),
    ] = None,
) -> None:
    """Change each number, comparator and force in turn: some policy case must notice."""
    base = builtin()
    if programme and programme not in base.programmes:
        raise typer.BadParameter(f"there is no programme {programme}")
    reasons = {} if excused is None else read_excused(excused)
    made, survivors = 0, list[Mutant]()
    for id_ in (programme,) if programme else base.programmes:
        file = BUILTIN_FOLDER / "programmes" / f"{id_}.cases.yaml"
        cases = read_cases(file.name, file.read_text("utf-8"))
        for mutant in mutants_of(base.programmes[id_]):
            made += 1
            if survives(base, mutant, cases):
                survivors.append(mutant)
    open_ = [each for each in survivors if each.name not in reasons.get(each.programme, {})]
    for each in open_:
        typer.echo(f"{each.programme}: {each.name}")
    typer.echo(f"{made} mutants, {len(survivors)} survive, {len(open_)} of them without a reason")
    if open_:
        raise typer.Exit(1)
