"""``brambling marketing creative write | draw``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from brambling.engine.doors.options import JsonFlag, MapOption, ReportFile, Seed, parse_map
from brambling.engine.doors.output import console, emit_json, progress
from brambling.kit.clock import SystemClock
from brambling.kit.errors import InputRejected
from brambling.kit.files import write_bytes, write_table, write_text
from brambling.kit.i18n import LANGS, Lang

if TYPE_CHECKING:
    from brambling.marketing.creative.shapes import Channel, Drawn, Message

app = typer.Typer(add_completion=False)

Product = Annotated[
    str, typer.Argument(metavar="PRODUCT", help="A product sheet (YAML), or the code of one of the bank's own.")
]
Customers = Annotated[
    Path,
    typer.Option(
        "--customers", help="Customers: customer; name, gbt4754, region, need, amount, day, refused, consent."
    ),
]
Languages = Annotated[
    Literal["zh", "en", "both"], typer.Option("--lang", help="Language of what is written: zh, en or both.")
]
Need = Annotated[str, typer.Option("--need", help="The need of every row where the file has no column need.")]
Today = Annotated[
    datetime | None, typer.Option("--today", formats=["%Y-%m-%d"], help="The day it is for; today where absent.")
]


@app.callback()
def creative() -> None:
    """Words and a picture for one customer, from approved facts only."""


@app.command("write")
def write_command(
    product: Product,
    customers: Customers,
    lang: Languages = "zh",
    need: Need = "",
    template: Annotated[
        Path | None, typer.Option("--template", help="A text of your own with slots such as {name} and {stop}.")
    ] = None,
    today: Today = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the messages here (.csv, .parquet or .json).")
    ] = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Write a message for each customer; whoever refused, or has another need, gets none, with the reason.

    Every message is checked against the rulebook: what is not on the sheet or known of the customer is rejected, and
    the clause is named. With a language model configured two of its sentences may be in other words; figures never are.

    Example: brambling marketing creative write working-capital --customers CUSTOMERS.csv --lang both --out messages.csv
    """
    from brambling.engine.llm import Door
    from brambling.kit.settings import settings
    from brambling.marketing.creative import report as words
    from brambling.marketing.creative.agent import Voice
    from brambling.marketing.creative.service import write

    langs, reader = _langs(lang)
    made = list(
        write(
            product,
            customers,
            today=_day(today),
            langs=langs,
            seed=seed,
            need=need,
            mapping=parse_map(map_),
            template=template,
            voice=Voice(Door.open(settings(), SystemClock())),
        )
    )
    table = words.messages_table(made)
    if out is not None:
        write_table(table, out)
    if report is not None:
        words.messages_report(made, reader).write(report)
    if as_json:
        emit_json(words.messages_plain(made, rows=out is None))
        return
    _print(words.messages_lines(made, reader))


@app.command("draw")
def draw_command(
    product: Product,
    customers: Customers,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the pictures and their index; made where it is absent.")
    ],
    channel: Annotated[
        list[str] | None,
        typer.Option("--channel", help="feed, story or poster. Repeat for several; feed where absent."),
    ] = None,
    lang: Languages = "zh",
    need: Need = "",
    fonts: Annotated[
        Path | None, typer.Option("--fonts", help="Folder with a Chinese font, where none is installed.")
    ] = None,
    svg: Annotated[bool, typer.Option("--svg", help="Keep the SVG beside each picture.")] = False,
    today: Today = None,
    as_json: JsonFlag = False,
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Draw a poster for each customer whom something is said to.

    Neighbours (same region, same kind of trade) get another palette and layout. The picture names nothing of the
    customer but its name. index.csv says which file is whose, and why somebody has none.

    Example: brambling marketing creative draw working-capital --customers CUSTOMERS.csv --channel story --out posters
    """
    from brambling.marketing.creative import report as words
    from brambling.marketing.creative.service import draw_all

    langs, reader = _langs(lang)
    files: dict[int, list[str]] = {}
    messages: list[Message] = []
    drawn = draw_all(
        product, customers, channels=_channels(channel), today=_day(today), langs=langs, seed=seed, need=need,
        mapping=parse_map(map_), fonts=fonts,
    )  # fmt: skip
    first = next(drawn, None)  # a sheet or a file that cannot be used ends here, before a folder is made
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputRejected(f"cannot write to {out.name} ({error.strerror})", expected="a folder") from None
    with progress(quiet=as_json) as display:
        task = display.add_task("draw", total=None)
        for one in _with(first, drawn):
            messages.append(one.message)
            for picture in one.pictures:
                name = f"{one.row:06d}-{one.message.lang}-{picture.channel}.png"
                write_bytes(out / name, picture.png)
                if svg:
                    write_text(out / f"{name[:-4]}.svg", picture.svg)
                files.setdefault(len(messages) - 1, []).append(name)
                display.update(task, advance=1)
    write_table(
        words.messages_table(messages, [" ".join(files.get(i, [])) for i in range(len(messages))]), out / "index.csv"
    )
    if as_json:
        emit_json({**words.messages_plain(messages, rows=False), "pictures": sum(map(len, files.values()))})
        return
    _print([*words.messages_lines(messages, reader), words.pictures_line(sum(map(len, files.values())), reader)])


def _with(first: Drawn | None, rest: Iterable[Drawn]) -> Iterator[Drawn]:
    if first is not None:
        yield first
        yield from rest


def _langs(lang: str) -> tuple[tuple[Lang, ...], Lang]:
    """The languages to write, and the one in which the command speaks."""
    if lang == "both":
        return tuple(reversed(LANGS)), "en"
    one: Lang = "zh" if lang == "zh" else "en"
    return (one,), one


def _channels(given: list[str] | None) -> tuple[Channel, ...]:
    from brambling.marketing.creative.shapes import CHANNELS

    found = tuple(channel for channel in CHANNELS if channel in (given or ["feed"]))
    for name in given or []:
        if name not in CHANNELS:
            raise InputRejected(f"--channel {name!r}", expected=f"one of {', '.join(CHANNELS)}")
    return found


def _day(today: datetime | None) -> date:
    return today.date() if today is not None else SystemClock().today()


def _print(lines: list[str]) -> None:
    for text in lines:
        console().print(text, markup=False)
