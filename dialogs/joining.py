"""Codes that let another chat or a colleague in: offered here, shown there, used when confirmed."""

from dialogs.codes import grouped, plausible
from dialogs.effect import Join, OfferJoin
from dialogs.message import Card, CardLine, Reply, Section
from dialogs.parties import party_name
from dialogs.scene import Scene
from dialogs.world import Invitation

_OFFERED = {"do:device": "device", "do:colleague": "colleague"}


def about_joining(verb: str, scene: Scene) -> Scene | None:
    """Offer a code or use the one shown; None when the verb is neither."""
    if verb in _OFFERED:
        return _wished(verb, scene) or _offer(scene, colleague=_OFFERED[verb] == "colleague")
    if verb.startswith("join:"):
        return _use(scene, plausible(verb.partition(":")[2]))
    return None


def shown(scene: Scene, code: str) -> Scene:
    """On the way to where a code is looked at and confirmed."""
    return scene.pushed().afresh().moved(code=code).going("join")


def invited(scene: Scene, code: str) -> Invitation | None:
    """What a code would do; None when it is wrong, used or too old."""
    found = scene.world.invitation
    return found if found is not None and code and plausible(found.code) == code else None


def not_good(scene: Scene) -> str:
    """That a code does nothing, and what to do."""
    return scene.text(
        "这个代码不对、已经用过，或者过期了：每个代码 30 分钟内有效，只能用一次。"
        "请对方再生成一个，然后直接发给我。"
    )


def _wished(verb: str, scene: Scene) -> Scene | None:
    if scene.world.consent:
        return None
    asked_first = scene.notice(scene.text("这一步要记下您是谁，所以先征得您的同意。"))
    return asked_first.moved(wanted=scene.state.place, wish=verb).going("consent")


def _use(scene: Scene, code: str) -> Scene:
    found = invited(scene, code)
    if found is None or not scene.world.consent:
        return shown(scene, code)
    name = found.organisation or scene.text("未命名单位")
    if found.purpose == "colleague":
        said = scene.text(
            "好了，您已作为同事加入“{organisation}”。核实之前，您只能看到自己给过的回答。",
            organisation=name,
        )
    else:
        said = scene.text("好了，这里和另一处的对话已经是同一个人：两边的回答都在，提醒只发一次。")
    # What one speaks of may be another from the next turn on: nothing half done is taken along.
    left = scene.doing(Join(found.code)).afresh().moved(
        node=scene.places["menu"], stack=(), wanted=None, programme="", scope=(), asking="",
        skipped=(), not_known=(), answered=(), draft=None,
    )  # fmt: skip
    organisation = scene.button("go:organisation", scene.text("我的单位"), "quiet")
    return left.notice(said, scene.menu_button(), organisation, slot="join")


def _offer(scene: Scene, *, colleague: bool) -> Scene:
    code = scene.world.fresh_code
    if not code or (colleague and not scene.world.owner):
        refused = (
            scene.text("只有单位的负责人能邀请同事。")
            if code
            else scene.text("这里暂时给不了代码。")
        )
        return scene.notice(refused, scene.menu_button())
    card = _colleague_card(scene, code) if colleague else _device_card(scene, code)
    offered = scene.doing(OfferJoin(code, "colleague" if colleague else "device"))
    return offered.reply(
        Reply(
            kind="card",
            text=card.lead,
            language=scene.language,
            card=card,
            choices=(
                scene.button("go:organisation", scene.text("我的单位"), "quiet"),
                scene.menu_button(),
            ),
        )
    )


def _colleague_card(scene: Scene, code: str) -> Card:
    name = party_name(scene, scene.world.subject)
    lead = scene.text(
        "把下面的代码或链接发给同事，对方用它就能加入“{organisation}”。核实之前，"
        "对方只能看到自己给过的回答。",
        organisation=name,
    )
    return _card(
        scene, scene.text("邀请同事"), lead, code, (*_web(scene, code), *_messenger(scene, code))
    )


def _device_card(scene: Scene, code: str) -> Card:
    on_web = scene.world.channel == "web"
    ways = _messenger(scene, code) if on_web else _web(scene, code)
    title = scene.text("在 Telegram 继续") if on_web else scene.text("在网页继续")
    if not ways:
        title = scene.text("连接另一个对话")
    lead = scene.text(
        "在另一处打开下面的链接，或者把代码发到那边的惠企对话里，两边就合成一个人。"
        "别转给他人：用了它的人就等于您。"
    )
    return _card(scene, title, lead, code, ways)


def _card(scene: Scene, title: str, lead: str, code: str, ways: tuple[CardLine, ...]) -> Card:
    own = CardLine(
        text=grouped(code), mark="info", notes=(scene.text("30 分钟内有效，只能用一次。"),)
    )
    return Card(
        title=title,
        lead=lead,
        sections=(Section(title=scene.text("代码"), lines=(own, *ways)),),
    )


def _messenger(scene: Scene, code: str) -> tuple[CardLine, ...]:
    address = scene.world.messenger_link
    if not address:
        return ()
    return (_line(scene.text("用 Telegram 打开"), f"{address}?start=join-{code}"),)


def _web(scene: Scene, code: str) -> tuple[CardLine, ...]:
    address = scene.world.web_address
    if not address:
        return ()
    return (_line(scene.text("用网页打开"), f"{address.rstrip('/')}/#join={code}"),)


def _line(said: str, address: str) -> CardLine:
    """Channels make a link only of an https address; any other can still be read and typed."""
    if address.startswith("https://"):
        return CardLine(text=said, mark="info", link=address)
    return CardLine(text=said, mark="info", notes=(address,))
