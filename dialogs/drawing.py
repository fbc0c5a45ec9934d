"""A tree as a graph, in the language of Mermaid."""

from collections.abc import Iterator

from dialogs.nodes.menu import Menu
from dialogs.tree import AnyNode, Tree
from knowledge.model import Language


def mermaid(tree: Tree, language: Language) -> str:
    """The graph of a tree: a box a node with its kind, an arrow an exit."""
    return "\n".join(["flowchart TD", *_boxes(tree), *_arrows(tree, language)]) + "\n"


def _boxes(tree: Tree) -> Iterator[str]:
    yield f"  start(( )) --> {_id(tree.start)}"
    for name, node in tree.nodes.items():
        yield f'  {_id(name)}["{name}<br/><i>{node.kind}</i>"]'


def _arrows(tree: Tree, language: Language) -> Iterator[str]:
    for name, node in tree.nodes.items():
        for label, target in _ways(node, language):
            arrow = f'-- "{label}" -->' if label else "-->"
            yield f"  {_id(name)} {arrow} {_id(target)}"


def _ways(node: AnyNode, language: Language) -> list[tuple[str, str]]:
    if isinstance(node, Menu):
        return [
            (choice.label.of(language).replace('"', "'"), choice.then)
            for choice in node.choices.values()
        ]
    return [("", target) for target in dict.fromkeys(node.exits)]


def _id(name: str) -> str:
    """A name Mermaid takes: `end` and hyphens mean something to it."""
    return "n_" + name.replace("-", "_")
