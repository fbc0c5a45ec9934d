"""What each article became, which lines of the inventory are told, which facts are read."""

from pathlib import Path

import pytest

from knowledge.coverage import NOTHING, coverage
from knowledge.inventory import check_inventory, read_inventory
from knowledge.loading import BUILTIN_FOLDER, builtin
from knowledge.using import unused_facts
from knowledge.yaml_text import Refused
from tests.builders.knowledge import (
    DOCUMENT,
    EXTRA_FACTS,
    a_criterion,
    a_programme_of,
    a_release,
)

TEXT = """某厅关于印发《试行办法》的通知
试行办法
第一条 应当符合条件。
第二条 奖励按下列标准：
（一）甲等；
（二）乙等。
第三条 由某厅解释。
"""
BODY = a_programme_of(a_criterion("listed"))
FILE = "documents/试-2023-1.yaml"
POLICIES = Path(__file__).parents[3] / "shared" / "policies"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    (tmp_path / "试-2023-1.txt").write_text(TEXT, "utf-8")
    return tmp_path


def told(texts: Path, provisions: str) -> dict[str, tuple[str, ...]]:
    base = a_release(BODY, {FILE: DOCUMENT + provisions})
    return {each.article: each.encoded_as for each in coverage(base, texts)}


class TestCoverage:
    def test_an_article_is_what_cites_it(self, texts: Path) -> None:
        assert told(texts, "")["第一条"] == ("provision", "criterion")

    def test_what_nothing_tells_is_not_accounted_for(self, texts: Path) -> None:
        found = told(texts, "")
        assert found["第二条（一）"] == ()
        assert found["第三条"] == ()

    def test_an_article_tells_its_items_and_an_item_its_article(self, texts: Path) -> None:
        found = told(texts, "  - {article: 第二条（一）, says: {zh: 甲等}}\n")
        assert found["第二条"] == ("provision",)
        assert found["第二条（二）"] == ()
        found = told(texts, "  - {article: 第二条, says: {zh: 两等}}\n")
        assert found["第二条（二）"] == ("provision",)

    def test_nothing_for_an_applicant_and_targets(self, texts: Path) -> None:
        more = (
            "  - {article: 第三条, says: {zh: 解释}, for_applicants: no}\n"
            "  - {article: 第二条, says: {zh: 两等}, targets: [{what: 家数, value: 5 家}]}\n"
        )
        found = told(texts, more)
        assert found["第三条"] == (NOTHING,)
        assert found["第二条"] == ("provision", "target")

    def test_a_text_without_a_document_is_one_line(self, texts: Path) -> None:
        (texts / "另-2023-9.txt").write_text("第一条 有。", "utf-8")
        found = coverage(a_release(BODY), texts)
        assert ("另-2023-9", ()) in [(each.document, each.encoded_as) for each in found]

    @pytest.mark.skipif(not POLICIES.is_dir(), reason="the official texts are not on this machine")
    def test_no_article_of_the_official_texts_is_unaccounted_for(self) -> None:
        found = coverage(builtin(), POLICIES)
        assert [str(each) for each in found if not each.encoded_as] == []
        assert len({each.document for each in found}) == 43


class TestInventory:
    def test_every_line_has_a_programme_that_rests_on_its_document(self) -> None:
        inventory = read_inventory(BUILTIN_FOLDER)
        assert len(inventory) == 43
        assert list(map(str, check_inventory(builtin(), inventory))) == []

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("试-2023-1:\n  - {line: 奖励}", "no programme tells 奖励"),
            ("试-2023-1:\n  - {line: 奖励, programmes: [none]}", "there is no programme none"),
            ("另-2023-9: []", "there is no such document"),
        ],
    )
    def test_says_what_is_not_there(self, tmp_path: Path, line: str, reason: str) -> None:
        (tmp_path / "inventory.yaml").write_text(line, "utf-8")
        found = check_inventory(a_release(BODY), read_inventory(tmp_path))
        assert [reason in str(each) for each in found] == [True]

    def test_a_line_that_cannot_be_read_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "inventory.yaml").write_text("试-2023-1:\n  - {text: 奖励}", "utf-8")
        with pytest.raises(Refused, match=r"inventory\.yaml:2"):
            read_inventory(tmp_path)

    def test_a_folder_without_one_has_no_lines(self, tmp_path: Path) -> None:
        assert read_inventory(tmp_path) == {}


class TestFacts:
    def test_each_is_read_by_something(self) -> None:
        assert unused_facts(builtin()) == []

    def test_one_that_nothing_reads_is_named(self) -> None:
        more = {
            "facts/organisation-extra.yaml": EXTRA_FACTS.replace(
                "options_from: towns", "options: {a: {zh: 甲, en: a}}"
            )
        }
        found = unused_facts(a_release(BODY, more))
        assert "capital" in found
        assert "listed" not in found
