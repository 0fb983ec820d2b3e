"""Personal fields encrypted one by one (Tink), found again by a keyed hash, and masked wherever text leaves the house.

- Encryption is AEAD (AES-256-GCM) with the row's key as associated data: a ciphertext copied to another row, column or
  table does not open there.
- Look-up uses a pseudo-random function (HMAC-SHA256) of the normalised value. Identity numbers have little entropy, so
  a plain hash could be reversed by trying all of them; a keyed one cannot without the key.
- The encryption key rotates inside the keyset: new values use the newest key, old ones still open. The look-up key does
  not rotate: screening joins stored hashes, and a blocked person hashed under another key would pass unseen.

Sources: Tink design notes on AEAD and PRF sets; NIST SP 800-38D; RFC 2104.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from brambling.kit.errors import InputRejected

if TYPE_CHECKING:
    from brambling.kit.settings import Settings

_FORMAT = 1
_HASH_BYTES = 32


class FieldCipher:
    """Encrypts, opens and finds personal fields. Thread-safe; never shows its keys in ``repr``."""

    def __init__(self, aead: Any, lookup: Any) -> None:
        self._aead = aead
        self._lookup = lookup

    @classmethod
    def fresh(cls) -> FieldCipher:
        """A cipher of new keys that live only in this process: the fake for tests."""
        return _cipher_of(_new_keysets())

    def encrypt(self, value: str, row_key: bytes) -> bytes:
        """Ciphertext of ``value`` bound to ``row_key`` (see :func:`row_key`); differs each time."""
        data: bytes = self._aead.encrypt(value.encode("utf-8"), row_key)
        return data

    def decrypt(self, data: bytes, row_key: bytes) -> str:
        """The value; raises InputRejected when ``data`` was not written for this row by one of our keys."""
        from tink import TinkError

        try:
            value: bytes = self._aead.decrypt(bytes(data), row_key)
        except TinkError:
            raise InputRejected(
                "an encrypted field does not open",
                expected="the keyset it was written with, in the row it was written for",
            ) from None
        return value.decode("utf-8")

    def lookup_hash(self, value: str) -> bytes:
        """32 bytes that are equal for equal values (after :func:`normalised`) and tell nothing without the key."""
        digest: bytes = self._lookup.primary().compute(normalised(value).encode("utf-8"), _HASH_BYTES)
        return digest


def row_key(table: str, column: str, row: UUID) -> bytes:
    """The associated data of one field: its table, column and row."""
    return f"{table}.{column}:{row}".encode()


def normalised(value: str) -> str:
    """Full width folded (NFKC), upper case, without spaces, hyphens and dots: one number, one spelling."""
    return re.sub(r"[\s\-\u2010-\u2015·.]", "", unicodedata.normalize("NFKC", value)).upper()


# -- the keyset file ------------------------------------------------------------------------------------------------


def keyset_path(settings: Settings) -> Path:
    """Where the keyset lies: ``BRAMBLING_KEYSET_FILE``, else ``HOME/keys/fields.json``."""
    return settings.keyset_file or settings.home / "keys" / "fields.json"


def load_cipher(settings: Settings) -> FieldCipher:
    """The cipher of this installation; makes the keyset file (mode 0600, whole or not at all) on first use.

    Raises InputRejected when the file is no keyset, is of another format, or may be read by other users.
    """
    return _load(keyset_path(settings))


@cache
def _load(path: Path) -> FieldCipher:
    if not path.exists():
        _create(path, _new_keysets())
    return _cipher_of(_read(path))


def rotate(path: Path) -> None:
    """Add a new primary encryption key to the keyset of ``path``; the old keys stay and still open what they wrote."""
    keysets = _read(path)
    ids = {key["keyId"] for key in keysets["aead"]["key"]}
    new = _new_keysets()["aead"]
    while new["primaryKeyId"] in ids:  # 32-bit ids may meet by chance
        new = _new_keysets()["aead"]
    keysets["aead"]["key"] += new["key"]
    keysets["aead"]["primaryKeyId"] = new["primaryKeyId"]
    _write_private(path, keysets).replace(path)
    _load.cache_clear()


def _new_keysets() -> dict[str, Any]:
    import tink
    from tink import aead, json_proto_keyset_format, prf, secret_key_access

    aead.register()
    prf.register()
    templates = {"aead": aead.aead_key_templates.AES256_GCM, "lookup": prf.prf_key_templates.HMAC_SHA256}
    keysets: dict[str, Any] = {"format": _FORMAT}
    for name, template in templates.items():
        handle = tink.new_keyset_handle(template)
        keysets[name] = json.loads(json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN))
    return keysets


def _cipher_of(keysets: dict[str, Any]) -> FieldCipher:
    from tink import aead, json_proto_keyset_format, prf, secret_key_access

    aead.register()
    prf.register()

    def handle(name: str) -> Any:
        return json_proto_keyset_format.parse(json.dumps(keysets[name]), secret_key_access.TOKEN)

    return FieldCipher(handle("aead").primitive(aead.Aead), handle("lookup").primitive(prf.PrfSet))


def _read(path: Path) -> dict[str, Any]:
    if path.stat().st_mode & 0o077:
        raise InputRejected("other users may read this keyset", file=path, expected="mode 0600: chmod 600 it")
    try:
        keysets = json.loads(path.read_text(encoding="utf-8"))
        found = keysets["format"]
        complete = all(keysets[name]["key"] for name in ("aead", "lookup"))
    except (ValueError, KeyError, TypeError):
        raise InputRejected("is not a keyset of this program", file=path, expected="a file this program made") from None
    if found != _FORMAT or not complete:
        raise InputRejected(f"is a keyset of format {found}", file=path, expected=f"format {_FORMAT}")
    return dict(keysets)


def _create(path: Path, keysets: dict[str, Any]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = _write_private(path, keysets)
    try:
        # a hard link never replaces: of two processes that start together the first one's keys are kept by both
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _write_private(path: Path, keysets: dict[str, Any]) -> Path:
    """A temporary file beside ``path`` with the keysets, readable by its owner only (mkstemp), flushed to disk."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(keysets, out)
        out.flush()
        os.fsync(out.fileno())
    return Path(name)


# -- masking --------------------------------------------------------------------------------------------------------

_PLAIN_DIGITS = str.maketrans("０１２３４５６７８９Ｘｘ－　", "0123456789Xx- ")
_PERSONAL = re.compile(
    r"""
    (?P<keep>[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}     # a UUID is ours
      | (?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z]))                   # a SHA-256 too
    | (?<!\d)\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx](?!\d)                     # identity number of 18
    | (?<!\d)\d{4}(?:[ -]\d{4}){2,4}(?:[ -]\d{1,4})?(?!\d)             # account or card in groups of four
    | (?<!\d)(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)  # mobile phone
    | (?<![\d.])0\d{2,3}[ -]?\d{7,8}(?!\d)                             # landline with area code
    | (?<![\d.])\d{12,}(?!\d)                                          # account, card, identity number of 15
    """,
    re.VERBOSE,
)


def mask(text: str) -> str:
    """``text`` with identity, account and phone numbers made unreadable but for their last four characters.

    Works on full-width digits and on numbers written in groups. A UUID or SHA-256 stays. Amounts keep their digits as
    long as their whole part has fewer than eleven of them.
    """
    plain = text.translate(_PLAIN_DIGITS)  # one character for one: positions stay
    parts: list[str] = []
    end = 0
    for found in _PERSONAL.finditer(plain):
        if found["keep"]:
            continue
        start, stop = found.span()
        parts += [text[end:start], "*" * max(0, stop - start - 4), text[max(start, stop - 4) : stop]]
        end = stop
    return "".join([*parts, text[end:]])


def mask_all(value: Any) -> Any:
    """``value`` with :func:`mask` on every text inside its lists and mappings; tuples become lists, as in JSON."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {key: mask_all(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [mask_all(item) for item in value]
    return value
