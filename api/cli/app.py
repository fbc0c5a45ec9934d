"""`huiqi`: every command, registered in one place."""

import sys

import typer

from api.cli import admin, auditing, demo, dialogs, knowledge, releases, restoring, serving, talk
from api.foundation.database import DatabaseRefused
from api.settings import BadSettings
from knowledge.yaml_text import HALF_CHARACTER, Refused

app = typer.Typer(
    name="huiqi",
    help="Huiqi 惠企: which public programmes an applicant qualifies for, and why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(serving.run)
app.command("api")(serving.api)
app.command("worker")(serving.worker)
app.command("bot")(serving.bot)
app.command("migrate")(serving.migrate)
app.command("backup")(restoring.backup)
app.command("restored")(restoring.restored)
app.command("talk")(talk.talk)
app.command("demo")(demo.demo)
app.command("evaluate")(knowledge.evaluate_command)
app.command("explain")(knowledge.explain)
knowledge.app.command("coverage")(auditing.coverage_command)
knowledge.app.command("audit")(auditing.audit_command)
knowledge.app.command("mutate")(auditing.mutate_command)
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(knowledge.receipts, name="receipt")
app.add_typer(releases.app, name="release")
app.add_typer(dialogs.app, name="dialogs")
app.add_typer(admin.app, name="admin")


def main() -> None:
    """Run one command; what is refused ends it with a sentence, not a trace."""
    for place, word in enumerate(sys.argv[1:], start=1):
        if HALF_CHARACTER.search(word):
            print(f"argument {place} is no UTF-8", file=sys.stderr)
            sys.exit(2)
    try:
        app()
    except BadSettings as bad:
        for line in bad.lines:
            print(line, file=sys.stderr)
        sys.exit(2)
    except (Refused, DatabaseRefused) as refused:
        print(refused, file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        if error.filename is None:  # of no file that somebody named
            raise
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        sys.exit(1)
