"""Reading knowledge, verdicts and questions over `/v1`."""

from typing import Any

import httpx
import pytest

from api.library.service import Library

TEAM = {"rd_staff": "12 人", "staff": 40}
DAY = "2024-03-01"


async def evaluate(
    client: httpx.AsyncClient, key: dict[str, str], **body: object
) -> httpx.Response:
    return await client.post(
        "/v1/evaluate",
        json={"programmes": ["new-rd-institution"], "as_of": DAY} | body,
        headers=key,
    )


def outcome(verdict: dict[str, Any], id_: str) -> dict[str, Any]:
    """The outcome of one criterion of a verdict."""
    waiting: list[dict[str, Any]] = [verdict["criteria"]]
    while waiting:
        node = waiting.pop()
        if node["id"] == id_:
            return node
        waiting.extend(node["children"])
    raise LookupError(id_)


class TestReading:
    async def test_needs_no_key_and_pages_through_everything(
        self, client: httpx.AsyncClient, library: Library
    ) -> None:
        seen: list[str] = []
        after: str | None = None
        while True:
            query = {"limit": "50"} | ({} if after is None else {"after": after})
            page = (await client.get("/v1/facts", params=query)).json()
            seen += [fact["id"] for fact in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert seen == sorted(library.base.facts)

    async def test_finds_a_document_by_its_file_and_by_its_number(
        self, client: httpx.AsyncClient
    ) -> None:
        by_file = (await client.get("/v1/documents/豫科-2023-54")).json()
        by_number = (await client.get("/v1/documents/豫科〔2023〕54号")).json()
        assert by_file == by_number
        assert by_file["provisions"]

    async def test_shows_a_programme_with_its_timing(
        self, client: httpx.AsyncClient, library: Library
    ) -> None:
        shown = (await client.get("/v1/programmes/innovation-voucher-claim")).json()
        assert shown["release"] == library.base.release
        assert shown["timing"] == "in_force"  # the clock of the tests stands at 2026-03-02
        assert shown["programme"]["criteria"]["all"]

    async def test_lists_programmes_of_a_kind(self, client: httpx.AsyncClient) -> None:
        page = (await client.get("/v1/programmes?kind=permit")).json()
        assert {line["kind"] for line in page["items"]} == {"permit"}

    async def test_finds_an_article_by_words(self, client: httpx.AsyncClient) -> None:
        hits = (await client.get("/v1/search", params={"q": "研发人员 占比"})).json()
        assert hits[0]["number"]
        assert hits[0]["article"]


class TestEvaluate:
    async def test_tells_why_with_article_and_quote(
        self, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        answer = await evaluate(client, key, facts=TEAM)
        verdict = answer.json()["verdicts"][0]
        team = outcome(verdict, "rd-team")
        assert verdict["standing"]["word"] == "undetermined"
        assert team["standing"]["word"] == "eligible"
        assert team["citation"] == {
            "document": "豫科-2023-54",
            "number": "豫科〔2023〕54号",
            "article": "第四条（六）",
            "quote": "研发人员不少于 10 人，占职工总人数比例达到 30%以上",
        }
        assert [(one["asking"], one["value"]) for one in team["given"]] == [
            ("rd_staff", "12 人"), ("staff", "40 人")
        ]  # fmt: skip
        assert "10 人" in team["sentence"]["zh"]

    async def test_tells_the_nearest_change_and_rules_out(
        self, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        answer = await evaluate(client, key, facts={"rd_staff": 9, "staff": "20 人"})
        verdict = answer.json()["verdicts"][0]
        changes = outcome(verdict, "rd-team")["changes"]
        assert (verdict["standing"]["word"], verdict["ruled_out"]) == ("ineligible", True)
        assert changes[0][0]["needed"] == "10 人"

    async def test_gives_a_receipt_that_can_be_recomputed(
        self, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        verdict = (await evaluate(client, key, facts=TEAM, receipts=True)).json()["verdicts"][0]
        checked = await client.post("/v1/receipts/verify", json=verdict["receipt"], headers=key)
        assert (checked.status_code, checked.json()) == (200, {"ok": True, "differences": []})

    async def test_a_receipt_that_was_changed_does_not_hold(
        self, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        verdict = (await evaluate(client, key, facts=TEAM, receipts=True)).json()["verdicts"][0]
        changed = verdict["receipt"] | {"facts": TEAM | {"staff": "41 人"}}
        checked = (await client.post("/v1/receipts/verify", json=changed, headers=key)).json()
        assert not checked["ok"]
        assert checked["differences"][0].startswith("sha256: ")

    async def test_takes_windows(self, client: httpx.AsyncClient, key: dict[str, str]) -> None:
        window = {"programme": "new-rd-institution", "opens": "2024-02-01", "closes": "2024-03-01"}
        answer = await evaluate(client, key, facts={}, windows=[window])
        assert answer.json()["verdicts"][0]["window"] == "open"

    async def test_weighs_all_programmes_when_none_is_named(
        self, client: httpx.AsyncClient, key: dict[str, str], library: Library
    ) -> None:
        answer = await client.post("/v1/evaluate", json={"facts": TEAM}, headers=key)
        body = answer.json()
        assert [v["programme"] for v in body["verdicts"]] == sorted(library.base.programmes)
        assert body["as_of"] == "2026-03-02"

    @pytest.mark.parametrize(
        ("facts", "pointer", "code"),
        [
            ({"no_such": "1"}, "#/facts/no_such", "no_such_fact"),
            ({"staff": "forty"}, "#/facts/staff", "not_a_value"),
            ({"staff": "40 项"}, "#/facts/staff", "wrong_unit"),
            ({"staff": -1}, "#/facts/staff", "out_of_bounds"),
            ({"staff": 0.5}, "#/facts/staff", "not_whole"),
            ({"staff": 1e-9}, "#/facts/staff", "not_a_value"),
            ({"rd_staff": 41, "staff": 40}, "#/facts/rd_staff", "exceeds"),
            ({"staff": 40, "organisation.staff": 9}, "#/facts/organisation.staff", "given_twice"),
            ({"staff": ["40"]}, "#/facts/staff", "not_text"),
            ({"staff": None}, "#/facts/staff", "not_text"),
            ({"partner.rd_expense@20x4": "1"}, "#/facts/partner.rd_expense@20x4", "no_such_fact"),
            ({"platform.staff": "4"}, "#/facts/platform.staff", "no_such_role"),
            ({"nobody.staff": "4"}, "#/facts/nobody.staff", "no_such_role"),
            ({"rd_expense": {"²": "1 元"}}, "#/facts/rd_expense", "no_such_year"),
        ],
    )
    async def test_points_at_a_fact_it_refuses(
        self,
        client: httpx.AsyncClient,
        key: dict[str, str],
        facts: dict[str, object],
        pointer: str,
        code: str,
    ) -> None:
        answer = await evaluate(client, key, facts=facts)
        assert answer.status_code == 422
        assert [(f["pointer"], f["code"]) for f in answer.json()["errors"]] == [(pointer, code)]

    async def test_a_year_is_given_once(
        self, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        facts = {"rd_expense": {"2023": "1 元"}, "rd_expense@2023": "2 元"}
        answer = await evaluate(client, key, facts=facts)
        assert answer.json()["errors"][0]["code"] == "given_twice"

    async def test_refuses_an_unknown_programme(
        self, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        answer = await evaluate(client, key, facts={}, programmes=["new-rd-institution", "x"])
        assert answer.json()["errors"][0]["pointer"] == "#/programmes/1"


class TestInterview:
    async def test_leads_until_nothing_more_can_be_decided(
        self, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        body = {"facts": {"legal_person": True}, "programmes": ["new-rd-institution"]}
        led = (await client.post("/v1/interview", json=body, headers=key)).json()
        assert led["question"]["asking"] != "legal_person"
        assert led["question"]["fact"]["ask"]["zh"]
        assert led["progress"]["total"] == 1
        done = body | {"facts": {"legal_person": "no"}}
        led = (await client.post("/v1/interview", json=done, headers=key)).json()
        assert (led["question"], led["progress"]["decided"]) == (None, 1)

    async def test_leaves_what_is_not_to_be_asked(
        self, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        body: dict[str, object] = {"facts": {}, "programmes": ["new-rd-institution"]}
        first = (await client.post("/v1/interview", json=body, headers=key)).json()
        leave = first["question"]["asking"]
        second = (
            await client.post("/v1/interview", json=body | {"leave": [leave]}, headers=key)
        ).json()
        assert second["question"]["asking"] != leave

    async def test_refuses_to_leave_what_is_no_fact(
        self, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        body = {"facts": {}, "leave": ["staff", "x@y"]}
        answer = await client.post("/v1/interview", json=body, headers=key)
        assert [f["pointer"] for f in answer.json()["errors"]] == ["#/leave/1"]
