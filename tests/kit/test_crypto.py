"""Personal fields: they open only where they were written, are found by equal value, and are masked in text."""

from __future__ import annotations

import json
import stat
import threading
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.kit import crypto
from brambling.kit.crypto import FieldCipher, load_cipher, mask, normalised, rotate, row_key
from brambling.kit.errors import InputRejected
from brambling.kit.settings import Settings

CIPHER = FieldCipher.fresh()
ROW = row_key("persons", "id_number", UUID(int=1))
OTHER_ROW = row_key("persons", "id_number", UUID(int=2))


@given(st.text())
def test_a_value_opens_in_its_row_and_only_there(value: str) -> None:
    data = CIPHER.encrypt(value, ROW)
    assert CIPHER.decrypt(data, ROW) == value
    with pytest.raises(InputRejected, match="does not open"):
        CIPHER.decrypt(data, OTHER_ROW)


def test_two_encryptions_of_one_value_differ() -> None:
    assert CIPHER.encrypt("110101199003071234", ROW) != CIPHER.encrypt("110101199003071234", ROW)


def test_another_keyset_opens_and_finds_nothing() -> None:
    other = FieldCipher.fresh()
    with pytest.raises(InputRejected):
        other.decrypt(CIPHER.encrypt("x", ROW), ROW)
    assert other.lookup_hash("13800138000") != CIPHER.lookup_hash("13800138000")


@pytest.mark.parametrize(
    "spelling", ["110101 19900307 123x", "１１０１０１１９９００３０７１２３Ｘ", "110101-19900307-123X"]
)
def test_spellings_of_one_number_have_one_hash(spelling: str) -> None:
    assert normalised(spelling) == "11010119900307123X"
    assert CIPHER.lookup_hash(spelling) == CIPHER.lookup_hash("11010119900307123X")
    assert len(CIPHER.lookup_hash(spelling)) == 32


def test_the_keyset_is_made_once_private_and_kept(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    data = load_cipher(settings).encrypt("value", ROW)
    path = tmp_path / "keys" / "fields.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [place.name for place in path.parent.iterdir()] == ["fields.json"]
    crypto._load.cache_clear()
    assert load_cipher(settings).decrypt(data, ROW) == "value"


def test_processes_that_start_together_share_one_keyset(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "fields.json"
    start = threading.Barrier(6)
    found: list[FieldCipher] = []

    def begin() -> None:
        start.wait()
        found.append(crypto._load.__wrapped__(path))

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({cipher.lookup_hash("13800138000") for cipher in found}) == 1


def test_after_rotation_old_values_open_and_are_found(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    before = load_cipher(settings)
    data, digest = before.encrypt("value", ROW), before.lookup_hash("value")
    rotate(tmp_path / "keys" / "fields.json")
    after = load_cipher(settings)
    assert after.decrypt(data, ROW) == "value"
    assert after.lookup_hash("value") == digest
    with pytest.raises(InputRejected):
        before.decrypt(after.encrypt("value", ROW), ROW)
    assert stat.S_IMODE((tmp_path / "keys" / "fields.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": 1, "aead": 3}'])
def test_a_file_that_is_no_keyset_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "fields.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(InputRejected, match=r"fields\.json: is not a keyset"):
        load_cipher(Settings(home=tmp_path, keyset_file=path))


def test_a_keyset_others_may_read_or_of_another_format_is_refused(tmp_path: Path) -> None:
    load_cipher(Settings(home=tmp_path))
    path = tmp_path / "keys" / "fields.json"
    crypto._load.cache_clear()
    path.chmod(0o644)
    with pytest.raises(InputRejected, match="other users may read"):
        load_cipher(Settings(home=tmp_path))
    path.chmod(0o600)
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 2}))
    with pytest.raises(InputRejected, match="format 2; expected format 1"):
        load_cipher(Settings(home=tmp_path))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证 11010119900307123X。", "身份证 **************123X。"),
        ("110101 19900307 1234", "****************1234"),
        ("电话13812345678，谢谢", "电话*******5678，谢谢"),
        ("+86 138-1234-5678", "*************5678"),
        ("１３８１２３４５６７８", "*******５６７８"),
        ("0571-88886666", "*********6666"),
        ("card 6222 0212 3456 7890 123", "card *******************" + " 123"),
        ("卡6222021234567890123", "卡***************0123"),
        ("id 110101900307123", "id ***********7123"),
    ],
)
def test_personal_numbers_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-10 12:30:00.123456",
        "¥ 1,234,567.80",
        "limit 1234567.80 until 2026-12-31",
        "01975432-1234-7123-8123-123456789012",
        "0" * 64,
        "rate 0.04350000000000",
    ],
)
def test_dates_amounts_and_our_own_ids_stay(text: str) -> None:
    assert mask(text) == text


@given(st.integers(10**17, 10**18 - 1), st.text(alphabet="账户 ,:客", max_size=5))
def test_no_long_number_survives_masking(number: int, around: str) -> None:
    assert str(number) not in mask(f"{around}{number}{around}")
