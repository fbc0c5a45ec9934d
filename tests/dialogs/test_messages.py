"""What is sent without a turn: reminders, notices, and the words of the staff."""

from datetime import UTC, datetime, timedelta

import pytest

from dialogs.cards.notice import notice_reply
from dialogs.cards.reminder import reminder_reply, withdrawn_reply
from dialogs.cards.staff import (
    claim_verified_reply,
    given_back_reply,
    staff_reply,
    taken_over_reply,
)
from dialogs.message import Reply
from knowledge.model import Language, Text
from tests.builders.windows import WINDOW, a_deadline

NAME = Text(zh="试行项目", en="Trial programme")
WEEK_BEFORE = datetime(2026, 12, 8, 2, tzinfo=UTC)
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def ids(reply: Reply) -> list[str]:
    return [choice.id for choice in reply.choices]


class TestReminder:
    def test_says_by_when_this_applicant_must_file_and_every_level(self) -> None:
        said = reminder_reply(a_deadline(), NAME, "7d", "zh", WEEK_BEFORE)
        assert said.text.splitlines() == [
            "《试行项目》2027 年度第一批还有 7 天截止。",
            "您需在 12月15日（周二）17:00 前提交（中国时间）。",
            "各级截止：",
            "· 县（市、区）科技局：12月15日（周二）17:00（您的截止）",
            "· 省科技厅：2027年1月15日（周五）24:00",
            "申报入口：https://kjt.example.gov.cn/apply",
            "说明：先网上填报，再交纸质材料",
            "已经申报了或与您无关，点下面告诉我，就不再为这一轮提醒您。",
        ]

    def test_speaks_english(self) -> None:
        said = reminder_reply(a_deadline(), NAME, "30d", "en", WEEK_BEFORE).text
        assert said.startswith("Trial programme, 2027 年度第一批: 7 days left.")
        assert "Fri 15 January 2027, 24:00" in said

    def test_has_its_answers_and_the_way_to_the_programme(self) -> None:
        said = reminder_reply(a_deadline(), NAME, "7d", "zh", WEEK_BEFORE)
        assert ids(said) == [f"rf:{WINDOW}", f"rl:{WINDOW}", f"rn:{WINDOW}", "card:trial"]
        assert all(len(each) <= 40 for each in ids(said))

    @pytest.mark.parametrize(
        ("step", "words"),
        [
            ("new", "公布了申报时间"),
            ("moved", "之前的提醒作废"),
            ("later:2", "您让我再提醒一次"),
            ("0d", "还有 7 天"),
        ],
    )
    def test_says_why_it_comes(self, step: str, words: str) -> None:
        assert words in reminder_reply(a_deadline(), NAME, step, "zh", WEEK_BEFORE).text

    @pytest.mark.parametrize(
        ("before", "words"),
        [
            (timedelta(hours=1), "今天截止"),
            (timedelta(hours=18), "还有 1 天截止"),
            (timedelta(), "已截止"),
            (-timedelta(days=2), "已截止"),
        ],
    )
    def test_counts_from_the_moment_it_is_told(self, before: timedelta, words: str) -> None:
        deadline = a_deadline()
        said = reminder_reply(deadline, NAME, "7d", "zh", deadline.closes - before)
        assert words in said.text.splitlines()[0]
        assert (f"rl:{WINDOW}" in ids(said)) == (before > timedelta())

    def test_says_from_when_applications_are_taken(self) -> None:
        later = a_deadline(opens=datetime(2026, 12, 10, 1, tzinfo=UTC), link="", note="", title="")
        said = reminder_reply(later, NAME, "new", "zh", WEEK_BEFORE).text
        assert said.startswith("《试行项目》公布了申报时间")
        assert "受理从 12月10日（周四）09:00 开始。" in said
        assert "申报入口" not in said

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_withdrawn_window_asks_for_nothing(self, language: Language) -> None:
        said = withdrawn_reply(a_deadline(), NAME, language, WEEK_BEFORE)
        assert ids(said) == ["card:trial"]
        assert NAME.of(language) in said.text


class TestNotice:
    def test_says_who_published_it_and_why_it_came(self) -> None:
        body = Text(zh="请于月底前完善材料。", en="Complete your papers by the end of the month.")
        said = notice_reply(NAME, body, "省科技厅", "trial", NAME, "https://x.gov.cn", "zh")
        assert said.kind == "notice"
        for words in ["【试行项目】", "月底前", "发布：省科技厅", "原文：https://", "您关注了"]:
            assert words in said.text
        assert ids(said) == ["card:trial", "un:trial"]

    def test_about_no_programme_offers_none(self) -> None:
        said = notice_reply(NAME, NAME, "Office", "", NAME, "", "en")
        assert said.text.splitlines()[-1] == "Published by Office"
        assert not said.choices


class TestStaff:
    def test_a_person_is_named_and_can_be_left(self) -> None:
        said = staff_reply("王工", "请把章盖在第二页。", "zh")
        assert (said.kind, said.author, said.text) == ("staff", "王工", "请把章盖在第二页。")
        assert ids(said) == ["do:resume"]
        assert "王工接手了" in taken_over_reply("王工", "zh").text

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_says_why_the_assistant_is_back(self, language: Language) -> None:
        said = {
            given_back_reply(language, "staff").text,
            given_back_reply(language, "timeout").text,
            given_back_reply(language, "closed").text,
        }
        assert len(said) == 3

    def test_says_what_a_verified_claim_opens(self) -> None:
        assert "全部回答" in claim_verified_reply("示例公司", True, "zh").text  # noqa: FBT003
        refused = claim_verified_reply("Sample Ltd", False, "en")  # noqa: FBT003
        assert "could not verify" in refused.text
