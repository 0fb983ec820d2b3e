"""What looks the same gets one form."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brambling.kit.text import company_stem, narrow, ngrams, normalise, normalise_name


@given(st.text())
def test_narrow_keeps_every_place_and_is_settled_after_once(text: str) -> None:
    assert len(narrow(text)) == len(text)
    assert narrow(narrow(text)) == narrow(text)


@given(st.text())
def test_normal_forms_are_settled_after_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_full_width_and_radicals_are_folded() -> None:
    assert normalise("ＡＢＣ　１２３\n  ⾦额") == "ABC 123 金额"


def test_names_that_look_the_same_have_one_key() -> None:
    assert normalise_name("北京（海淀） 某某·贸易公司") == normalise_name("北京(海淀)某某贸易公司")
    assert normalise_name("ACME Co.,Ltd") == normalise_name("Acme CO LTD")


def test_the_legal_form_is_no_part_of_the_stem() -> None:
    stems = {company_stem(name) for name in ("青禾食品有限公司", "青禾食品有限责任公司", "青禾食品 股份有限公司")}
    assert stems == {"青禾食品"}
    assert company_stem("有限公司") == "有限公司"


def test_ngrams() -> None:
    assert ngrams("现金流", 2) == ["现金", "金流"]
    assert ngrams("现", 2) == ["现"]
    assert ngrams("", 2) == []
