"""Settings from the environment; a wrong one stops the start with its name and range."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

KEY_LENGTH = (16, 256)


class SettingError(ValueError):
    """A setting has a value that it can't have; the message names the setting and its range."""


def setting(default, reason: str, low: int | None = None, high: int | None = None, among: tuple[str, ...] = (), secret: bool = False):
    """One row of the table: default, what it is for and its range: a number's ends, or the words it is one of."""
    return field(default=default, repr=not secret, metadata={"reason": reason, "low": low, "high": high, "among": among})


@dataclass(frozen=True)
class Settings:
    """Every setting, each documented here alone; the environment variable has the field's name in capitals.

    README.md holds the table that `python -m service settings` prints (tested).
    """

    host: str = setting("0.0.0.0", "address to listen on")
    port: int = setting(8000, "port to listen on", 1, 65535)
    workers: int = setting(0, "processes; 0 is one for each core, which measured fastest", 0, 64)
    threads: int = setting(
        256, "threads a process, so that slow callers don't hold others up (4 stay free for health and metrics)", 8, 1024
    )
    queue: int = setting(16, "requests a process lets wait for its model; one more gets a 503 at once", 0, 1000)
    streams: int = setting(16, "batches and streams that a process serves at the same time", 1, 256)
    deadline: int = setting(60, "seconds after which a request, or one document of a batch or stream, gets a 504", 1, 3600)
    idle_timeout: int = setting(30, "seconds that a caller may stop sending or reading before the connection is given up", 1, 600)
    max_documents: int = setting(256, "documents in one JSON batch", 1, 10000)
    api_keys: str = setting(
        "", "API keys, separated by commas, each 16 to 256 visible ASCII characters; empty: no key is asked for", secret=True
    )
    api_keys_file: str = setting("", "file with more API keys, one a line, `#` begins a comment; read at the start")
    rate_limit: str = setting("", "limit for each key, else each address, such as `60/minute` or `10/second;5000/day`; empty: none")
    rate_storage: str = setting(
        "memory://", "where rates are counted: `memory://` in each process alone, or a server shared by all, such as `redis://…`"
    )
    cors_origins: str = setting("", "origins whose pages may call the API, separated by commas, or `*`; empty: none")
    proxies: int = setting(0, "trusted proxies in front, whose `X-Forwarded-For` tells the caller's address", 0, 10)
    cache_dir: Path = setting(Path(".cache"), "where the base encoder is kept")  # noqa: RUF009
    model_dir: Path = setting(Path(".cache/model"), "the ready model folder; where unset, `model` in `CACHE_DIR`")  # noqa: RUF009
    base_model: str = setting("package", "where the base encoder comes from when the folder is built: `package`, a folder or a hub id")
    precision: str = setting(
        "fp32",
        "products of the encoder: `bf16` is faster where the processor multiplies it in hardware and much slower elsewhere; "
        "`auto` takes it there alone; few answers differ",
        among=("fp32", "bf16", "auto"),
    )
    log_level: str = setting("info", "how much is logged; never an article's text", among=("debug", "info", "warning", "error"))


def table() -> str:
    """The settings as a Markdown table."""
    rows = ["| setting | default | range | what |", "| --- | --- | --- | --- |"]
    for f in fields(Settings):
        span = ", ".join(f"`{word}`" for word in f.metadata["among"])
        span = span if f.metadata["low"] is None else f"{f.metadata['low']} to {f.metadata['high']}"
        default = f"`{f.default}`" if str(f.default) else ""
        rows.append(f"| `{f.name.upper()}` | {default} | {span} | {f.metadata['reason']} |")
    return "\n".join(rows) + "\n"


def _convert(name: str, kind: type, metadata: Mapping, raw: str):
    variable = name.upper()
    if kind is int:
        low, high = metadata["low"], metadata["high"]
        if not raw.isascii() or not raw.isdigit() or len(raw) > 9 or not low <= int(raw) <= high:
            raise SettingError(f"{variable}={raw[:40]!r}: want a whole number from {low} to {high}")
        return int(raw)
    if not raw and getattr(Settings, name) != "":
        raise SettingError(f"{variable} is empty: leave it unset for the default")
    if (among := metadata["among"]) and raw not in among:
        raise SettingError(f"{variable}={raw[:40]!r}: want one of {', '.join(among)}")
    return kind(raw)


def read_keys(settings: Settings) -> tuple[str, ...]:
    """The API keys of setting and file; raises SettingError, which shows no key."""
    found = [(f"API_KEYS, key {i}", key.strip()) for i, key in enumerate(settings.api_keys.split(","), 1) if key.strip()]
    if settings.api_keys_file:
        try:
            rows = Path(settings.api_keys_file).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(f"API_KEYS_FILE={settings.api_keys_file!r}: want a readable text file ({type(error).__name__})") from None
        stripped = [(i, row.split("#", 1)[0].strip()) for i, row in enumerate(rows, 1)]
        found += [(f"API_KEYS_FILE, line {i}", key) for i, key in stripped if key]
        if not found:
            raise SettingError(f"API_KEYS_FILE={settings.api_keys_file!r}: holds no key")
    low, high = KEY_LENGTH
    for where, key in found:
        if not low <= len(key) <= high or not all("!" <= c <= "~" for c in key):
            raise SettingError(f"{where}: want {low} to {high} visible ASCII characters")
    return tuple(key for _, key in found)


def read_origins(settings: Settings) -> list[str]:
    """The origins that CORS lets in; raises SettingError."""
    origins = [o.strip() for o in settings.cors_origins.split(",") if o.strip()]
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://[^/\s]+", origin):
            raise SettingError(f"CORS_ORIGINS: {origin[:100]!r}: want * or origins such as https://example.org, without a path")
    return origins


def _check_rate(settings: Settings) -> None:
    from limits import parse_many
    from limits.storage import storage_from_string

    try:
        if settings.rate_limit:
            parse_many(settings.rate_limit)
    except ValueError:
        raise SettingError(f"RATE_LIMIT={settings.rate_limit[:100]!r}: want limits such as 60/minute or 10/second;5000/day") from None
    try:
        storage_from_string(settings.rate_storage)
    except Exception as error:  # each kind of storage has its own
        reason = type(error).__name__  # the address may hold a password
        raise SettingError(f"RATE_STORAGE: want memory:// or the address of a server whose client is installed ({reason})") from None


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that an environment asks for; raises SettingError."""
    given = [f for f in fields(Settings) if f.name.upper() in environment]
    found = {f.name: _convert(f.name, f.type, f.metadata, environment[f.name.upper()]) for f in given}
    if "model_dir" not in found and "cache_dir" in found:
        found["model_dir"] = found["cache_dir"] / "model"
    settings = Settings(**found)
    for check in (read_keys, read_origins, _check_rate):
        check(settings)
    return settings
