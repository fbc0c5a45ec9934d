"""The organisations of a person: what they are called, and speaking of another one."""

from dataclasses import replace

from dialogs.buttons import find, named
from dialogs.effect import SwitchSubject
from dialogs.message import Choice, Reply
from dialogs.scene import Scene
from dialogs.world import Party

_ABOUT_ONE = frozenset({"menu", "question", "card", "overview"})


def party_name(scene: Scene, party: Party | None) -> str:
    """What an organisation is called; one nobody has named is said to be so."""
    if party is None or not party.name.strip():
        return scene.text("未命名单位")
    return party.name


def party_buttons(scene: Scene) -> tuple[Choice, ...]:
    """To each other organisation of the person."""
    return tuple(
        scene.button(
            named("s", party.id), scene.text("换成“{name}”", name=party_name(scene, party))
        )
        for party in scene.world.others
    )


def switched(button: str, scene: Scene) -> Scene | None:
    """Speaking of the organisation of this button from now on; None when it is of none."""
    id_ = find(button, "s", (party.id for party in scene.world.others))
    chosen = next((party for party in scene.world.others if party.id == id_), None)
    if chosen is None:
        return None
    said = scene.doing(SwitchSubject(chosen.id)).notice(
        scene.text("好的，下面说的是“{name}”。", name=party_name(scene, chosen))
    )
    before = () if scene.world.subject is None else (scene.world.subject,)
    others = tuple(party for party in scene.world.others if party is not chosen)
    world = replace(scene.world, subject=chosen, others=(*before, *others))
    # Its answers are read before the next turn: nothing of the other's is shown meanwhile.
    return replace(said, world=world).moved(
        asking="", skipped=(), not_known=(), answered=(), draft=None, stack=()
    )


def spoken_of(scene: Scene) -> str:
    """Which organisation this is about, where the person has several; else empty."""
    if not scene.world.others:
        return ""
    return scene.text("说的是：{name}", name=party_name(scene, scene.world.subject))


def saying_of_whom(scene: Scene) -> tuple[Reply, ...]:
    """Whoever has several organisations reads under the last reply which one it is about."""
    whom = spoken_of(scene)
    if not whom or not scene.replies or scene.replies[-1].kind not in _ABOUT_ONE:
        return scene.replies
    last = scene.replies[-1]
    if scene.about in last.text or (last.card is not None and scene.about in last.card.lead):
        return scene.replies
    footer = "\n".join(each for each in (last.footer, whom) if each)
    return (*scene.replies[:-1], last.model_copy(update={"footer": footer}))
