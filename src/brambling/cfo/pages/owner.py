"""The page that greets: drop a bank statement, see 13 weeks of cash. No account, one column, made for a thumb."""

from __future__ import annotations

import html
import json
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nicegui import app, ui
from nicegui.events import UploadEventArguments

from brambling.cfo.pages.answer import draw
from brambling.cfo.report import brief_json, brief_page
from brambling.cfo.rules import warnings_of
from brambling.cfo.service import brief_of
from brambling.cfo.shapes import Brief
from brambling.credit.underwriting.features import Standing
from brambling.credit.underwriting.readers import shipped_policy
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.kit.errors import BramblingError, InputRejected, LimitExceeded, MoneyRejected
from brambling.kit.i18n import translator
from brambling.kit.money import Money

Example = Callable[[], tuple[str, bytes]]
SEED = 7
# An answer outlives a change of language or a reload in its own tab, and nothing else.
KEPT_SECONDS = 3600


@dataclass(frozen=True, eq=False)
class Answer:
    """A brief and the file it is of; ``folder`` vanishes with the page."""

    brief: Brief
    name: str
    rows: int
    synthetic: bool
    at: float


def pages(context: Context, example: Example | None) -> None:
    """Register ``/``."""

    @c.page("/", context)
    async def owner(visit: Visit) -> None:
        await Owner(visit, example).build()


class Owner:
    """One visitor's page: the drop zone, two optional fields, and the answer below."""

    def __init__(self, visit: Visit, example: Example | None) -> None:
        self.visit, self.lang, self.example = visit, visit.lang, example
        self.file: tuple[Path, bool] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="brambling-")

    async def build(self) -> None:
        """Draw the page; an answer of this tab that is still fresh is drawn again."""
        _ = translator(self.lang)
        client = ui.context.client
        client.on_delete(self._folder.cleanup)
        with c.frame(_("Your cash"), self.visit, narrow=True):
            c.heading(
                _("Will the cash last?"),
                lead=_(
                    "Drop a bank statement: 13 weeks ahead, what is idle, what you could borrow. No account needed."
                ),
            )
            self._drop_zone()
            self._fields()
            paragraph = _("The file is read here and thrown away; the answer stays in this tab for an hour at most.")
            c.paragraph(paragraph, muted=True)
            self.answer = ui.element("div").classes("b-full").props('aria-live="polite"')
        await client.connected()
        with suppress(KeyError, RuntimeError):
            kept = app.storage.tab["answer"]
            if time.monotonic() - kept.at < KEPT_SECONDS:
                self._show(kept)

    def _drop_zone(self) -> None:
        _ = translator(self.lang)
        limit = self.visit.context.settings.upload_bytes_max
        self.drop = ui.upload(
            on_upload=self._uploaded, on_rejected=self._too_large, auto_upload=True, max_file_size=limit
        )
        self.drop.classes("b-drop").props("flat bordered=false")
        words = (
            _("Choose or drop a statement"),
            _("CSV of your bank, WeChat or Alipay bill, OFX, camt.053; up to {size} MB"),
        )
        button, kinds = html.escape(words[0]), html.escape(words[1].format(size=limit >> 20))
        self.drop.add_slot("header", "<span></span>")
        self.drop.add_slot(
            "list",
            '<label class="b-drop-zone" tabindex="0" @keydown.enter="props.pickFiles" '
            '@keydown.space.prevent="props.pickFiles"><q-uploader-add-trigger></q-uploader-add-trigger>'
            f"<b>{button}</b><span>{kinds}</span></label>",
        )

    def _fields(self) -> None:
        _ = translator(self.lang)
        with ui.element("div").classes("b-actions"):
            self.balance = ui.input(_("Balance now, if the file has none")).classes("b-field")
            self.wanted = ui.input(_("What you would like to borrow")).classes("b-field")
        for field in (self.balance, self.wanted):
            field.props('outlined dense inputmode="decimal" prefix="¥"')
            field.on("keydown.enter", self._again)
        with ui.element("div").classes("b-actions"):
            if self.example is not None:
                c.quiet_button(_("No file at hand? Try a synthetic shop"), self._try_example)
            self.again = c.quiet_button(_("Compute again with these"), self._again)
            self.again.set_visibility(False)

    # -- what happens ---------------------------------------------------------------------------------------------------

    async def _uploaded(self, event: UploadEventArguments) -> None:
        path = Path(self._folder.name) / (Path(event.file.name).name or "statement")
        await event.file.save(path)
        self.drop.reset()
        self.file = (path, False)
        await self._compute()

    async def _try_example(self) -> None:
        assert self.example is not None
        name, content = await c.in_thread(self.example)
        path = Path(self._folder.name) / name
        await c.in_thread(path.write_bytes, content)
        self.file = (path, True)
        await self._compute()

    async def _again(self) -> None:
        if self.file is not None:
            await self._compute()

    def _too_large(self) -> None:
        _ = translator(self.lang)
        size = self.visit.context.settings.upload_bytes_max >> 20
        self._fail(LimitExceeded(_("The file is larger than {size} MB.").format(size=size)))

    async def _compute(self) -> None:
        """Read, simulate, decide, with the step that runs marked; what goes wrong takes the place of the answer."""
        _ = translator(self.lang)
        assert self.file is not None
        path, synthetic = self.file
        steps = [_("Reading the statement"), _("Simulating 13 weeks"), _("Asking credit and wealth")]
        self.drop.classes(add="b-busy")
        try:
            self._steps(steps, 0)
            balance, wanted = _amount(self.balance.value), _amount(self.wanted.value)
            from brambling.perception.cashflow import late_payers, read_statement, twin

            statement = await c.in_thread(lambda: read_statement(path, balance=balance))
            self._steps(steps, 1)
            made = await c.in_thread(lambda: twin(statement, seed=SEED))
            self._steps(steps, 2)
            standing = Standing(requested=wanted)
            today = self.visit.context.clock.today()
            warnings = warnings_of(statement, today, shipped_policy().statement_age_days_max)
            brief = await c.in_thread(
                lambda: brief_of(made, tuple(late_payers(statement)), standing, seed=SEED, warnings=warnings)
            )
        except BramblingError as error:
            self._fail(error)
        else:
            answer = Answer(brief, path.name, statement.rows.height, synthetic, time.monotonic())
            with suppress(RuntimeError):
                app.storage.tab["answer"] = answer
            self._show(answer)
        finally:
            self.drop.classes(remove="b-busy")

    # -- what is seen ---------------------------------------------------------------------------------------------------

    def _steps(self, steps: list[str], now: int) -> None:
        self.answer.clear()
        states = ["b-done" if i < now else "b-now" if i == now else "" for i in range(len(steps))]
        items = "".join(
            f'<li class="{state}">{html.escape(step)}</li>' for step, state in zip(steps, states, strict=True)
        )
        with self.answer:
            ui.html(f'<ol class="b-steps">{items}</ol>', sanitize=False).classes("b-full")
            c.skeleton(96)
            c.skeleton(320)

    def _fail(self, error: BramblingError) -> None:
        _ = translator(self.lang)
        advice = _("Export the statement again as CSV with all columns, or choose another file.")
        if isinstance(error, MoneyRejected):
            advice = _("Write an amount like 12,345.60.")
        elif isinstance(error, InputRejected) and "days" in (error.expected or ""):
            advice = _("Export a longer period from your bank and drop it again.")
        self.answer.clear()
        with self.answer:
            c.problem(error, self.lang, advice=advice)

    def _show(self, answer: Answer) -> None:
        _ = translator(self.lang)
        self.again.set_visibility(self.file is not None)
        self.answer.clear()
        with self.answer:
            title = _("{name}: {rows} rows").format(name=answer.name, rows=f"{answer.rows:,}")
            with ui.element("div").classes("b-heading b-h2"):
                ui.label(title)
                if answer.synthetic:
                    c.tag(self.lang)
            if not answer.brief.balance_known:
                self._ask_balance()
            draw(answer.brief, self.lang)
            self._downloads(answer)

    def _ask_balance(self) -> None:
        _ = translator(self.lang)
        text = _(
            "The file has no balance. Give it in the field above, and amounts become balances and idle cash is found."
        )
        ui.label(text).classes("b-note")

    def _downloads(self, answer: Answer) -> None:
        _ = translator(self.lang)
        brief, lang = answer.brief, self.lang

        async def report() -> None:
            page = await c.in_thread(lambda: brief_page(brief, lang, synthetic=answer.synthetic).html())
            ui.download(page.encode("utf-8"), "brief.html", "text/html")

        def plain() -> None:
            text = json.dumps(brief_json(brief, lang), ensure_ascii=False, indent=2)
            ui.download(text.encode("utf-8"), "brief.json", "application/json")

        with ui.element("div").classes("b-actions"):
            c.quiet_button(_("Report to keep (HTML)"), report)
            c.quiet_button(_("Data (JSON)"), plain)


def _amount(text: object) -> Money | None:
    """The amount in a field, None when it is empty; raises MoneyRejected for what is none."""
    words = str(text or "").strip()
    return Money.of(words) if words else None
