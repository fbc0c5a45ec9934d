"""Trees that would strand somebody are refused, with file, node and reason."""

from pathlib import Path

import pytest

from dialogs import tree
from dialogs.drawing import mermaid
from knowledge.yaml_text import Refused

MAIN = (Path(tree.__file__).parent / "trees" / "main.yaml").read_text("utf-8")


def refused(text: str) -> str:
    with pytest.raises(Refused) as caught:
        tree.parse("main.yaml", text)
    return str(caught.value)


def test_the_tree_of_the_program_loads() -> None:
    loaded = tree.builtin()
    assert loaded.start == "greeting"
    assert set(loaded.places) == set(tree.PLACES)


@pytest.mark.parametrize(
    ("was", "becomes", "reasons"),
    [
        ("start: greeting", "start: nowhere", ["start: there is no node 'nowhere'"]),
        ("    then: consent\n", "    then: gone\n", ["nodes.greeting: leads to 'gone'"]),
        ("    kind: screen\n", "    kind: scream\n", ["nodes.screening"]),
        (
            "    kind: screen\n",
            "    kind: screen\n    color: red\n",
            ["nodes.screening.color", "Extra"],
        ),
        ("  menu: menu\n", "  menu: results\n", ["places.menu: there is no node 'results'"]),
        ("  menu: menu\n", "", ["places: menu is required"]),
        ("places:\n", "places:\n  garden: menu\n", ["places.garden: there is no such key"]),
        ("start: greeting\n", "start: greeting\nend: menu\n", ["end: there is no such key"]),
        (
            "empty: {zh: 还没有记下任何回答。, en: There are no answers yet.}",
            "empty: {zh: 还没有记下任何回答。}",
            ["nodes.profile.empty.en", "required"],
        ),
        (
            "en: There are no answers yet.",
            "en: 还没有记下任何回答。",
            ["nodes.profile.empty: the en text holds Chinese"],
        ),
        (
            "zh: 还没有记下任何回答。",
            "zh: Nothing yet.",
            ["nodes.profile.empty: the zh text holds no Chinese"],
        ),
        ("{operator}提供", "{owner}提供", ["no gap {owner}", "different gaps"]),
        ("{operator}提供", "{operator提供", ["a brace is open"]),
        (
            "nodes:\n",
            "nodes:\n  Lost:\n    kind: say\n    text: {zh: 迷路, en: lost}\n    then: menu\n",
            ["nodes.Lost: a node is named in lower case"],
        ),
        (
            "nodes:\n",
            "nodes:\n  lost:\n    kind: say\n    text: {zh: 迷路, en: lost}\n    then: menu\n",
            ["nodes.lost: nothing leads here"],
        ),
        (
            "nodes:\n",
            "nodes:\n  lost:\n    kind: say\n    text: {zh: 迷路, en: lost}\n    then: lost\n",
            ["nodes.lost: goes round in a circle"],
        ),
        (
            "  screening:\n    kind: screen\n    then: results\n",
            (
                "  screening:\n    kind: screen\n    then: trap\n  trap:\n    kind: overview\n"
                "    screen: screening\n    then: screening\n"
            ),
            ["nodes.trap: a dead end", "nodes.screening: a dead end"],
        ),
    ],
)
def test_a_tree_that_strands_somebody_is_refused(
    was: str, becomes: str, reasons: list[str]
) -> None:
    assert was in MAIN
    said = refused(MAIN.replace(was, becomes, 1))
    assert "main.yaml:" in said
    for reason in reasons:
        assert reason in said


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "start: a\nnodes: b\nplaces: c\n", "a: &b c\n"])
def test_a_file_of_another_shape_is_refused(text: str) -> None:
    assert "main.yaml" in refused(text)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        tree.load(tmp_path / "none.yaml")


def test_the_drawing_names_every_node_and_every_way() -> None:
    loaded = tree.builtin()
    drawn = mermaid(loaded, "en")
    assert drawn.startswith("flowchart TD\n")
    for name, node in loaded.nodes.items():
        assert f'n_{name.replace("-", "_")}["{name}<br/><i>{node.kind}</i>"]' in drawn
    assert '-- "Settings" --> n_settings' in drawn
