"""Settings come from the environment with one prefix, and the default home can be reached by the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from brambling.kit import settings as kit_settings
from brambling.kit.settings import Settings, default_home


def test_a_field_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BRAMBLING_HOME", str(tmp_path))
    monkeypatch.setenv("BRAMBLING_PORT", "9000")
    monkeypatch.setenv("BRAMBLING_LLM_API_KEY", "very-secret")
    monkeypatch.setenv("HOME_OF_ANOTHER", "x")
    found = Settings()
    assert (found.home, found.port) == (tmp_path, 9000)
    assert "very-secret" not in repr(found)
    assert found.llm_api_key is not None and found.llm_api_key.get_secret_value() == "very-secret"


def test_no_model_and_no_endpoint_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LLM_BASE_URL", "LLM_MODEL", "EMBEDDING_BASE_URL", "DATABASE_URL", "HOST"):
        monkeypatch.delenv(f"BRAMBLING_{name}", raising=False)
    found = Settings()
    assert found.llm_base_url is None and found.embedding_base_url is None and found.database_url is None
    assert found.host == "127.0.0.1"


def test_what_does_not_fit_is_told_and_settings_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAMBLING_PORT", "many")
    with pytest.raises(ValidationError, match="port"):
        Settings()
    monkeypatch.delenv("BRAMBLING_PORT")
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_root_with_a_private_home_keeps_state_where_the_database_can_reach(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(kit_settings.os, "geteuid", lambda: 0)
    tmp_path.chmod(0o700)
    assert default_home() == Path("/var/lib/brambling")
    monkeypatch.setattr(kit_settings.os, "geteuid", lambda: 1000)
    assert default_home() == tmp_path / ".local" / "share" / "brambling"
