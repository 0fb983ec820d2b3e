"""Build step: merge the part files of each language into one gettext domain and compile it."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand from a checkout: only compile() is wanted
    BuildHookInterface = object  # type: ignore[assignment,misc]

LOCALE = Path(__file__).parent / "src" / "brambling" / "locale"


def compile_catalogues(folder: Path = LOCALE) -> None:
    """``locale/<lang>/*.po`` become ``locale/<lang>/LC_MESSAGES/brambling.mo``; one message may have one translation."""
    for language in sorted(path for path in folder.iterdir() if path.is_dir()):
        whole = Catalog(locale=language.name, domain="brambling", charset="utf-8")
        for part in sorted(language.glob("*.po")):
            with part.open("rb") as handle:
                for message in read_po(handle, locale=language.name):
                    if not message.id or not message.string:
                        continue
                    known = whole.get(message.id)
                    if known is not None and known.string != message.string:
                        raise ValueError(f"{part.name}: {message.id!r} has a second, different translation")
                    whole.add(message.id, message.string)
        target = language / "LC_MESSAGES"
        target.mkdir(exist_ok=True)
        with (target / "brambling.mo").open("wb") as out:
            write_mo(out, whole)


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling runs this before it packs a wheel, an editable one too."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        compile_catalogues()


if __name__ == "__main__":
    compile_catalogues()
