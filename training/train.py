"""Train the network on the corpus: seeded, resumable, on the processor alone.

    python -m training.train --out model

A checkpoint is written to the cache after every epoch; the same command goes on where the last run stopped.
"""

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from schemas.ontology import ONTOLOGY
from service.base import build_base
from service.network import Network
from training import corpus
from training.examples import Example, make_example
from training.loss import batch_loss
from training.weights import save_weights


def make_batches(examples: list[Example], tokens: int, rng: random.Random) -> list[list[Example]]:
    """Batches of documents of similar length, at most `tokens` padded tokens each (one document at least), in random order."""
    order = sorted(examples, key=lambda e: max(len(w) for w in e.encoded.windows) * rng.uniform(0.9, 1.1))
    batches: list[list[Example]] = [[]]
    for example in order:
        grown = [*batches[-1], example]
        windows = [w for e in grown for w in e.encoded.windows]
        if batches[-1] and max(len(w) for w in windows) * len(windows) > tokens:
            batches.append([])
        batches[-1].append(example)
    rng.shuffle(batches)
    return batches


def make_network(base: Path, tuned_layers: int) -> Network:
    """The base encoder with fresh heads; only the top `tuned_layers` layers (and the heads) learn."""
    network = Network.new(json.loads((base / "config.json").read_text()), ONTOLOGY)
    network.encoder.load_state_dict(load_file(base / "model.safetensors"))
    network.encoder.embeddings.requires_grad_(False)
    layers = network.encoder.encoder.layer
    for layer in layers[: len(layers) - tuned_layers]:
        layer.requires_grad_(False)
    return network


def make_optimizer(network: Network, rate: float, head_rate: float, decay: float) -> torch.optim.AdamW:
    """AdamW; an encoder layer's rate is `decay` times that of the layer above it."""
    layers = list(network.encoder.encoder.layer)
    groups = [
        {"params": [p for p in layer.parameters() if p.requires_grad], "lr": rate * decay ** (len(layers) - 1 - i)}
        for i, layer in enumerate(layers)
    ]
    groups = [g for g in groups if g["params"]]
    heads = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    groups.append({"params": heads, "lr": head_rate})
    return torch.optim.AdamW(groups, weight_decay=0.01)


def train(network: Network, examples: list[Example], args: argparse.Namespace, folder: Path) -> float:
    """Train for the epochs asked for, going on from a checkpoint in `folder`; returns the seconds spent in all."""
    rng = random.Random(args.seed)
    torch.manual_seed(args.seed)
    optimizer = make_optimizer(network, args.rate, args.head_rate, args.layer_decay)
    steps = args.epochs * len(make_batches(examples, args.batch_tokens, random.Random(args.seed)))
    warmup = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warmup, max(0.0, (steps - step) / max(1, steps - warmup)))
    )
    checkpoint, epoch, seconds = folder / "checkpoint.pt", 0, 0.0
    if checkpoint.is_file():
        saved = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
        rng.setstate(saved["rng"])
        torch.set_rng_state(saved["torch_rng"])
        epoch, seconds = saved["epoch"], saved["seconds"]
        print(f"going on after epoch {epoch}", flush=True)
    trained = [p for p in network.parameters() if p.requires_grad]
    while epoch < args.epochs:
        network.train()
        network.encoder.embeddings.eval()
        began, parts, batches = time.monotonic(), {}, make_batches(examples, args.batch_tokens, rng)
        for number, batch in enumerate(batches, 1):
            loss, found = batch_loss(network, batch, ONTOLOGY)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            schedule.step()
            for name, value in found.items():
                parts.setdefault(name, []).append(value)
            if number % 20 == 0:
                print(f"  {number}/{len(batches)} {loss.item():.3f}", flush=True)
        epoch += 1
        seconds += time.monotonic() - began
        losses = "  ".join(f"{name} {np.mean(values):.3f}" for name, values in parts.items())
        print(f"epoch {epoch}/{args.epochs}  {seconds:.0f} s  {losses}", flush=True)
        saved = {
            "network": network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
            "rng": rng.getstate(),
            "torch_rng": torch.get_rng_state(),
            "epoch": epoch,
            "seconds": seconds,
        }
        torch.save(saved, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").rename(checkpoint)
    return seconds


def main() -> None:
    """Command line: see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("model"), help="folder that takes weights.safetensors")
    parser.add_argument("--cache", type=Path, default=Path(".cache"))
    parser.add_argument("--base", default="package", help="package, a folder or a hub id")
    parser.add_argument("--run", default="main", help="name of the checkpoint folder")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rate", type=float, default=2e-4, help="learning rate of the top encoder layer")
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--layer-decay", type=float, default=0.9)
    parser.add_argument("--tuned-layers", type=int, default=12)
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fresh", action="store_true", help="forget the run's checkpoint")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    base = build_base(args.base, args.cache)
    folder = args.cache / "training" / args.run
    folder.mkdir(parents=True, exist_ok=True)
    if args.fresh:
        (folder / "checkpoint.pt").unlink(missing_ok=True)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    examples = [make_example(d, tokenizer, ONTOLOGY) for d in corpus.read_split("train")]
    print(f"{len(examples)} documents, {sum(e.tokens for e in examples)} tokens", flush=True)
    network = make_network(base, args.tuned_layers)
    seconds = train(network, examples, args, folder)
    args.out.mkdir(parents=True, exist_ok=True)
    metadata = {"base_sha256": (base / "SHA256").read_text().strip(), "seconds": f"{seconds:.0f}"}
    metadata |= {name: str(value) for name, value in vars(args).items() if name not in ("out", "cache", "fresh")}
    save_weights(network.state_dict(), load_file(base / "model.safetensors"), args.out / "weights.safetensors", metadata)
    print(f"{args.out}/weights.safetensors written after {seconds:.0f} s of training")


if __name__ == "__main__":
    main()
