"""Kind words for what cannot be taken: a value of a form that does not fit, a file."""

from dialogs import wording
from dialogs.message import Attached
from dialogs.scene import Scene
from knowledge.fact import Column, Fact
from knowledge.value import ValueRefused

_LONGEST_NAME = 80


def refusal(scene: Scene, spec: Fact | Column, refused: ValueRefused) -> str:
    """Why it was not taken, and what would be."""
    match refused.code:
        case "out_of_bounds":
            return scene.text(
                "这个数超出了合理的范围（{bounds}），请再看一下。",
                bounds=refused.context.get("bounds", ""),
            )
        case "not_whole":
            return scene.text("这里要填整数。")
        case "wrong_unit":
            return scene.text(
                "单位不对，这里用的是 {unit}。", unit=wording.unit(spec, scene.language)
            )
        case "range_reversed":
            return scene.text("范围的前一个数比后一个大，请再看一下。")
        case "text_length":
            return scene.text("请写 1 到 {most} 个字。", most=spec.max_length)
        case "too_many_rows":
            return scene.text("最多记 {most} 条。", most=refused.context.get("most", ""))
        case _:
            return scene.text("这个值没能读懂，请再填一次。")


def unread(said: Attached, scene: Scene) -> Scene:
    """With said that a file is not read, and what to do instead."""
    name = " ".join(said.name.split())[:_LONGEST_NAME]
    got = scene.text("收到“{name}”。", name=name) if name else scene.text("收到一个文件。")
    what = scene.text(
        "我读不了文件的内容，也没有保存它。请把里面的数字或情况直接打字告诉我；"
        "要有人看材料，请转人工。"
    )
    return scene.notice(scene.sentences(got, what), scene.person_button())
