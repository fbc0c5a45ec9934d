"""The menu of commands, in both languages; the words are those that can be said anywhere."""

from collections.abc import Mapping
from types import MappingProxyType

from aiogram.types import BotCommand

from knowledge.model import Language, Text

COMMANDS: Mapping[str, Text] = MappingProxyType(
    {
        "menu": Text(zh="菜单", en="Menu"),
        "screening": Text(zh="测一测能申报什么", en="See what I qualify for"),
        "results": Text(zh="看结果", en="Results so far"),
        "programmes": Text(zh="看某个项目", en="Look at one programme"),
        "deadlines": Text(zh="期限和提醒", en="Deadlines and reminders"),
        "ask": Text(zh="问一问", en="Ask a question"),
        "profile": Text(zh="我的档案", en="My answers"),
        "person": Text(zh="转人工", en="Talk to a person"),
        "settings": Text(zh="设置：语言、我的单位、我的数据", en="Settings: language, data"),
        "help": Text(zh="怎么用", en="How to use this"),
        "english": Text(zh="English", en="English"),
        "chinese": Text(zh="中文", en="中文"),
    }
)


def commands(language: Language) -> list[BotCommand]:
    """The menu in one language."""
    return [
        BotCommand(command=name, description=text.of(language)) for name, text in COMMANDS.items()
    ]
