"""The ready model folder: built once from the base encoder and the trained weights, checked and loaded by the server."""

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from schemas.ontology import ONTOLOGY
from service import gazetteer_build
from service.base import build_base, sha256
from service.settings import Settings

WEIGHTS = Path(__file__).parent.parent / "model"  # what training writes: weights.safetensors and model.json
FILES = ("config.json", "tokenizer.json", "encoder.safetensors", "heads.safetensors", "model.json", gazetteer_build.NAME)
MANIFEST = "manifest.json"


class ModelError(RuntimeError):
    """The model folder is missing, damaged or does not fit; the message says what to do."""


@dataclass(frozen=True)
class ModelInfo:
    """What `model.json` says: names, languages, decoding and measured scores."""

    name: str
    version: str
    base: str
    languages: tuple[str, ...]
    thresholds: dict[str, float]
    calibration: dict[str, list[float]]
    scores: dict

    @classmethod
    def read(cls, path: Path) -> "ModelInfo":
        """Read a `model.json`; raises ModelError where a part is missing."""
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{name: raw[name] for name in cls.__dataclass_fields__} | {"languages": tuple(raw["languages"])})
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"{path} is no model description: {error!r}") from error


def merge(base: dict, weights: dict) -> tuple[dict, dict]:
    """The base encoder's tensors plus the trained differences, and the heads' tensors in fp32."""
    encoder = dict(base)
    heads = {}
    for name, tensor in weights.items():
        stem, _, kind = name.rpartition(".")
        if kind == "scale":
            continue
        value = tensor.float()
        if stem + ".scale" in weights and kind in ("int8", "delta"):
            value = value * weights[stem + ".scale"][:, None]
        if kind == "delta":
            target = stem.removeprefix("encoder.")
            encoder[target] = encoder[target] + value
        else:
            heads[stem if kind == "int8" else name] = value
    return encoder, heads


def _source(folder: Path) -> dict | None:
    """What a ready folder was built from; None where there is none, or its manifest is damaged: it is built anew."""
    try:
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["source"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def build(settings: Settings, weights: Path = WEIGHTS) -> Path:
    """Make the ready folder of the settings from base encoder and trained weights unless it is there already; returns it.

    Raises ModelError where the trained weights belong to another base, a file is damaged or the disk is full, BaseModelError where the
    base can't be had.
    """
    from safetensors import SafetensorError, safe_open
    from safetensors.torch import load_file, save_file

    out, cache = settings.model_dir, settings.cache_dir
    source = {name: sha256(weights / name) for name in ("weights.safetensors", "model.json")} | {"gazetteer": gazetteer_build.version()}
    if _source(out) == source:
        return out
    base = build_base(settings.base_model, cache)
    with safe_open(weights / "weights.safetensors", "pt") as file:
        wanted = file.metadata()["base_sha256"]
    if wanted != (base / "SHA256").read_text().strip():
        raise ModelError(f"the trained weights in {weights} belong to another base model than {settings.base_model}")
    try:
        encoder, heads = merge(load_file(base / "model.safetensors"), load_file(weights / "weights.safetensors"))
    except SafetensorError as error:
        raise ModelError(f"a file in {base} or {weights} is truncated or damaged ({error}): remove {base}, restore {weights}") from error
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
        ready = Path(scratch) / "ready"
        ready.mkdir()
        try:
            save_file(encoder, ready / "encoder.safetensors", metadata={"format": "pt"})
            save_file(heads, ready / "heads.safetensors", metadata={"format": "pt"})
        except SafetensorError as error:  # it wraps the system's own error
            raise ModelError(f"the model can't be written below {out.parent} ({error}): is the disk full?") from error
        for name, folder in (("config.json", base), ("tokenizer.json", base), ("model.json", weights)):
            shutil.copyfile(folder / name, ready / name)
        shutil.copyfile(gazetteer_build.build_gazetteer(cache), ready / gazetteer_build.NAME)
        files = {name: {"bytes": (ready / name).stat().st_size, "sha256": sha256(ready / name)} for name in FILES}
        (ready / MANIFEST).write_text(json.dumps({"source": source, "files": files}, indent=1) + "\n")
        for path in ready.iterdir():
            path.chmod(0o644)
        ready.chmod(0o755)
        shutil.rmtree(out, ignore_errors=True)
        ready.rename(out)
    return out


def verify(folder: Path) -> None:
    """Check that a ready folder is whole; raises ModelError naming the file that is missing, truncated or foreign."""
    try:
        files = json.loads((folder / MANIFEST).read_text())["files"]
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{folder} holds no ready model (no readable {MANIFEST}): run `python -m service build`") from error
    for name in FILES:
        path = folder / name
        if name not in files or not path.is_file():
            raise ModelError(f"{path} is missing: run `python -m service build`")
        size = path.stat().st_size
        if size != files[name]["bytes"]:
            raise ModelError(
                f"{path} has {size} bytes, not {files[name]['bytes']}: it is truncated or foreign; remove {folder} and build again"
            )
        if sha256(path) != files[name]["sha256"]:
            raise ModelError(f"{path} was changed or damaged (wrong SHA-256): remove {folder} and build again")


def bf16_helps() -> bool:
    """Whether the processor multiplies bfloat16 in hardware; elsewhere it is several times slower than fp32."""
    import torch

    flags = Path("/proc/cpuinfo")
    return torch.ops.mkldnn._is_mkldnn_bf16_supported() and flags.is_file() and "avx512_bf16" in flags.read_text(errors="replace")


def multiply_in_bf16(encoder) -> None:
    """Let an encoder multiply in bfloat16 as in training: sums, norms and softmax stay fp32; the weights are converted once."""
    import torch

    for module in encoder.modules():
        if isinstance(module, torch.nn.Linear):
            module.to(torch.bfloat16)
    encoder.forward = torch.autocast("cpu", torch.bfloat16)(encoder.forward)


def load(folder: Path, precision: str = "fp32"):
    """The reader and the description of a ready folder, checked; `precision` is the setting's. Raises ModelError."""
    from safetensors.torch import load_file
    from tokenizers import Tokenizer
    from transformers.initialization import no_init_weights

    from service.decode import Thresholds
    from service.extract import Reader
    from service.network import Network

    verify(folder)
    info = ModelInfo.read(folder / "model.json")
    with no_init_weights():  # random numbers for tensors that are replaced at once would take most of the time
        network = Network.new(json.loads((folder / "config.json").read_text()), ONTOLOGY)
    # assign: the tensors stay mapped from the file, so that worker processes share its pages
    network.encoder.load_state_dict(load_file(folder / "encoder.safetensors"), assign=True)
    missing, unexpected = network.load_state_dict(load_file(folder / "heads.safetensors"), strict=False, assign=True)
    if unexpected or any(not name.startswith("encoder.") for name in missing):
        raise ModelError(f"{folder} does not fit this version of the service: build again")
    network.eval()
    if precision == "bf16" or (precision == "auto" and bf16_helps()):
        multiply_in_bf16(network.encoder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return Reader(network, tokenizer, ONTOLOGY, Thresholds(**info.thresholds)), info
