"""What a reply looks like in Telegram, and what became of it."""

import contextlib
import socket
from datetime import UTC, datetime, timedelta

import pytest

from bot import sender, session
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
from tests.bot.conftest import Pauses
from tests.builders.bot_api import BotApi
from tests.builders.paces import FREE, Pace

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
        outcome = await channel.send(Outgoing("7", reply), NOW, FREE)
        assert outcome == Sent("1")
        assert api.last(7).text == "1 < 2 & 3 > 2"
        assert api.last(7).rows[0][1]["text"] == "✓ 否"

    async def test_a_card_with_quotes_links_and_folded_parts(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        reply = a_reply("目前看符合。", yes("看结果"), kind="card", card=A_CARD)
        await channel.send(Outgoing("7", reply), NOW, FREE)
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
        await channel.send(Outgoing("7", a_reply("好", kind="card", card=card)), NOW, FREE)
        assert "条件 11 [11]" in api.last(7).text
        assert api.last(7).text.endswith("按下面的编号：这条不对")
        assert api.last(7).buttons == [f"[{n}]" for n in range(1, 12)]

    async def test_what_is_too_long_comes_in_parts_with_the_buttons_last(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        reply = a_reply("\n".join(f"第 {n} 行 <&>😀" for n in range(900)), yes())
        assert isinstance(await channel.send(Outgoing("7", reply), NOW, FREE), Sent)
        parts = api.shown[7]
        assert len(parts) > 1
        assert "\n".join(part.text for part in parts) == reply.text
        assert [bool(part.rows) for part in parts] == [False] * (len(parts) - 1) + [True]

    async def test_more_buttons_than_telegram_takes(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        many = [Choice(id=f"c:{n}", label=f"第 {n} 个选项") for n in range(150)]
        assert isinstance(await channel.send(Outgoing("7", a_reply("选", *many)), NOW, FREE), Sent)
        assert 0 < len(api.last(7).buttons) <= 100

    async def test_an_empty_reply_is_still_a_message(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        assert isinstance(await channel.send(Outgoing("7", a_reply("")), NOW, FREE), Sent)
        assert api.last(7).text == "…"

    async def test_a_document_is_a_file(self, channel: TelegramChannel, api: BotApi) -> None:
        file = Document(name="huiqi-export.json", media="application/json", content='{"甲": 1}')
        await channel.send(Outgoing("7", a_reply("在附件里", document=file)), NOW, FREE)
        assert (api.last(7).file, api.last(7).content) == ("huiqi-export.json", '{"甲": 1}')

    async def test_a_file_with_a_long_text_comes_after_it(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        file = Document(name='数据"a/b".json', media="application/json", content='{"甲": "\ud800"}')
        reply = a_reply("很长的话。" * 300, yes(), document=file)
        assert await channel.send(Outgoing("7", reply), NOW, FREE) == Sent("2")
        assert api.screen(7) == ["很长的话。" * 300, ""]
        assert [len(part.rows) for part in api.shown[7]] == [0, 1]
        assert (api.last(7).file, api.last(7).content) == ("数据_a_b_.json", '{"甲": "?"}')

    async def test_characters_that_cannot_be_sent_are_left_out(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        reply = a_reply("甲\0\ud800乙", yes("是\ud83d\0"))
        assert await channel.send(Outgoing("7", reply), NOW, FREE) == Sent("1")
        assert (api.last(7).text, api.last(7).buttons) == ("甲乙", ["是"])

    async def test_formatting_that_is_refused_costs_no_words(
        self, channel: TelegramChannel, api: BotApi, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sender, "messages", lambda *_: ["<u1>甲 &lt; 乙</u1>"])
        assert await channel.send(Outgoing("7", a_reply()), NOW, FREE) == Sent("1")
        assert api.last(7).text == "甲 < 乙"

    async def test_an_example_is_said_once(self, channel: TelegramChannel, api: BotApi) -> None:
        hint = {"asking": "staff", "kind": "number", "example": "12 人"}
        await channel.send(Outgoing("7", a_reply("多少人？", input=hint)), NOW, FREE)
        assert api.last(7).text == "多少人？\n例如：12 人"
        await channel.send(Outgoing("7", a_reply("多少人？例如 12 人", input=hint)), NOW, FREE)
        assert api.last(7).text == "多少人？例如 12 人"

    async def test_how_far_it_is_is_seen(self, channel: TelegramChannel, api: BotApi) -> None:
        far = {"decided": 3, "total": 9, "remaining": 20}
        await channel.send(Outgoing("7", a_reply("问", progress=far, footer="3/9")), NOW, FREE)
        assert api.last(7).text == "问\n\n▰▰▰▱▱▱▱▱▱▱\n3/9"

    async def test_a_person_is_named(self, channel: TelegramChannel, api: BotApi) -> None:
        await channel.send(Outgoing("7", a_reply("您好", kind="staff", author="张三")), NOW, FREE)
        assert api.last(7).text == "👤 张三\n您好"


class TestEdits:
    async def test_a_pressed_message_is_changed_in_place(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        await channel.send(Outgoing("7", a_reply("一", yes())), NOW, FREE)
        assert await channel.send(
            Outgoing("7", a_reply("二", yes()), replaces="1"), NOW, FREE
        ) == Sent("1")
        assert api.screen(7) == ["二"]

    async def test_the_same_again_is_no_failure(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        await channel.send(Outgoing("7", a_reply("一", yes())), NOW, FREE)
        assert await channel.send(
            Outgoing("7", a_reply("一", yes()), replaces="1"), NOW, FREE
        ) == Sent("1")
        assert api.screen(7) == ["一"]

    async def test_one_that_is_gone_is_sent_anew(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        assert await channel.send(Outgoing("7", a_reply("二"), replaces="99"), NOW, FREE) == Sent(
            "1"
        )
        assert api.screen(7) == ["二"]

    async def test_a_lost_edit_is_tried_again(self, channel: TelegramChannel, api: BotApi) -> None:
        """It doubles nothing, whether it had arrived or not."""
        await channel.send(Outgoing("7", a_reply("一")), NOW, FREE)
        api.fail("editMessageText", "reset", "429")
        edit = Outgoing("7", a_reply("二"), replaces="1")
        assert await channel.send(edit, NOW, FREE) == Later("connection_lost")
        assert await channel.send(edit, NOW, FREE) == Later("too_many", NOW + timedelta(seconds=3))
        assert await channel.send(edit, NOW, FREE) == Sent("1")
        assert api.screen(7) == ["二"]

    @pytest.mark.parametrize("replaces", ["1", "2"])
    async def test_neither_a_file_nor_what_the_person_wrote_can_be_changed(
        self, channel: TelegramChannel, api: BotApi, replaces: str
    ) -> None:
        file = Document(name="a.json", media="application/json", content="{}")
        await channel.send(Outgoing("7", a_reply("附件", document=file)), NOW, FREE)
        await api.say(7, "您好")
        outcome = await channel.send(Outgoing("7", a_reply("二"), replaces=replaces), NOW, FREE)
        assert outcome == Sent("3")

    async def test_what_no_longer_fits_in_one_message_comes_anew(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        await channel.send(Outgoing("7", a_reply("一")), NOW, FREE)
        long = a_reply("字\n" * 3000)
        assert await channel.send(Outgoing("7", long, replaces="1"), NOW, FREE) == Sent("3")
        assert api.screen(7)[0] == "一"


class TestOutcomes:
    @pytest.mark.parametrize(
        ("how", "outcome"),
        [
            ("429", Later("too_many", NOW + timedelta(seconds=3))),
            ("500", Later("server_error")),
            ("502", Later("server_error")),
            ("502-page", Later("server_error")),
            ("429-bare", Later("too_many")),
            ("401", Later("token_refused")),
        ],
    )
    async def test_what_surely_did_not_arrive_may_be_tried_again(
        self, channel: TelegramChannel, api: BotApi, how: str, outcome: Later
    ) -> None:
        api.fail("sendMessage", how)
        assert await channel.send(Outgoing("7", a_reply()), NOW, FREE) == outcome
        assert api.screen(7) == []

    async def test_a_server_that_is_away_took_nothing(self, channel: TelegramChannel) -> None:
        channel._bot.session.api = channel._bot.session.api.from_base("http://127.0.0.1:9")
        assert await channel.send(Outgoing("7", a_reply()), NOW, FREE) == Later("away")

    async def test_an_answer_that_never_came_leaves_the_outcome_unknown(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        channel._bot.session.timeout = 0.2
        api.fail("sendMessage", "lost")
        assert await channel.send(Outgoing("7", a_reply()), NOW, FREE) == Unknown("timed_out")
        assert api.screen(7) == ["您好"]

    @pytest.mark.parametrize(
        ("how", "cause"),
        [
            ("reset", "connection_lost"),
            ("504-page", "timed_out"),
            ("page", "unreadable_answer"),
        ],
    )
    async def test_an_answer_that_says_nothing_leaves_it_unknown(
        self, channel: TelegramChannel, api: BotApi, how: str, cause: str
    ) -> None:
        api.fail("sendMessage", how)
        assert await channel.send(Outgoing("7", a_reply()), NOW, FREE) == Unknown(cause)
        assert api.screen(7) == ["您好"]

    async def test_a_network_that_swallows_everything_took_nothing(
        self, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Blocked addresses answer to no connection at all: such a message may be sent again."""
        monkeypatch.setattr(session, "CONNECT_SECONDS", 0.1)
        with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, contextlib.ExitStack() as s:
            for _ in range(4):  # the queue of connections is full
                waiting = s.enter_context(socket.socket())
                waiting.settimeout(0)
                waiting.connect_ex(deaf.getsockname())
            address = f"http://127.0.0.1:{deaf.getsockname()[1]}"
            channel._bot.session.api = channel._bot.session.api.from_base(address)
            assert await channel.send(Outgoing("7", a_reply()), NOW, FREE) == Later("away")

    async def test_a_second_part_waits_as_long_as_it_is_told(
        self, channel: TelegramChannel, api: BotApi, pauses: Pauses
    ) -> None:
        api.fail("sendMessage", "", "429", "500")
        assert await channel.send(Outgoing("7", a_reply("字\n" * 3000, yes())), NOW, FREE) == Sent(
            "2"
        )
        assert pauses.asked == [3, 1]
        assert [len(part.rows) for part in api.shown[7]] == [0, 1]

    @pytest.mark.parametrize("how", ["429", "500"])
    async def test_half_a_message_is_never_sent_again(
        self, channel: TelegramChannel, api: BotApi, pauses: Pauses, how: str
    ) -> None:
        api.fail("sendMessage", "", *[how] * 3)
        outcome = await channel.send(Outgoing("7", a_reply("字\n" * 3000)), NOW, FREE)
        assert outcome == Unknown("in_parts")
        assert len(pauses.asked) == 2

    async def test_a_first_part_that_failed_is_the_whole(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        api.fail("sendMessage", "500")
        outcome = await channel.send(Outgoing("7", a_reply("字\n" * 3000)), NOW, FREE)
        assert outcome == Later("server_error")
        assert api.screen(7) == []

    async def test_a_blocked_bot_has_lost_the_chat(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        api.blocked.add(7)
        outcome = await channel.send(Outgoing("7", a_reply()), NOW, FREE)
        assert outcome == Ended("blocked", contact_lost=True)

    async def test_a_chat_that_is_not_there_is_lost_too(self, channel: TelegramChannel) -> None:
        outcome = await channel.send(Outgoing("8", a_reply()), NOW, FREE)
        assert outcome == Ended("chat_gone", contact_lost=True)


class TestPace:
    """Telegram counts calls, not messages: each one takes its step."""

    async def test_each_part_is_a_call(self, channel: TelegramChannel, api: BotApi) -> None:
        pace = Pace()
        await channel.send(Outgoing("7", a_reply("字\n" * 3000)), NOW, pace)
        assert (pace.steps, api.count("sendMessage")) == (2, 2)

    async def test_an_edit_that_becomes_a_new_message_is_two(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        pace = Pace()
        await channel.send(Outgoing("7", a_reply("二"), replaces="99"), NOW, pace)
        assert (pace.steps, api.count("editMessageText"), api.count("sendMessage")) == (2, 1, 1)

    async def test_words_whose_formatting_is_refused_are_two(
        self, channel: TelegramChannel, api: BotApi, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sender, "messages", lambda *_: ["<u1>甲</u1>"])
        pace = Pace()
        await channel.send(Outgoing("7", a_reply()), NOW, pace)
        assert (pace.steps, api.count("sendMessage")) == (2, 2)

    async def test_without_a_step_nothing_is_sent(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        outcome = await channel.send(Outgoing("7", a_reply()), NOW, Pace(most=0))
        assert outcome == Later("no_budget")
        assert api.count("sendMessage") == 0

    @pytest.mark.parametrize(("how", "pause"), [("429", 3.0), ("429-bare", 5.0)])
    async def test_whoever_sends_through_the_same_bot_hears_of_a_pause(
        self, channel: TelegramChannel, api: BotApi, how: str, pause: float
    ) -> None:
        api.fail("sendMessage", how)
        pace = Pace()
        await channel.send(Outgoing("7", a_reply()), NOW, pace)
        assert pace.pauses == [pause]

    def test_groups_are_told_apart(self, channel: TelegramChannel) -> None:
        assert [channel.is_group(address) for address in ("7", "-1007")] == [False, True]
