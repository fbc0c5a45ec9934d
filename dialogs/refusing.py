"""Kind words for a value that a form handed in and that does not fit its fact."""

from dialogs import wording
from dialogs.scene import Scene
from knowledge.fact import Column, Fact
from knowledge.value import ValueRefused


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
