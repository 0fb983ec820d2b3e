"""Creative preview: one customer, one product; the message, every rule with its clause, and the poster in three sizes."""

from __future__ import annotations

import base64
import html
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from nicegui import ui
from starlette.responses import Response

from brambling.bank import customers
from brambling.bank.customers import Customer
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.engine.doors.report import table_of
from brambling.kit.errors import NotFound, Rejection
from brambling.kit.i18n import Lang, show_date, show_money, translator
from brambling.marketing.creative import readers, service
from brambling.marketing.creative.model import draw, find_fonts, render
from brambling.marketing.creative.report import CHANNEL_NAMES, NEED_NAMES, finding_text, rule_name, why
from brambling.marketing.creative.rules import Facts, Rulebook, Sheet, check
from brambling.marketing.creative.shapes import CHANNELS, Channel, Message, Picture
from brambling.marketing.needs import store as needs
from brambling.marketing.needs.rules import Need

SHOWN_MAX = 30
CHANNEL = "app"  # refusals are looked up for it; a message by another way is asked about again at the gate


@dataclass(frozen=True)
class Preview:
    """What is shown of one customer and product. ``problem`` says why there are no pictures."""

    customer: Customer
    sheet: Sheet
    facts: Facts
    message: Message
    pictures: tuple[Picture, ...]
    problem: Rejection | None = None


def pages(context: Context) -> None:
    """Register ``/creative``."""

    @c.page("/creative", context, act="read", thing="need")
    async def preview_page(
        visit: Visit, q: str = "", customer: str = "", product: str = "", said: str = ""
    ) -> Response | None:
        lang: Lang = "en" if (said or visit.lang) == "en" else "zh"

        def choices() -> list[tuple[Customer, Need | None]]:
            with context.db.read() as session:
                if q.strip():
                    return [(found, None) for found in customers.search(session, q, SHOWN_MAX)]
                live = needs.live(session, context.clock.today(), SHOWN_MAX)
                known = customers.get_many(session, [need.customer_id for need in live])
                return [(known[need.customer_id], need) for need in live if need.customer_id in known]

        if customer:
            shown = await c.in_thread(_preview, context, customer, product, lang)
            _draw(visit, shown, lang)
        else:
            _draw_choices(visit, await c.in_thread(choices), q)
        return None


def _preview(context: Context, customer_id: str, product: str, lang: Lang) -> Preview:
    today = context.clock.today()
    try:
        wanted = UUID(customer_id)
    except ValueError:
        raise NotFound(f"no customer {customer_id}") from None
    with context.db.read() as session:
        who = customers.get(session, wanted)
        found = [need for need in needs.of_customer(session, wanted, 1) if need.not_after >= today]
        facts = service.facts_with_refusals(session, who, found[0] if found else None, CHANNEL, today)
    sheet = readers.shipped_sheet(product) if product else service.sheet_for(facts, today)
    if sheet is None:
        sheet = next(iter(readers.shipped_sheets().values()))
    message = service.one(sheet, facts, lang, today=today)
    rules, phrases = readers.shipped_rulebook(), readers.shipped_phrases(lang)
    pictures: list[Picture] = []
    try:
        for channel in CHANNELS if message.status == "written" else ():
            fonts = find_fonts()
            poster = draw(sheet, facts, phrases, lang, channel, rulebook=rules, today=today, fonts=fonts)
            pictures.append(Picture(channel, render(poster, fonts), poster.svg))
    except Rejection as error:  # no font on this machine, or a sheet too long for a picture: the words are still there
        return Preview(who, sheet, facts, message, (), error)
    return Preview(who, sheet, facts, message, tuple(pictures))


def _address(**parts: str) -> str:
    return "/creative?" + urlencode({name: part for name, part in parts.items() if part})


def _draw_choices(visit: Visit, found: list[tuple[Customer, Need | None]], q: str) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(_("Creative"), visit, active="/creative"):
        lead = _("What the bank would say to one customer: words, proof, picture. Pick a business.")
        c.heading(_("Words and a picture"), lead=lead, synthetic=any(who.synthetic for who, _need in found), lang=lang)
        c.search_form("/creative", q, lang, label=_("Name or credit code"))
        columns = (_("Business"), _("Need"), _("Amount"), _("Until"))
        rows = [
            (who.name, _(NEED_NAMES[need.kind]), show_money(need.amount, lang), show_date(need.not_after, lang))
            if need is not None
            else (who.name, "", "", "")
            for who, need in found
        ]
        nothing = _("Nobody has a need that a message could still serve. Search a business to look at its message.")
        links = [_address(customer=str(who.id)) for who, _need in found]
        c.table(columns, rows, numeric=(columns[2],), links=links, empty=nothing)


def _draw(visit: Visit, shown: Preview, said: Lang) -> None:
    lang = visit.lang
    _ = translator(lang)
    who, sheet, message = shown.customer, shown.sheet, shown.message
    kept = {"customer": str(who.id), "said": said}
    with c.frame(who.name, visit, active="/creative"):
        lead = _("{product}; the need: {need}").format(
            product=sheet.name.of(lang), need=_(NEED_NAMES[shown.facts.need])
        )
        c.heading(who.name, lead=lead, synthetic=who.synthetic, lang=lang)
        products = [(code, one.name.of(lang)) for code, one in readers.shipped_sheets().items()]
        c.filters("/creative", "product", products, sheet.code, **kept)
        both = [("zh", "中文"), ("en", "English")]
        c.filters("/creative", "said", both, said, customer=str(who.id), product=sheet.code)
        c.section(_("Message"))
        if message.text:
            c.says(message.text)
        else:
            c.empty(_("Nothing is said: {why}.").format(why=why(message, lang)))
        if shown.pictures:
            c.section(_("Picture"))
            _posters(shown.pictures, message, lang)
        if shown.problem is not None:
            c.problem(shown.problem, lang)
        c.section(_("Checks"))
        _checks(message, lang)
        with c.more(_("Check words of your own")):
            _own_words(shown, said, lang)


def _posters(pictures: tuple[Picture, ...], message: Message, lang: Lang) -> None:
    """The three sizes beside each other, below each other on a phone."""
    _ = translator(lang)
    shown = []
    for picture in pictures:
        data = base64.b64encode(picture.png).decode()
        name = html.escape(_(CHANNEL_NAMES[picture.channel]))
        words = html.escape(message.text)
        shown.append(
            f'<figure style="margin:0;flex:1 1 220px;max-width:{_share(picture.channel)}px">'
            f'<img src="data:image/png;base64,{data}" alt="{words}" style="width:100%;border:1px solid var(--hair);border-radius:6px">'
            f'<figcaption class="b-muted">{name}</figcaption></figure>'
        )
    row = f'<div style="display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start">{"".join(shown)}</div>'
    ui.html(row, sanitize=False).classes("b-full")


def _share(channel: Channel) -> int:
    return {"feed": 400, "story": 270, "poster": 360}[channel]


def _checks(message: Message, lang: Lang) -> None:
    """Every rule with its clause, and whether the message keeps it."""
    _ = translator(lang)
    book: Rulebook = readers.shipped_rulebook()
    rules = [(rule.code, rule.source, rule.clause) for rule in book.forbidden]
    rules += [(must.code, must.source, must.clause) for must in book.required]
    broken = {finding.code: finding.words for finding in message.findings}
    kept = _("kept") if message.text else "-"
    rows = [
        (rule_name(code, lang), source, clause, f"✗ {broken[code]}" if code in broken else kept)
        for code, source, clause in rules
    ]
    c.report_table(table_of((_("Rule"), _("Source"), _("Clause"), _("Outcome")), rows))


def _own_words(shown: Preview, said: Lang, lang: Lang) -> None:
    """A text typed in is held against the same rules; nothing is kept and nothing is sent."""
    _ = translator(lang)
    words = ui.textarea(_("Your words"), value=shown.message.text).classes("b-field").props("outlined autogrow")
    told = ui.element("div").classes("b-full").props("aria-live=polite")

    def look() -> None:
        text = str(words.value or "")
        if shown.facts.name:
            text = text.replace(shown.facts.name, "·")
        found = check(
            text, said, shown.sheet, service.proven(shown.sheet, shown.facts, said), readers.shipped_rulebook()
        )
        told.clear()
        with told:
            if found:
                c.points([finding_text(finding, lang) for finding in found])
            else:
                c.paragraph(_("No rule is broken, and every number is proven."))

    with ui.element("div").classes("b-actions"):
        c.quiet_button(_("Check"), look)
