"""Settings come from the environment, prefix ``BRAMBLING_`` (pydantic-settings); nothing else reads it."""

from __future__ import annotations

import os
import stat
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from brambling.kit.errors import InputRejected


def default_home() -> Path:
    """Where state lives when ``BRAMBLING_HOME`` is not set.

    Normally ``~/.local/share/brambling``. The embedded database of a root user runs as another system user, who must
    be able to reach the folder: where root's home is private (the usual case), ``/var/lib/brambling`` is used.
    """
    home = Path.home()
    if os.geteuid() == 0 and not _reachable_by_others(home):
        return Path("/var/lib/brambling")
    return home / ".local" / "share" / "brambling"


def _reachable_by_others(folder: Path) -> bool:
    return all(place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents) if place.exists())


class Settings(BaseSettings):
    """Everything an operator may set. Field ``x`` is read from ``BRAMBLING_X``."""

    model_config = SettingsConfigDict(env_prefix="BRAMBLING_", frozen=True, extra="ignore")

    home: Path = Field(default_factory=default_home, description="folder for state: database, keys, artefacts")
    database_url: SecretStr | None = Field(
        default=None, description="external PostgreSQL; without it the embedded one runs"
    )
    lang: Literal["en", "zh"] = "en"
    host: str = "127.0.0.1"
    port: int = 8310
    keyset_file: Path | None = Field(
        default=None, description="Tink keyset for personal fields; default HOME/keys/fields.json"
    )
    holiday_file: Path | None = Field(
        default=None, description="operator's holidays beyond the published calendar, CSV"
    )
    llm_base_url: str | None = Field(default=None, description="OpenAI-compatible endpoint; none by default")
    llm_model: str | None = None
    llm_api_key: SecretStr | None = None
    llm_budget_tokens: int = Field(default=200_000, description="tokens the language model may use in a day")
    embedding_base_url: str | None = Field(
        default=None, description="OpenAI-compatible embeddings endpoint; without it a small model runs in the process"
    )
    embedding_model: str | None = None
    embedding_api_key: SecretStr | None = None
    speech_model: Path | None = Field(default=None, description="folder of a faster-whisper model")
    map_tile_url: str | None = Field(
        default=None, description="map tiles; without it maps are drawn without a base layer"
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    upload_bytes_max: int = 64 * 1024 * 1024


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"BRAMBLING_{'_'.join(str(part) for part in first['loc'])}".upper()
        raise InputRejected(f"the setting {name} cannot be used", expected=str(first["msg"])) from None
