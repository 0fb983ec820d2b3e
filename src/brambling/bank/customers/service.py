"""Add and find customers, keep what is personal encrypted, and screen against blocked lists."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping

from brambling.bank.customers import store
from brambling.bank.customers.rules import ADDRESSED, Block, BlockList, Customer, Person, checked_uscc
from brambling.kit.crypto import FieldCipher, load_cipher, normalised, row_key
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import Conflict, InputRejected, NotFound
from brambling.kit.files import Column, read_table
from brambling.kit.files.tables import Source
from brambling.kit.ids import key_of
from brambling.kit.settings import settings
from brambling.kit.text.normal import normalise_name

BLOCK_COLUMNS = (
    Column("uscc", required=False, nullable=True),
    Column("name", required=False, nullable=True),
    Column("id_number", required=False, nullable=True),
    Column("reason"),
    Column("source", required=False, nullable=True),
    Column("starts_on", "date", required=False, nullable=True),
    Column("expires_on", "date", required=False, nullable=True),
)


CONTROLLING = ("legal-representative", "owner", "shareholder")  # who makes two businesses one risk


def house_cipher(cipher: FieldCipher | None) -> FieldCipher:
    """``cipher`` where one is given (tests do), else that of this installation."""
    return cipher or load_cipher(settings())


# -- customers --------------------------------------------------------------------------------------------------------


def add(
    session: WriteSession, customer: Customer, related: Iterable[Person] = (), *, cipher: FieldCipher | None = None
) -> None:
    """Write a customer and its related persons. Raises Conflict when its id or credit code is already there."""
    cipher = house_cipher(cipher)
    row = {name: getattr(customer, name) for name in ("id", "uscc", "name", "gbt4754", "region", "zone")}
    row |= {"synthetic": customer.synthetic, "opened_on": customer.opened_on}
    if not store.insert_customer(session, {**row, "name_hash": _name_hash(customer.name, cipher)}):
        raise Conflict(f"a customer with id {customer.id} or credit code {customer.uscc} is already there")
    persons = [_person_row(customer.id, i, person, cipher) for i, person in enumerate(related)]
    store.insert_rows(session, store.related_persons, persons)


def get(session: ReadSession, customer_id: UUID) -> Customer:
    """The customer with this id; raises NotFound."""
    row = store.find(session, customer_id)
    if row is None:
        raise NotFound(f"no customer {customer_id}")
    return _customer(row)


def get_many(session: ReadSession, customer_ids: Iterable[UUID]) -> dict[UUID, Customer]:
    """The customers with these ids, by id; ids of nobody are left out."""
    return {row["id"]: _customer(row) for row in store.find_many(session, list(set(customer_ids)))}


def ids_after(session: ReadSession, after: UUID | None = None, limit: int = 500) -> list[UUID]:
    """Ids of customers in order, those behind ``after``: a page for whatever goes through all of them."""
    return store.ids_after(session, after, limit)


def by_uscc(session: ReadSession, uscc: str) -> Customer | None:
    """The customer with this credit code in any spelling, or None; raises InputRejected when it is no credit code."""
    row = store.find_uscc(session, checked_uscc(uscc))
    return _customer(row) if row else None


def search(session: ReadSession, text: str, limit: int = 20) -> list[Customer]:
    """Customers whose name contains ``text`` or whose credit code begins with it; the best matches first."""
    return [_customer(row) for row in store.like(session, text.strip(), limit)]


def related(session: ReadSession, customer_id: UUID, *, cipher: FieldCipher | None = None) -> list[Person]:
    """The related persons of a customer, opened: show them only to those who may see them."""
    cipher = house_cipher(cipher)

    def opened(row: RowMapping, column: str) -> str:
        return cipher.decrypt(row[f"{column}_encrypted"], row_key("related_persons", column, row["id"]))

    return [
        Person(row["role"], opened(row, "name"), opened(row, "id") if row["id_encrypted"] is not None else None)
        for row in store.persons_of(session, customer_id)
    ]


def _customer(row: RowMapping) -> Customer:
    return Customer(
        row["id"],
        row["uscc"],
        row["name"],
        row["gbt4754"],
        row["region"],
        row["zone"],
        row["synthetic"],
        opened_on=row["opened_on"],
    )


def _person_row(customer_id: UUID, place: int, person: Person, cipher: FieldCipher) -> dict[str, Any]:
    key = key_of("related-person", customer_id, place)
    number = person.id_number
    return {
        "id": key,
        "customer_id": customer_id,
        "role": person.role,
        "name_encrypted": cipher.encrypt(person.name, row_key("related_persons", "name", key)),
        "name_hash": _name_hash(person.name, cipher),
        "id_encrypted": cipher.encrypt(number, row_key("related_persons", "id", key)) if number else None,
        "id_hash": cipher.lookup_hash(number) if number else None,
    }


def _name_hash(name: str, cipher: FieldCipher) -> bytes:
    return cipher.lookup_hash(normalise_name(name))


# -- where to reach and where to pay ----------------------------------------------------------------------------------


def set_address(
    session: WriteSession, customer_id: UUID, channel: str, address: str, *, cipher: FieldCipher | None = None
) -> None:
    """The phone number, mail address or WeCom id under which ``channel`` reaches a customer; replaces the one before.

    Raises InputRejected for a channel that needs none.
    """
    if channel not in ADDRESSED:
        raise InputRejected(
            f"{channel!r} takes no address", column="channel", expected=f"one of {', '.join(ADDRESSED)}"
        )
    cipher = house_cipher(cipher)
    key = key_of("address", customer_id, channel)
    row = {
        "id": key,
        "customer_id": customer_id,
        "channel": channel,
        "address_encrypted": cipher.encrypt(address.strip(), row_key("customer_addresses", "address", key)),
        "address_hash": cipher.lookup_hash(address),
    }
    store.upsert_address(session, row)


def address(session: ReadSession, customer_id: UUID, channel: str, *, cipher: FieldCipher | None = None) -> str | None:
    """Where ``channel`` reaches the customer, None when that is not known."""
    row = store.find_address(session, customer_id, channel)
    if row is None:
        return None
    return house_cipher(cipher).decrypt(row["address_encrypted"], row_key("customer_addresses", "address", row["id"]))


def add_bank_account(
    session: WriteSession, customer_id: UUID, bank: str, number: str, *, cipher: FieldCipher | None = None
) -> UUID:
    """Note an account of the customer at another bank; the same number again is the same account. Returns its id."""
    cipher = house_cipher(cipher)
    key = key_of("bank-account", customer_id, normalised(number))
    row = {
        "id": key,
        "customer_id": customer_id,
        "bank": bank,
        "number_encrypted": cipher.encrypt(number, row_key("customer_bank_accounts", "number", key)),
        "number_hash": cipher.lookup_hash(number),
    }
    store.insert_account(session, row)
    return key


def bank_accounts(
    session: ReadSession, customer_id: UUID, *, cipher: FieldCipher | None = None
) -> list[tuple[UUID, str, str]]:
    """The customer's accounts at other banks: id, bank, number."""
    cipher = house_cipher(cipher)

    def number(row: RowMapping) -> str:
        return cipher.decrypt(row["number_encrypted"], row_key("customer_bank_accounts", "number", row["id"]))

    return [(row["id"], row["bank"], number(row)) for row in store.accounts_of(session, customer_id)]


def group_of(session: ReadSession, customer_id: UUID) -> list[UUID]:
    """Other customers under the same persons: who represents, owns or holds shares in both, by identity number. Names alone
    make no group: two people may share one."""
    return store.sharing_a_person(session, customer_id, CONTROLLING)


# -- blocked lists ----------------------------------------------------------------------------------------------------


def blocked(session: ReadSession, customer_id: UUID, today: date) -> list[Block]:
    """Live entries of blocked lists that match the customer or a related person; empty when none does.

    Matched are the credit code, the identity number of a related person, and whole normalised names where the entry
    gives no identity number. Ask before every decision. Raises NotFound for an unknown customer: nobody passes
    screening by not being there.
    """
    get(session, customer_id)
    columns = ("list_name", "matched", "role", "reason", "source", "expires_on")
    return [Block(**{name: row[name] for name in columns}) for row in store.matches(session, customer_id, today)]


def import_blocks(
    session: WriteSession,
    source: Source,
    list_name: str,
    today: date,
    *,
    whole: bool = False,
    mapping: Mapping[str, str] | None = None,
    cipher: FieldCipher | None = None,
) -> int:
    """Import a blocked list and return how many entries it has; the same file again changes nothing.

    Columns: at least one of ``uscc``, ``name``, ``id_number`` in each row; ``reason``; ``source`` (the file's name
    where absent), ``starts_on`` (today where absent) and ``expires_on``, the last day it holds. With ``whole`` the file
    is the complete list: entries of ``list_name`` that it no longer has end yesterday. Raises InputRejected with row
    and column; a message never repeats an identity number.
    """
    cipher = house_cipher(cipher)
    file = Path(source) if isinstance(source, str | Path) else None
    frame = read_table(source, BLOCK_COLUMNS, mapping)
    origin = file.name if file else list_name
    rows: dict[bytes, dict[str, Any]] = {}
    for number, entry in enumerate(frame.iter_rows(named=True), start=1):
        dated = {**entry, "starts_on": entry.get("starts_on") or today, "source": entry.get("source") or origin}
        try:
            row = _block_row(dated, list_name, cipher)
        except InputRejected as error:
            raise InputRejected(
                error.problem, file=file, row=number, column=error.column, expected=error.expected
            ) from None
        rows[row["entry_hash"]] = row
    store.upsert_blocks(session, list(rows.values()))
    if whole:
        store.end_others(session, list_name, list(rows), today - timedelta(days=1))
    return len(rows)


def block_lists(session: ReadSession, today: date) -> list[BlockList]:
    """The blocked lists there are, by name."""
    return [BlockList(**row) for row in store.block_lists(session, today)]


def _block_row(entry: Mapping[str, Any], list_name: str, cipher: FieldCipher) -> dict[str, Any]:
    uscc, name, id_number = entry.get("uscc"), entry.get("name"), entry.get("id_number")
    name = name if name and normalise_name(name) else None
    if not (uscc or name or id_number):
        raise InputRejected("names nobody", expected="a uscc, a name or an id_number")
    uscc = checked_uscc(uscc) if uscc else None
    starts_on, expires_on = entry["starts_on"], entry.get("expires_on")
    if expires_on is not None and expires_on < starts_on:
        raise InputRejected(f"ends before it starts, {starts_on}", column="expires_on", expected="a later day")
    id_hash = cipher.lookup_hash(id_number) if id_number else None
    name_hash = _name_hash(name, cipher) if name else None
    # who the entry is about, so that the same entry with a new reason or date is found again
    about = hashlib.sha256(b"|".join([(uscc or "").encode(), id_hash or b"", name_hash or b""])).digest()
    key = key_of("blocked-entry", list_name, about.hex())
    return {
        "id": key,
        "list_name": list_name,
        "entry_hash": about,
        "uscc": uscc,
        "id_hash": id_hash,
        "id_encrypted": cipher.encrypt(id_number, row_key("blocked_entries", "id", key)) if id_number else None,
        "name_hash": name_hash,
        "name_encrypted": cipher.encrypt(name, row_key("blocked_entries", "name", key)) if name else None,
        "reason": entry["reason"],
        "source": entry["source"],
        "starts_on": starts_on,
        "expires_on": expires_on,
    }
