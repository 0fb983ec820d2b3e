"""What `brambling doctor` looks at: is everything here, and does every invariant hold?"""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import dataclass
from typing import Literal

from brambling.kit.errors import BramblingError
from brambling.kit.settings import Settings

EXTRAS = {
    "scorecard": ("optbinning", "z3", "onnxruntime"),
    "documents": ("rapidocr", "pypdfium2", "av", "cv2"),
    "speech": ("faster_whisper",),
    "fields": ("rasterio", "geopandas", "odc.stac"),
    "train": ("jax", "optax", "flax"),
}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: ``good``, ``missing`` (optional) or ``bad``."""

    name: str
    state: Literal["good", "missing", "bad"]
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Everything, in order; never raises."""
    found = [Finding("home", "good", str(settings.home))]
    found += _database(settings)
    for extra, modules in EXTRAS.items():
        lacking = [name for name in modules if not _here(name)]
        state: Literal["good", "missing"] = "missing" if lacking else "good"
        detail = f"lacks {', '.join(lacking)}; pip install 'brambling[{extra}]'" if lacking else "installed"
        found.append(Finding(f"extra {extra}", state, detail))
    browser = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    found.append(Finding("browser for tests", "good" if browser else "missing", browser or "no Chromium"))
    model = settings.llm_model if settings.llm_base_url else None
    found.append(
        Finding("language model", "good" if model else "missing", model or "none set; everything works without")
    )
    return found


def _here(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _database(settings: Settings) -> list[Finding]:
    from brambling.app.build import open_bank
    from brambling.bank import decisions, ledger
    from brambling.credit import lending
    from brambling.kit.db.migrate import newest

    try:
        with open_bank(settings, launch=False) as bank, bank.db.read() as session:
            kind = "external" if settings.database_url else "embedded"
            found = [Finding("database", "good", f"{kind}, revision {newest()}")]
            found.append(_sound("ledger", ledger.check(session), "debits equal credits"))
            found.append(_sound("loans", lending.check(session), "each paid once, from a decision"))
            found.append(Finding("decision chain", "good", f"{decisions.verify_chain(session)} decisions, unbroken"))
            return found
    except BramblingError as error:
        return [Finding("database", "bad", str(error))]


def _sound(name: str, problems: list[str], good: str) -> Finding:
    return Finding(name, "bad", f"{len(problems)}: {problems[0]}") if problems else Finding(name, "good", good)
