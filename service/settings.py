"""Settings from the environment; a wrong one stops the start with its name and range."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path


class SettingError(ValueError):
    """A setting has a value that it can't have; the message names the setting and its range."""


@dataclass(frozen=True)
class Settings:
    """Every setting; the environment variable has the field's name in capitals. The table in README.md is tested against this."""

    host: str = "0.0.0.0"
    port: int = 8000
    workers: int = 0  # 0: one for each core
    threads: int = 8
    cache_dir: Path = Path(".cache")
    model_dir: Path = Path(".cache/model")
    base_model: str = "package"
    log_level: str = "info"


RANGES = {"port": (1, 65535), "workers": (0, 64), "threads": (1, 256)}
LOG_LEVELS = ("debug", "info", "warning", "error")


def _convert(name: str, kind: type, raw: str):
    variable = name.upper()
    if kind is int:
        low, high = RANGES[name]
        if not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
            raise SettingError(f"{variable}={raw!r}: want a whole number from {low} to {high}")
        return int(raw)
    if not raw:
        raise SettingError(f"{variable} is empty: leave it unset for the default")
    if name == "log_level" and raw not in LOG_LEVELS:
        raise SettingError(f"{variable}={raw!r}: want one of {', '.join(LOG_LEVELS)}")
    return kind(raw)


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that an environment asks for; raises SettingError."""
    found = {f.name: _convert(f.name, f.type, environment[f.name.upper()]) for f in fields(Settings) if f.name.upper() in environment}
    if "model_dir" not in found and "cache_dir" in found:
        found["model_dir"] = found["cache_dir"] / "model"
    return Settings(**found)
