"""The tree of errors, and the one table from code to HTTP status and sentence.

Rooms raise these; only `api.foundation.problems` knows HTTP, and the chat says the same sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from knowledge.model import Language


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in what was sent: where (a JSON pointer), a code, and the reason."""

    pointer: str
    code: str
    detail: str


class HuiqiError(Exception):
    """Whatever the program says in a controlled way; `context` fills the sentence."""

    code: ClassVar[str] = "internal"

    def __init__(self, *faults: Fault, **context: str | int) -> None:
        super().__init__(self.code)
        self.faults = faults
        self.context: Mapping[str, str | int] = context


class Refused(HuiqiError):
    """The caller can do something about it."""


class BadInput(Refused):
    code = "bad_input"


class BadJson(Refused):
    code = "bad_json"


class TooLarge(Refused):
    code = "too_large"


class TooDeep(Refused):
    code = "too_deep"


class NotFound(Refused):
    code = "not_found"


class MethodNotAllowed(Refused):
    code = "method_not_allowed"


class NoSuchDocument(NotFound):
    code = "no_such_document"


class NoSuchProgramme(NotFound):
    code = "no_such_programme"


class NoConversation(Refused):
    code = "no_conversation"


class LinkDead(NotFound):
    code = "link_dead"


class KeyMissing(Refused):
    code = "key_missing"


class KeyWrong(Refused):
    code = "key_wrong"


class ScopeMissing(Refused):
    code = "scope_missing"


class ForeignPage(Refused):
    code = "foreign_page"


class TooMany(Refused):
    code = "too_many"


class DraftUnreadable(Refused):
    code = "draft_unreadable"


class IdReused(Refused):
    code = "id_reused"


class NotSignedIn(Refused):
    code = "not_signed_in"


class NotAllowed(Refused):
    code = "not_allowed"


class FormExpired(Refused):
    """The form was not made for this sign-in: an old page, or another site's."""

    code = "form_expired"


class SignInRefused(Refused):
    code = "sign_in_refused"


class PasswordUnfit(Refused):
    code = "password_unfit"


class LoginTaken(Refused):
    code = "login_taken"


class OfficeTaken(Refused):
    code = "office_taken"


class LastAdmin(Refused):
    code = "last_admin"


class NotHolder(Refused):
    """Only who holds a conversation may speak in it."""

    code = "not_holder"


class HeldAlready(Refused):
    """Somebody else was faster, or holds the chat by another ticket."""

    code = "held_already"


class OwnNotice(Refused):
    code = "own_notice"


class WrongState(Refused):
    """Somebody else was faster, or the page is old."""

    code = "wrong_state"


class Unavailable(HuiqiError):
    """Nobody's mistake; trying again later may help."""

    code = "unavailable"


class Busy(Unavailable):
    code = "busy"


class NotMigrated(Unavailable):
    code = "not_migrated"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a code means to HTTP and to people."""

    status: int
    zh: str
    en: str

    def of(self, language: Language, context: Mapping[str, str | int]) -> str:
        """The sentence in one language, filled in."""
        return (self.zh if language == "zh" else self.en).format_map(context)


SENTENCES: Mapping[str, Sentence] = {
    "bad_input": Sentence(
        422, "提交的内容有误，请按提示修改。", "Something in the request is not usable; see errors."
    ),
    "bad_json": Sentence(400, "提交的内容不是可读的 JSON。", "The body is not readable JSON."),
    "too_large": Sentence(
        413, "内容过大，最多 {limit} 字节。", "The body is too large: at most {limit} bytes."
    ),
    "too_deep": Sentence(
        400, "JSON 嵌套过深，最多 {limit} 层。", "The JSON nests too deep: at most {limit} levels."
    ),
    "not_found": Sentence(404, "没有找到。", "There is nothing here."),
    "no_such_document": Sentence(
        404, "知识库中没有这份文件。", "There is no such document in the knowledge base."
    ),
    "no_such_programme": Sentence(
        404, "知识库中没有这个政策项目。", "There is no such programme in the knowledge base."
    ),
    "no_conversation": Sentence(
        401, "没有正在进行的对话，请重新开始。", "There is no conversation here; begin a new one."
    ),
    "link_dead": Sentence(
        404, "这个链接已失效，请重新生成。", "This link does not work any more; make a new one."
    ),
    "key_missing": Sentence(401, "需要 API 密钥。", "An API key is needed."),
    "key_wrong": Sentence(
        401, "API 密钥无效或已撤销。", "The API key is not valid or was revoked."
    ),
    "scope_missing": Sentence(
        403, "该密钥没有 {scope} 权限。", "The key does not have the scope {scope}."
    ),
    "foreign_page": Sentence(
        403, "请求不是从本站页面发出的。", "The request did not come from our own page."
    ),
    "too_many": Sentence(
        429, "请求过于频繁，请 {seconds} 秒后再试。", "Too many requests; try again in {seconds} s."
    ),
    "draft_unreadable": Sentence(
        409, "对话状态无法读取，请重新开始。", "The conversation cannot be read; begin anew."
    ),
    "id_reused": Sentence(
        409, "同一个消息编号用于不同内容。", "The message id was used before for another message."
    ),
    "not_signed_in": Sentence(401, "请先登录。", "Please sign in first."),
    "not_allowed": Sentence(
        403, "您的角色或单位无权做这件事。", "Your role or office may not do this."
    ),
    "form_expired": Sentence(
        403, "页面已过期，请刷新后再试。", "This page has expired; reload it and try again."
    ),
    "sign_in_refused": Sentence(
        403, "用户名或密码不对。", "The user name or the password is not right."
    ),
    "password_unfit": Sentence(
        422,
        "新密码需要 {shortest} 到 {longest} 个字符，且与旧密码不同。",
        "A new password has {shortest} to {longest} characters and is not the old one.",
    ),
    "login_taken": Sentence(409, "这个用户名已被使用。", "This user name is taken."),
    "office_taken": Sentence(409, "已有同名单位。", "There is an office of this name."),
    "last_admin": Sentence(
        409,
        "不能停用自己或最后一个管理员。",
        "You cannot disable yourself or the last administrator.",
    ),
    "not_holder": Sentence(
        409,
        "这段对话现在不由您接手，请先接手。",
        "You do not hold this: take it first.",
    ),
    "held_already": Sentence(
        409,
        "这段对话正由 {name} 接手。",
        "{name} holds this conversation now.",
    ),
    "own_notice": Sentence(
        403,
        "自己写的通知要由另一位经办审核。",
        "Another official has to approve your own notice.",
    ),
    "wrong_state": Sentence(
        409, "状态已经变了，请刷新页面。", "It has changed meanwhile; reload the page."
    ),
    "unavailable": Sentence(
        503, "服务暂时不可用，请稍后再试。", "The service is not available now; try again later."
    ),
    "busy": Sentence(503, "系统繁忙，请稍后再试。", "The system is busy; try again shortly."),
    "not_migrated": Sentence(
        503, "数据库尚未迁移到当前版本。", "The database is not at this version: huiqi migrate."
    ),
    "method_not_allowed": Sentence(
        405, "该地址不支持这种请求方法。", "This address does not take that method."
    ),
    "internal": Sentence(
        500,
        "系统内部错误，已记录，编号 {request}。",
        "Something failed on our side; it is logged as {request}.",
    ),
}
