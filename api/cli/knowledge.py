"""`huiqi knowledge …`, `evaluate`, `explain`, `receipt verify`: rules without a conversation."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer
from sqlalchemy.engine import make_url

from api.cli.printing import Printer
from api.cli.serving import opened
from api.cli.signing_page import signing_page
from api.foundation.migrating import is_current
from api.foundation.now import day_of, now
from api.library.service import open_library
from api.library.shelf import Shelf
from api.library.telling import Teller
from api.settings import BadSettings, Settings
from dialogs.cards.programme import programme_card
from dialogs.message import Reply
from dialogs.scene import Scene
from dialogs.state import State
from dialogs.world import in_memory
from knowledge.base import KnowledgeBase
from knowledge.cases import failed_cases, read_cases
from knowledge.consistency import check_role, exceeding
from knowledge.evaluation import EARLIEST, LATEST, evaluate
from knowledge.loading import BUILTIN_FOLDER, builtin, load, read_folder
from knowledge.profile import Dossier
from knowledge.quantity import QuantityRefused, parse_date
from knowledge.receipt import Receipt, issue, verify
from knowledge.search import Search
from knowledge.sources import check_sources
from knowledge.using import unused_facts
from knowledge.value import ValueRefused, read_dossier
from knowledge.verdict import Verdict
from knowledge.yaml_text import Problem, Refused, read_yaml

app = typer.Typer(help="Check and show what the programmes ask.", no_args_is_help=True)
receipts = typer.Typer(help="Recompute a verdict from its receipt.", no_args_is_help=True)

ProgrammeId = Annotated[str, typer.Argument(help="The programme's id: new-rd-institution.")]
FactsFile = Annotated[Path, typer.Option("--facts", help="A YAML file: fact to value.")]
AsOf = Annotated[str, typer.Option("--as-of", help="The day to judge on: 2024-03-01.")]
Spoken = Annotated[Literal["zh", "en"], typer.Option(help="What to speak.")]


@app.command()
def check(
    sources: Annotated[
        Path | None, typer.Option(help="A folder of official texts, <number>.txt each.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Another knowledge folder than the built-in one.")
    ] = None,
) -> None:
    """Load everything, run every policy case, and hold quotes against the official texts."""
    base = builtin() if folder is None else load(folder)
    place = BUILTIN_FOLDER if folder is None else folder
    failed, ran = failed_cases(base, read_folder(place))
    problems = list(map(str, failed))
    problems.extend(f"facts: {fact}: nothing reads it" for fact in unused_facts(base))
    if sources is not None:
        problems.extend(map(str, check_sources(base, _folder(sources))))
    for problem in problems:
        typer.echo(problem, err=True)
    held = "" if sources is None else ", quotes held against the texts"
    typer.echo(
        f"{len(base.documents)} documents, {len(base.programmes)} programmes, "
        f"{len(base.facts)} facts, {ran} cases{held}: "
        f"{'all well' if not problems else f'{len(problems)} problem(s)'}"
    )
    if problems:
        raise typer.Exit(1)


def _folder(sources: Path) -> Path:
    if not sources.is_dir():
        raise _Wrong(f"--sources: there is no folder {sources}")
    return sources


@app.command()
def show(programme: ProgrammeId, language: Spoken = "zh") -> None:
    """The page an official signs off: every criterion with article, quote, reading and cases."""
    base = builtin()
    _known(base, programme)
    file = BUILTIN_FOLDER / "programmes" / f"{programme}.cases.yaml"
    cases = read_cases(file.name, file.read_text("utf-8")) if file.is_file() else ()
    typer.echo("\n".join(signing_page(base, programme, cases, language)))


def evaluate_command(
    programme: ProgrammeId,
    facts: FactsFile,
    as_of: AsOf = "",
    json_: Annotated[bool, typer.Option("--json", help="The whole verdict as JSON.")] = False,
    receipt: Annotated[Path | None, typer.Option(help="Write a receipt to this file.")] = None,
) -> None:
    """Judge one programme on a file of facts."""
    base = builtin()
    dossier, verdict = _judged(base, programme, facts, as_of)
    issued = issue(base, verdict, dossier, ())
    if receipt is not None:
        receipt.write_text(issued.model_dump_json(indent=2), "utf-8")
    if json_:
        told = Teller(base, base.programmes[programme]).verdict(verdict, issued)
        typer.echo(told.model_dump_json(indent=2))
        return
    typer.echo(f"{programme} {verdict.as_of}: {verdict.standing.word}")
    typer.echo(f"  timing {verdict.timing.value}, {verdict.applicability.value}")
    for line in _standings(verdict):
        typer.echo(f"  {line}")
    if verdict.missing:
        typer.echo(f"  missing: {', '.join(map(str, verdict.missing))}")


def explain(
    programme: ProgrammeId, facts: FactsFile, as_of: AsOf = "", language: Spoken = "zh"
) -> None:
    """Judge one programme and say why, as the chat would."""
    base = builtin()
    dossier, verdict = _judged(base, programme, facts, as_of)
    world = in_memory(base, now(), search=Search(base), language=language, dossier=dossier)
    card = programme_card(Scene(world, State()), verdict)
    typer.echo(Printer().text([Reply(kind="card", text="", card=card)]))


@receipts.command("verify")
def verify_receipt(
    file: Annotated[Path, typer.Argument(help="A receipt as JSON.")],
) -> None:
    """Recompute the verdict of a receipt and say what differs, if anything.

    By the release it names: the built-in one, or one that is stored in the database.
    """
    try:
        receipt = Receipt.model_validate_json(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _Wrong(f"{file}: no receipt: {error}") from error
    verification = verify(_release_of(receipt), receipt)
    for difference in verification.differences:
        typer.echo(difference, err=True)
    typer.echo("the receipt holds" if verification.ok else "the receipt does not hold")
    if not verification.ok:
        raise typer.Exit(1)


def _release_of(receipt: Receipt) -> KnowledgeBase:
    """The release a receipt names; the built-in one where that one is not known here."""
    base, settings = builtin(), Settings.read()
    if receipt.release == base.release or not _has_database(settings):
        return base
    return asyncio.run(_stored(settings, receipt.release)) or base


def _has_database(settings: Settings) -> bool:
    """Looking for a release must not make a file."""
    file = make_url(settings.database).database if settings.on_sqlite else None
    return file is None or Path(file).is_file()


async def _stored(settings: Settings, release: str) -> KnowledgeBase | None:
    async with opened(settings) as database:
        if not await is_current(database):
            raise BadSettings(("the database is not at this version: huiqi migrate",))
        found = await Shelf(open_library(), database).named(release)
        return None if found is None else found.base


class _Wrong(typer.BadParameter):
    """A sentence about what was typed, and exit code 2."""


def _known(base: KnowledgeBase, programme: str) -> None:
    if programme not in base.programmes:
        raise _Wrong(f"no programme {programme!r}; there are {', '.join(sorted(base.programmes))}")


def _judged(
    base: KnowledgeBase, programme: str, facts: Path, as_of: str
) -> tuple[Dossier, Verdict]:
    _known(base, programme)
    dossier = _dossier(base, facts)
    return dossier, evaluate(base, programme, dossier, _day(as_of))


def _dossier(base: KnowledgeBase, facts: Path) -> Dossier:
    try:
        plain = read_yaml(facts, facts.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise _Wrong(f"{facts} cannot be read: {error}") from error
    if not isinstance(plain.value, Mapping):
        raise Refused([Problem(str(facts), 1, "", "a file of facts is `fact: value`, one a line")])
    try:
        for key in plain.value:
            check_role(base.facts, base.roles, key)
        dossier = read_dossier(base.facts, plain.value)
    except ValueRefused as refused:
        key = refused.context.get("key", "")
        raise Refused([plain.problem((key,), _why(refused))]) from refused
    clashes = [
        plain.problem((str(part),), f"more than {whole}, which it is a part of")
        for part, whole in exceeding(base.facts, dossier)
    ]
    if clashes:
        raise Refused(clashes)
    return dossier


def _why(refused: ValueRefused) -> str:
    context = {name: value for name, value in refused.context.items() if name != "key"}
    return f"{refused.code} {json.dumps(context, ensure_ascii=False)}" if context else refused.code


def _day(as_of: str) -> date:
    if not as_of:
        return day_of(now())
    try:
        day = parse_date(as_of)
    except QuantityRefused as error:
        raise _Wrong(f"--as-of: {error}") from error
    if not EARLIEST <= day <= LATEST:
        raise _Wrong(f"--as-of: a day from {EARLIEST} to {LATEST}")
    return day


def _standings(verdict: Verdict) -> Iterator[str]:
    for outcome in verdict.outcomes():
        reasons = " ".join(reason.value for reason in outcome.reasons)
        yield f"{outcome.node.id}: {outcome.standing.word} {reasons}".rstrip()
    for route in verdict.routes:
        state = "proven" if route.proven else "possible" if route.possible else "ruled out"
        yield f"{route.rule.id} ({route.rule.route}): {state}"
