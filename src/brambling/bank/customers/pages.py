"""The page of blocked lists: what there is, and a new file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from nicegui import ui
from nicegui.events import UploadEventArguments
from starlette.responses import Response

from brambling.bank.customers import service
from brambling.bank.customers.routes import note_import
from brambling.bank.customers.rules import BlockList
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.kit.i18n import translator


def pages(context: Context) -> None:
    """Register ``/blocks``."""

    @c.page("/blocks", context, act="read", thing="block")
    async def blocks_page(visit: Visit) -> Response | None:
        def load() -> list[BlockList]:
            with context.db.read() as session:
                return service.block_lists(session, context.clock.today())

        _draw(visit, await c.in_thread(load))
        return None


def _draw(visit: Visit, lists: list[BlockList]) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(_("Blocked lists"), visit, active="/blocks"):
        lead = _("Every customer and every related person is screened against these before any decision.")
        c.heading(_("Blocked lists"), lead=lead)
        columns = (_("List"), _("Entries"), _("In force today"), _("Sources"))
        rows = [(one.name, f"{one.entries:,}", f"{one.live:,}", f"{one.sources:,}") for one in lists]
        c.table(columns, rows, numeric=columns[1:], empty=_("There is no list yet: nobody is blocked."))
        if visit.may("write", "block"):
            _form(visit)


def _form(visit: Visit) -> None:
    _ = translator(visit.lang)
    c.section(_("Import a list"))
    c.paragraph(
        _("CSV with a reason in each row and at least one of credit code (uscc), name, identity number (id_number).")
    )
    name = ui.input(_("Name of the list")).classes("b-field").props("outlined dense")
    whole = ui.checkbox(_("The file is the whole list: entries it lacks end yesterday"))

    async def bring(event: UploadEventArguments) -> None:
        list_name = str(name.value or "").strip()
        if not list_name:
            upload.reset()
            ui.notify(_("Give the list a name first."), position="top")
            return
        with tempfile.TemporaryDirectory(prefix="brambling-") as folder:
            path = Path(folder) / (Path(event.file.name).name or "list.csv")
            await event.file.save(path)
            upload.reset()
            with c.told(visit.lang):
                count = await c.in_thread(_import, visit, path, list_name, bool(whole.value))
                ui.notify(_("{n} entries are in force.").format(n=count), position="top", type="positive")
                ui.navigate.reload()

    kinds = _("CSV, Parquet or JSON lines; up to {size} MB").format(size=visit.context.settings.upload_bytes_max >> 20)
    upload = c.drop_zone(_("Choose or drop a file"), kinds, bring, visit.context.settings.upload_bytes_max)


def _import(visit: Visit, path: Path, list_name: str, whole: bool) -> int:
    context = visit.context
    visit.require("write", "block")
    with context.db.write(visit.actor) as session:
        today = context.clock.today()
        count = service.import_blocks(session, path, list_name, today, whole=whole, cipher=context.cipher)
        note_import(session, list_name, count, whole, now=context.clock.now())
    return count
