"""The frame of every page: templates, navigation, what was just done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType

from fastapi import BackgroundTasks, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.accounts.actors import Action, Actor
from api.accounts.models import Role
from api.console.texts import marked, plain, text
from api.foundation.errors import SENTENCES, HuiqiError
from api.foundation.languages import language_of
from api.foundation.now import CHINA
from api.foundation.wake import Wake
from knowledge.model import Language

HERE = Path(__file__).parent

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    # With no-referrer a browser says of our own forms that they come from "null".
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation, for those who may go there; shown where such a page is."""

    path: str
    label: str
    action: Action
    icon: str
    """A file of `static/vendor/icons`."""
    hint: str
    """What is done there, as the home page says it."""


PLACES = (
    Place(
        "/console/tickets", marked("工单"), Action.TICKETS_READ, "inbox",
        marked("回答转到人工的咨询"),
    ),
    Place(
        "/console/members", marked("单位核实"), Action.MEMBERS_VERIFY, "user-check",
        marked("核实谁能代表一家单位"),
    ),
    Place(
        "/console/windows", marked("申报窗口"), Action.WINDOWS_READ, "calendar-event",
        marked("政策项目何时受理申报"),
    ),
    Place(
        "/console/notices", marked("通知"), Action.NOTICES_READ, "speakerphone",
        marked("写给关注者的通知和送达情况"),
    ),
    Place(
        "/console/failures", marked("未能处理"), Action.FAILURES_READ, "alert-triangle",
        marked("程序没能办完的消息，由人决定"),
    ),
    Place(
        "/console/accounts", marked("账号"), Action.ACCOUNTS_MANAGE, "users",
        marked("新建、停用账号，重置密码"),
    ),
    Place(
        "/console/offices", marked("单位"), Action.ACCOUNTS_MANAGE, "building",
        marked("账号所属的单位和负责的地区"),
    ),
)  # fmt: skip

DONE: Mapping[str, str] = MappingProxyType(
    {
        "saved": marked("已保存。"),
        "published": marked("已发布，关注者会收到提醒。"),
        "withdrawn": marked("已撤回。"),
        "submitted": marked("已提交，等另一位经办审核。"),
        "approved": marked("已批准，正在发送。"),
        "refused": marked("已退回。"),
        "claimed": marked("已接手，助手已静默，申请人已收到告知。"),
        "replied": marked("回复已提交发送。"),
        "given-back": marked("已交还助手。"),
        "closed": marked("已办结。"),
        "tried-again": marked("已放回队列，马上再处理一次。"),
        "dismissed": marked("不再处理，内容已删除。"),
        "left": marked("不再发送。"),
        "reopened": marked("已重新打开。"),
        "verified": marked("已核实，对方会收到告知。"),
        "unverified": marked("已记为不能核实，对方会收到告知。"),
        "disabled": marked("已停用。"),
        "enabled": marked("已启用。"),
        "password": marked("密码已修改。"),
        "signed-out": marked("已退出。"),
    }
)
"""What a page says after it did something; the word stands in the address."""


ROLES: Mapping[str, str] = MappingProxyType(
    {
        Role.STAFF.value: marked("工作人员"),
        Role.OFFICIAL.value: marked("经办"),
        Role.AUDITOR.value: marked("审计"),
        Role.ADMIN.value: marked("管理员"),
    }
)


def _moment(value: datetime | None) -> str:
    """A moment as people in China read it."""
    return "—" if value is None else value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


@cache
def _icon(name: str) -> Markup:
    """A drawing as it stands in its file; what it means is said beside it."""
    drawing = (HERE / "static" / "vendor" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return Markup(drawing.replace("<svg", '<svg aria-hidden="true"', 1).strip())  # noqa: S704 - our own file


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["moment"] = _moment
    made.globals["icon"] = _icon
    made.globals["role_names"] = ROLES
    return made


_TEMPLATES = _environment()


def language_here(request: Request, actor: Actor | None) -> Language:
    """The account's own language; before sign-in that of the browser."""
    if actor is not None:
        return actor.language
    return language_of(request.headers.get("accept-language", ""))


def render(
    request: Request,
    actor: Actor | None,
    template: str,
    *,
    status: int = 200,
    error: HuiqiError | None = None,
    **values: object,
) -> HTMLResponse:
    """A page, or a part of one, in the language of whoever reads it.

    `faults` in the template is the sentence of each field of `error` that is at fault.
    """
    language = language_here(request, actor)
    html = _TEMPLATES.get_template(template).render(
        _=partial(_translated, language),
        actor=actor,
        language=language,
        path=request.scope["path"],  # of a url nobody knows the encoding
        places=_places(request, actor),
        done=_done(request, language),
        error="" if error is None else _sentence(request, error, language),
        faults={} if error is None else _faults(error, language),
        may=(lambda word: actor is not None and actor.may(Action(word))),
        **values,
    )
    return HTMLResponse(
        html, status_code=status, headers={**_HEADERS, "Content-Language": language}
    )


def _places(request: Request, actor: Actor | None) -> list[Place]:
    if actor is None or actor.must_change:
        return []
    return [place for place in request.app.state.places if actor.may(place.action)]


def _done(request: Request, language: Language) -> str:
    said = DONE.get(request.query_params.get("done", ""))
    return "" if said is None or request.method != "GET" else text(said, language)


def _sentence(request: Request, error: HuiqiError, language: Language) -> str:
    if error.faults:
        return text("有几处需要修改，请看各项下面的说明。", language)
    context = {"request": str(request.scope.get("request_id", "")), **error.context}
    return SENTENCES[error.code].of(language, context)


def _faults(error: HuiqiError, language: Language) -> dict[str, str]:
    """The reason of a fault is a message of the catalogue."""
    return {fault.pointer: plain(fault.detail, language) for fault in error.faults}


def _translated(language: Language, msgid: str, /, **values: object) -> str:
    return text(msgid, language, **values)


def after(
    path: str, done: str, *, wake: Wake | None = None, topics: Sequence[str] = ()
) -> Response:
    """To a page that shows what was done; a reload of it does nothing again.

    The topics are woken once the answer is out: its transaction is committed by then.
    """
    tasks = BackgroundTasks()
    if wake is not None:
        tasks.add_task(_wake, wake, topics)
    return RedirectResponse(
        f"{path}?done={done}", status_code=303, headers=_HEADERS, background=tasks
    )


async def _wake(wake: Wake, topics: Sequence[str]) -> None:
    """On the loop: a plain function would be called in a thread of its own."""
    for topic in topics:
        wake.wake(topic)
