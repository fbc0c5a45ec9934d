"""What a reply looks like in Telegram, and what became of it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channel import TelegramChannel
from dialogs.message import (
    Badge,
    Card,
    CardLine,
    Choice,
    Document,
    Quote,
    Reply,
    Section,
)
from dialogs.ports import Ended, Later, Outgoing, Sent, Unknown
from tests.builders.bot_api import BotApi

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def a_reply(text: str = "您好", *choices: Choice, **given: object) -> Reply:
    return Reply.model_validate({"kind": "text", "text": text, "choices": choices, **given})


def yes(label: str = "是") -> Choice:
    return Choice(id="a:yes", label=label)


A_CARD = Card(
    title="河南省新型研发机构备案 <试>",
    badges=(Badge(label="已达到", tone="good"),),
    lead="目前看符合。",
    sections=(
        Section(
            title="条件",
            lines=(
                CardLine(
                    text="研发人员 ≥ 10 人",
                    mark="met",
                    quote=Quote(document="54号", article="第四条（六）", text="不少于 10 人"),
                    choices=(Choice(id="o:1", label="这条不对"),),
                ),
                CardLine(text="链接", link="https://example.org/?a=1&b=2"),
            ),
        ),
        Section(title="材料", folded=True, lines=(CardLine(text="申请表"), CardLine(text="章程"))),
    ),
)  # fmt: skip


class TestShown:
    async def test_a_text_with_its_buttons(self, channel: TelegramChannel, api: BotApi) -> None:
        reply = a_reply("1 < 2 & 3 > 2", yes(), Choice(id="a:no", label="否", chosen=True))
        outcome = await channel.send(Outgoing("7", reply), NOW)
        assert outcome == Sent("1")
        assert api.last(7).text == "1 < 2 & 3 > 2"
        assert api.last(7).rows[0][1]["text"] == "✓ 否"

    async def test_a_card_with_quotes_links_and_folded_parts(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        reply = a_reply("目前看符合。", yes("看结果"), kind="card", card=A_CARD)
        await channel.send(Outgoing("7", reply), NOW)
        shown = api.last(7)
        assert shown.text.count("目前看符合") == 1
        for words in ("<试>", "🟢 已达到", "✅ 研发人员 ≥ 10 人 [1]", "第四条（六）", "申请表"):
            assert words in shown.text
        assert shown.buttons == ["[1] 这条不对", "看结果"]
        sent = dict(next(given for name, given in api.calls if name == "sendMessage"))
        assert "<blockquote expandable>申请表\n章程</blockquote>" in sent["text"]
        assert 'href="https://example.org/?a=1&amp;b=2"' in sent["text"]

    async def test_many_buttons_of_lines_are_numbers(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        lines = tuple(
            CardLine(text=f"条件 {n}", choices=(Choice(id=f"o:{n}", label="这条不对"),))
            for n in range(1, 12)
        )
        card = Card(title="卡", sections=(Section(title="条件", lines=lines),))
        await channel.send(Outgoing("7", a_reply("好", kind="card", card=card)), NOW)
        assert "条件 11 [11]" in api.last(7).text
        assert api.last(7).text.endswith("按下面的编号：这条不对")
        assert api.last(7).buttons == [f"[{n}]" for n in range(1, 12)]

    async def test_what_is_too_long_comes_in_parts_with_the_buttons_last(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        reply = a_reply("\n".join(f"第 {n} 行 <&>😀" for n in range(900)), yes())
        assert isinstance(await channel.send(Outgoing("7", reply), NOW), Sent)
        parts = api.shown[7]
        assert len(parts) > 1
        assert "\n".join(part.text for part in parts) == reply.text
        assert [bool(part.rows) for part in parts] == [False] * (len(parts) - 1) + [True]

    async def test_more_buttons_than_telegram_takes(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        many = [Choice(id=f"c:{n}", label=f"第 {n} 个选项") for n in range(150)]
        assert isinstance(await channel.send(Outgoing("7", a_reply("选", *many)), NOW), Sent)
        assert 0 < len(api.last(7).buttons) <= 100

    async def test_an_empty_reply_is_still_a_message(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        assert isinstance(await channel.send(Outgoing("7", a_reply("")), NOW), Sent)
        assert api.last(7).text == "…"

    async def test_a_document_is_a_file(self, channel: TelegramChannel, api: BotApi) -> None:
        file = Document(name="huiqi-export.json", media="application/json", content='{"甲": 1}')
        await channel.send(Outgoing("7", a_reply("在附件里", document=file)), NOW)
        assert (api.last(7).file, api.last(7).content) == ("huiqi-export.json", '{"甲": 1}')

    async def test_a_person_is_named(self, channel: TelegramChannel, api: BotApi) -> None:
        await channel.send(Outgoing("7", a_reply("您好", kind="staff", author="张三")), NOW)
        assert api.last(7).text == "👤 张三\n您好"


class TestEdits:
    async def test_a_pressed_message_is_changed_in_place(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        await channel.send(Outgoing("7", a_reply("一", yes())), NOW)
        assert await channel.send(Outgoing("7", a_reply("二", yes()), replaces="1"), NOW) == Sent(
            "1"
        )
        assert api.screen(7) == ["二"]

    async def test_the_same_again_is_no_failure(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        await channel.send(Outgoing("7", a_reply("一", yes())), NOW)
        assert await channel.send(Outgoing("7", a_reply("一", yes()), replaces="1"), NOW) == Sent(
            "1"
        )
        assert api.screen(7) == ["一"]

    async def test_one_that_is_gone_is_sent_anew(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        assert await channel.send(Outgoing("7", a_reply("二"), replaces="99"), NOW) == Sent("1")
        assert api.screen(7) == ["二"]


class TestOutcomes:
    @pytest.mark.parametrize(
        ("how", "outcome"),
        [
            ("429", Later("too_many", NOW + timedelta(seconds=3))),
            ("500", Later("server_error")),
            ("502", Later("server_error")),
        ],
    )
    async def test_what_surely_did_not_arrive_may_be_tried_again(
        self, channel: TelegramChannel, api: BotApi, how: str, outcome: Later
    ) -> None:
        api.fail("sendMessage", how)
        assert await channel.send(Outgoing("7", a_reply()), NOW) == outcome
        assert api.screen(7) == []

    async def test_a_server_that_is_away_took_nothing(self, channel: TelegramChannel) -> None:
        channel._bot.session.api = channel._bot.session.api.from_base("http://127.0.0.1:9")
        assert await channel.send(Outgoing("7", a_reply()), NOW) == Later("away")

    async def test_an_answer_that_never_came_leaves_the_outcome_unknown(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        channel._bot.session.timeout = 0.2
        api.fail("sendMessage", "lost")
        assert await channel.send(Outgoing("7", a_reply()), NOW) == Unknown("timed_out")
        assert api.screen(7) == ["您好"]

    async def test_half_a_message_is_never_sent_again(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        api.fail("sendMessage", "", "429")
        outcome = await channel.send(Outgoing("7", a_reply("字\n" * 3000)), NOW)
        assert outcome == Unknown("in_parts")

    async def test_a_blocked_bot_has_lost_the_chat(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        api.blocked.add(7)
        outcome = await channel.send(Outgoing("7", a_reply()), NOW)
        assert outcome == Ended("blocked", contact_lost=True)

    async def test_a_chat_that_is_not_there_is_lost_too(self, channel: TelegramChannel) -> None:
        outcome = await channel.send(Outgoing("8", a_reply()), NOW)
        assert outcome == Ended("chat_gone", contact_lost=True)
