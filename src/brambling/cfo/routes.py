"""The expert over HTTP: a brief for a file, without an account and without anything being kept."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile

from brambling.cfo.report import brief_json
from brambling.cfo.service import brief
from brambling.engine.doors.http import PROBLEMS, kept_upload
from brambling.engine.doors.options import parse_map
from brambling.engine.doors.output import plain
from brambling.kit.clock import Clock
from brambling.kit.i18n import Lang
from brambling.kit.money import Money


def router(clock: Clock) -> APIRouter:
    """``POST /briefs``."""
    routes = APIRouter(tags=["cfo"])

    @routes.post("/briefs", responses=PROBLEMS, summary="13 weeks of cash for one bank statement")
    def make_brief(
        statement: Annotated[UploadFile, File(description="CSV of a bank, OFX, camt.053, WeChat or Alipay bill.")],
        balance: Annotated[str | None, Form(description="Balance after the last row, where the file has none.")] = None,
        amount: Annotated[str | None, Form(description="What the owner would like to borrow.")] = None,
        currency: Annotated[str, Form()] = "CNY",
        lang: Annotated[Lang, Form()] = "en",
        map_: Annotated[
            list[str] | None, Form(alias="map", description="ours=theirs, for columns of your own.")
        ] = None,
    ) -> dict[str, Any]:
        """The same answer as ``brambling cfo brief --json``. The file is read and forgotten."""
        with kept_upload(statement) as path:
            found = brief(
                path,
                balance=None if not balance else Money.of(balance, currency),
                mapping=parse_map(map_) or None,
                currency=currency,
                requested=None if not amount else Money.of(amount, currency),
                today=clock.today(),
            )
            answer: dict[str, Any] = plain(brief_json(found, lang))
        return answer

    return routes
