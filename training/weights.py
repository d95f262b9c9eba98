"""What training adds to the base encoder, as one small safetensors file.

Matrices are kept as int8 with a scale for each row: the encoder's as differences from the base (`NAME.delta`), the heads' whole
(`NAME.int8`). Vectors are fp16. That is a quarter of the tuned layers' size, with an error far below the 4-bit error of the base.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor

ENCODER = "encoder."


def save_weights(state: dict[str, Tensor], base: dict[str, Tensor], path: Path, metadata: dict[str, str]) -> None:
    """Write the heads and the encoder's changed tensors; `base` has the encoder's names without the prefix `encoder.`."""
    out: dict[str, np.ndarray] = {}

    def put(name: str, value: Tensor, kind: str) -> None:
        if value.dim() != 2:
            out[name + (".delta" if kind == ".delta" else "")] = value.half().numpy()
            return
        scale = value.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / 127
        out[name + kind] = torch.round(value / scale).to(torch.int8).numpy()
        out[name + ".scale"] = scale.squeeze(1).numpy()

    for name, tensor in state.items():
        value = tensor.detach().float().cpu()
        if not name.startswith(ENCODER):
            put(name, value, ".int8")
        elif (difference := value - base[name.removeprefix(ENCODER)].float()).any():
            put(name, difference, ".delta")
    save_file(out, path, metadata=metadata)
