"""One turn of a conversation: what was said, the state and the world to replies, state, effects."""

from dataclasses import dataclass, replace

from dialogs import tree as trees
from dialogs.anywhere import act, asked, verb_of
from dialogs.codes import said_code
from dialogs.effect import Effect
from dialogs.holding import finds_the_way, held, open_while_held
from dialogs.joining import invited, shown
from dialogs.message import Attached, Incoming, Opened, Pressed, Reply, Said, Submitted
from dialogs.nodes.menu import Menu, Say
from dialogs.parties import saying_of_whom
from dialogs.quoting import is_question, quoted, surely_question
from dialogs.records import column_of
from dialogs.refusing import unread
from dialogs.scene import Scene
from dialogs.state import State
from dialogs.tree import Tree
from dialogs.world import World
from knowledge.profile import Asking

LONGEST = 2000
"""Characters of a text that is still read."""
_SHORT = 4
"""A text no longer than this that fits nothing is no question of one's own either."""
_MOST_STEPS = 12
"""Nodes passed in one turn; a checked tree needs three or four."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be shown, kept and done."""

    replies: tuple[Reply, ...]
    state: State
    effects: tuple[Effect, ...]


def take_turn(said: Incoming, state: State, world: World, tree: Tree | None = None) -> Turn:
    """Answer one message: the replies to show, the state to keep, the effects to perform. No I/O.

    Nothing that can be said raises. `tree` is the one that ships with the program when None.
    """
    tree = tree or trees.builtin()
    scene = Scene(world=world, state=state, source=_source(said), places=tree.places)
    if world.held_by and not open_while_held(said):
        return Turn((), state, ())
    done = _settled(_wished(_answered(said, scene, tree), tree), tree)
    return Turn(saying_of_whom(done), done.state, done.effects)


def _wished(scene: Scene, tree: Tree) -> Scene:
    """With done what somebody wanted before they were asked for consent, now that it is given."""
    wish = scene.state.wish
    if not wish or not scene.world.consent:
        return scene
    done = act(wish, scene.moved(wish=""), tree)
    return scene.moved(wish="") if done is None else done


def _source(said: Incoming) -> str:
    match said:
        case Pressed():
            return "pressed"
        case Submitted():
            return "form"
        case _:
            return "said"


def _answered(said: Incoming, scene: Scene, tree: Tree) -> Scene:
    """The scene after what was said, on its way to the place that is shown next."""
    state = scene.state
    if state.lost or (state.node and state.node not in tree.nodes):
        blank = replace(scene, state=State(language=state.language))
        told = blank.notice(scene.text("我没能接上之前的对话，从菜单重新开始；您的回答都还在。"))
        return told.going("menu")
    if not state.node:
        return _begin(said, scene, tree)
    if scene.world.held_by and isinstance(said, Opened):
        return held(scene)
    if isinstance(said, Opened):
        return _linked(said.start, scene, tree) or scene.again()
    if isinstance(said, Attached):
        return _attached(said, scene, tree)
    if isinstance(said, Said) and len(said.text) > LONGEST:
        return scene.notice(
            scene.text("这段话太长了，我最多能读 {most} 个字，请挑要紧的说。", most=LONGEST)
        ).again()
    code = _code(said, scene, tree)
    if code:
        return shown(scene, code)
    anywhere = act(verb_of(said), scene, tree)
    if anywhere is None:
        return _here(said, scene, tree)
    return held(anywhere) if scene.world.held_by and finds_the_way(said) else anywhere


def _attached(said: Attached, scene: Scene, tree: Tree) -> Scene:
    """Files cannot be read; what was written with one is answered as if it stood alone."""
    told = unread(said, scene)
    text = said.text.strip()
    return _answered(Said(text=text), told, tree) if text else told.again()


def _code(said: Incoming, scene: Scene, tree: Tree) -> str:
    """The join code of this text, where it can be nothing else."""
    if not isinstance(said, Said):
        return ""
    code = said_code(said, scene.state)
    if not code or scene.state.entering == "code":
        return ""
    asking = asked(scene, tree) is not None and _wants_words(scene)
    words = asking or scene.state.entering == "name"
    return "" if words and invited(scene, code) is None else code


def _begin(said: Incoming, scene: Scene, tree: Tree) -> Scene:
    """The first message of a conversation: who runs this comes before anything else."""
    start = tree.nodes[tree.start]
    greeted = scene.moved(node=tree.start)
    greeted = start.enter(greeted) if isinstance(start, Say) else greeted.leaving(tree.start)
    match said:
        case Opened(start=link):
            return _linked(link, greeted, tree) or greeted
        case Attached():
            return unread(said, greeted)
        case Said(text=text) if is_question(text) and len(text) <= LONGEST:
            return quoted(greeted, text)
        case _:
            return greeted


def _linked(link: str, scene: Scene, tree: Tree) -> Scene | None:
    """Where a deep link leads; None when it leads nowhere."""
    verb, _, rest = link.partition("-")
    if verb == "join":
        return shown(scene, said_code(Opened(start=link), scene.state))
    if verb in {"card", "only"}:
        return act(f"{verb}:{rest}", scene, tree)
    return act(f"go:{link}", scene, tree) if link in tree.places else None


def _here(said: Incoming, scene: Scene, tree: Tree) -> Scene:
    """What the place makes of it; else a question of one's own; else the place is shown again."""
    node = tree.nodes[scene.state.node]
    text = said.text.strip() if isinstance(said, Said) else ""
    asking = asked(scene, tree) is not None
    if asking and text and (surely_question(text) or (_wants_words(scene) and is_question(text))):
        return quoted(scene, text).again()
    taken = node.take(said, scene)
    if asking and text and is_question(text) and taken is not None and _nothing_new(taken, scene):
        return quoted(scene, text).again()
    if taken is None and isinstance(said, Pressed):
        taken = _of_an_earlier_menu(said, scene, tree)
    if taken is not None:
        return taken
    if text and (is_question(text) or len(text) > _SHORT):
        return quoted(scene, text)
    if text:
        return scene.notice(scene.text("这句我没看懂。请点下面的选项，或者直接提问。")).again()
    return scene.again()


def _of_an_earlier_menu(said: Pressed, scene: Scene, tree: Tree) -> Scene | None:
    """What an old menu's button still does; None for other buttons, and consent given already."""
    name = said.button.removeprefix("m:").partition(".")[0]
    menu = tree.nodes.get(name)
    given = name == tree.places["consent"] and scene.world.consent
    if not isinstance(menu, Menu) or given:
        return None
    return menu.take(said, scene.pushed().moved(node=name))


def _wants_words(scene: Scene) -> bool:
    """Whether any text at all would be an answer."""
    asking = Asking.parse(scene.state.asking)
    fact = scene.world.knowledge.fact_of(asking)
    column, _ = column_of(scene, asking, fact)
    return (column or fact).type == "text"


def _nothing_new(taken: Scene, scene: Scene) -> bool:
    return taken.effects == scene.effects and taken.state == scene.state


def _settled(scene: Scene, tree: Tree) -> Scene:
    """Pass from node to node until one waits for an answer."""
    for _ in range(_MOST_STEPS):
        if not scene.go:
            return scene
        scene = _entered(scene, tree)
    raise AssertionError(f"the tree goes round in a circle at {scene.go}")


def _entered(scene: Scene, tree: Tree) -> Scene:
    # A kept state may name a node that a later tree no longer has.
    name = scene.go if scene.go in tree.nodes else tree.places["menu"]
    node = tree.nodes[name]
    arrived = replace(scene, go="").moved(node=name)
    consent = tree.places["consent"]
    if name == consent and scene.world.consent:
        return arrived.going("menu")
    if node.needs_consent and not scene.world.consent:
        asked_first = arrived.notice(arrived.text("这一步要记下您的回答，所以先征得您的同意。"))
        return asked_first.moved(wanted=arrived.state.place).leaving(consent)
    return node.enter(arrived)
