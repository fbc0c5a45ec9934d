"""A join code: typed in, looked at, and used only when it is confirmed."""

from collections.abc import Iterator
from typing import Literal

from dialogs.codes import join_button, said_code
from dialogs.joining import invited, not_good
from dialogs.message import Incoming, Reply, Said
from dialogs.node import Node
from dialogs.scene import Scene
from dialogs.world import Invitation
from knowledge.model import Slug, Text


class JoinNode(Node):
    """Asks for a code while `state.code` is empty, else says what it would do."""

    needs_consent = True

    kind: Literal["join"]
    text: Text
    then: Slug

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.then,)

    @property
    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "text", self.text

    def enter(self, scene: Scene) -> Scene:
        code = scene.state.code
        found = invited(scene, code)
        if found is not None:
            return _confirm(scene, found)
        text = not_good(scene) if code else self.text.of(scene.language)
        return scene.moved(code="", entering="code").reply(
            Reply(
                kind="text",
                text=text,
                language=scene.language,
                choices=(scene.back_button(), scene.menu_button()),
                slot="join",
            )
        )

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        if not isinstance(said, Said) or scene.state.entering != "code":
            return None
        code = said_code(said, scene.state)
        if code:
            return scene.moved(code=code, entering="").again()
        if any(sign in said.text for sign in "?？"):
            return None
        return scene.notice(
            scene.text("这不像一个代码。代码是一组字母和数字，像 ABCD-EFGH 这样。")
        ).again()


def _confirm(scene: Scene, found: Invitation) -> Scene:
    name = found.organisation or scene.text("未命名单位")
    if found.purpose == "colleague":
        text = scene.text(
            "要作为同事加入“{organisation}”吗？加入后您可以替它测算和收提醒；"
            "核实之前，您只能看到自己给过的回答。",
            organisation=name,
        )
        yes = scene.text("确认加入")
    else:
        text = scene.text(
            "要把这里和另一处的对话连成一个人吗？两边的回答都会保留，这里说过的话也归到那个人名下。"
            "只有那边也是您本人时才确认。"
        )
        yes = scene.text("确认连接")
    return scene.moved(entering="").reply(
        Reply(
            kind="text",
            text=text,
            language=scene.language,
            choices=(
                scene.button(join_button(scene.state.code), yes, "primary"),
                scene.button("go:menu", scene.text("不用了")),
            ),
            slot="join",
        )
    )
