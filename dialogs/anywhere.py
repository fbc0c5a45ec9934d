"""What can be said or pressed anywhere: back, menu, a person, why, don't know, skip …"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from dialogs import questioning
from dialogs.buttons import find
from dialogs.effect import SetLanguage, TakeBack
from dialogs.following import about_following
from dialogs.joining import about_joining
from dialogs.keeping import edit_id
from dialogs.message import Incoming, Pressed, Said
from dialogs.nodes.ask import Ask
from dialogs.nodes.screen import Screen
from dialogs.scene import Scene
from dialogs.tree import AnyNode, Tree
from dialogs.why import why
from knowledge.model import Language

_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "do:back": ("返回", "上一步", "上一题", "后退", "back", "go back", "previous"),
        "go:menu": ("菜单", "主菜单", "首页", "menu", "main menu", "/start", "/menu"),
        "go:person": (
            "人工", "转人工", "人工客服", "找人工", "person", "a person", "human", "/person",
        ),
        "do:why": (
            "为什么", "为什么问这个", "为啥问这个", "为啥", "why", "why do you ask", "why this",
        ),
        "do:unknown": (
            "不知道", "不清楚", "不晓得", "不确定", "说不准",
            "don't know", "dont know", "i don't know", "i dont know", "not sure", "no idea",
        ),
        "do:skip": ("跳过", "先跳过", "下一题", "略过", "skip", "next"),
        "do:change": (
            "改前面的答案", "改答案", "修改答案", "改前面的回答", "修改",
            "change an answer", "change answer", "change", "edit",
        ),
        "go:overview": ("看结果", "结果", "结果一览", "results", "result", "overview", "/results"),
        "do:english": ("english", "in english", "英文", "英语", "/english"),
        "do:chinese": ("中文", "汉语", "chinese", "in chinese", "/chinese"),
        "do:help": (
            "帮助", "怎么用", "help", "/help",
            "你好", "您好", "你好啊", "在吗", "hello", "hi", "hello there", "hi there",
        ),
        "go:screening": ("测一测", "开始测", "screening", "/screening"),
        "go:programmes": ("看某个项目", "项目", "项目列表", "programmes", "/programmes"),
        "go:question": ("问一问", "提问", "ask a question", "/ask"),
        "go:profile": ("我的档案", "档案", "profile", "my profile", "/profile"),
        "go:settings": ("设置", "settings", "/settings"),
        "go:deadlines": (
            "期限", "提醒", "期限和提醒", "截止时间",
            "deadlines", "reminders", "deadlines and reminders", "/deadlines",
        ),
        "go:organisation": (
            "我的单位", "my organisation", "my organization", "organisation", "/organisation",
        ),
        "go:join": ("输入代码", "加入", "join", "enter a code", "/join"),
        "do:device": ("换个设备继续", "连接另一个对话", "connect another chat", "/device"),
        "do:colleague": ("邀请同事", "invite a colleague", "/invite"),
        "do:resume": (
            "交还助手", "结束人工", "resume", "back to assistant", "back to the assistant",
            "/resume",
        ),
    }
)  # fmt: skip
_VERB_OF = MappingProxyType({word: verb for verb, words in _WORDS.items() for word in words})
_LOST = frozenset({"?", "？", "??", "？？"})
_TRAILING = " \t\r\n。．.!！?？~～"


def verb_of(said: Incoming) -> str:
    """What is meant anywhere by a text or a button; empty when it means nothing everywhere."""
    match said:
        case Pressed(button=button):
            return button
        case Said(text=text) if len(text) <= 40:  # noqa: PLR2004 - no word of the table is longer
            # An apostrophe of a telephone's keyboard is another character.
            if text.strip() in _LOST:
                return "do:help"
            word = text.strip(_TRAILING).replace("’", "'").casefold()
            if word.startswith("/"):
                word = word.partition("@")[0]  # in a messenger a command may name its bot
            return _VERB_OF.get(word, "")
        case _:
            return ""


def act(verb: str, scene: Scene, tree: Tree) -> Scene | None:
    """Do what is meant anywhere; None when the verb means nothing everywhere."""
    done = _ACTS.get(verb)
    if done is not None:
        return done(scene, tree)
    kind, _, purpose = verb.partition(":")
    if kind == "go" and purpose in tree.places:
        return _go(scene, purpose)
    return (
        _about_programme(verb, scene)
        or _edit(verb, scene)
        or about_following(verb, scene)
        or about_joining(verb, scene)
    )


def asked(scene: Scene, tree: Tree) -> Ask | Screen | None:
    """The node that is asking for a fact just now, if one is."""
    node: AnyNode | None = tree.nodes.get(scene.state.node)
    if isinstance(node, Ask | Screen) and scene.fact(scene.state.asking) is not None:
        return node
    return None


def _go(scene: Scene, purpose: str) -> Scene:
    if purpose == "menu":
        return scene.afresh().moved(stack=()).going("menu")
    fresh = scene.pushed().afresh()
    if purpose == "join":
        fresh = fresh.moved(entering="code")
    if purpose == "screening":
        fresh = fresh.moved(scope=())
    if purpose == "programmes":
        fresh = fresh.moved(programme="")
    return fresh.going(purpose)


def _about_programme(verb: str, scene: Scene) -> Scene | None:
    known = scene.world.knowledge.programmes
    card = find(verb, "card", known)
    if card is not None:
        return scene.pushed().moved(programme=card, page=0).going("programmes")
    only = find(verb, "only", known)
    if only is not None:
        there = scene.pushed().moved(scope=(only,), asking="", answered=())
        return there.going("asking")
    return None


def _edit(verb: str, scene: Scene) -> Scene | None:
    if not verb.startswith("e:"):
        return None
    for asking in scene.world.dossier.askings():
        if edit_id(asking) == verb and scene.fact(str(asking)) is not None:
            return scene.pushed().moved(asking=str(asking)).going("change")
    return None


def _back(scene: Scene, tree: Tree) -> Scene:
    if asked(scene, tree) is not None:
        before = questioning.back(scene, within=isinstance(asked(scene, tree), Ask))
        if before is not None:
            return before.again()
    stack = scene.state.stack
    while stack and stack[-1].node not in tree.nodes:
        stack = stack[:-1]
    if not stack:
        return _go(scene, "menu")
    return scene.moved(stack=stack[:-1]).at(stack[-1]).leaving(stack[-1].node)


def _why(scene: Scene, tree: Tree) -> Scene:
    if asked(scene, tree) is None:
        return scene.say(scene.text("现在没有在问问题。")).again()
    return why(scene).again()


def _leave(how: str) -> Callable[[Scene, Tree], Scene]:
    def left(scene: Scene, tree: Tree) -> Scene:
        node = asked(scene, tree)
        if node is None:
            return scene.say(scene.text("现在没有在问问题。")).again()
        return node.leave(scene, how)

    return left


def _change(scene: Scene, tree: Tree) -> Scene:
    del tree
    return _go(scene, "profile")


def _help(scene: Scene, tree: Tree) -> Scene:
    del tree
    return scene.say(
        scene.text(
            "随时可以说：返回、菜单、人工、看结果、改前面的答案、English。\n"
            "回答问题时还可以说：不知道、跳过、为什么问这个。\n"
            "也可以直接提问，以问号结尾，我会引用政策条文来答。"
        )
    ).again()


def _speak(language: Language) -> Callable[[Scene, Tree], Scene]:
    def spoken(scene: Scene, tree: Tree) -> Scene:
        del tree
        told = scene.moved(language=language)
        return (told.doing(SetLanguage(language)) if told.world.consent else told).again()

    return spoken


def _resume(scene: Scene, tree: Tree) -> Scene:
    del tree
    if not scene.world.held_by:
        return scene.say(scene.text("现在就是助手在和您说话。")).again()
    back = replace(scene.doing(TakeBack()), world=replace(scene.world, held_by=""))
    return back.notice(
        scene.text("好的，助手回来了，您接着说。问题仍然留在工作人员那里，有答复会发到这里。")
    ).again()


_ACTS: Mapping[str, Callable[[Scene, Tree], Scene]] = MappingProxyType(
    {
        "do:back": _back,
        "do:why": _why,
        "do:unknown": _leave("not_known"),
        "do:skip": _leave("skipped"),
        "do:change": _change,
        "do:help": _help,
        "do:resume": _resume,
        "do:english": _speak("en"),
        "do:chinese": _speak("zh"),
    }
)
