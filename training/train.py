"""Train the network on the corpus: seeded, resumable, on the processor alone.

    python -m training.train --out model

A checkpoint is written to the cache after every epoch; the same command goes on where the last run stopped.
"""

import argparse
import json
import random
import time
from dataclasses import fields
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from schemas.ontology import ONTOLOGY
from service.base import build_base
from service.model import bf16_helps
from service.network import Network
from training import corpus
from training.augment import Shares, epoch
from training.examples import Example, make_example
from training.loss import batch_loss
from training.weights import save_weights

WARMUP = 0.1
STANDARDISED = 100  # documents that the word vectors' mean and spread are taken from


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
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def rate_factor(progress: float) -> float:
    """The share of the full learning rate after a share of the training: a linear rise over the first tenth, then a linear fall."""
    return min(progress / WARMUP, (1 - progress) / (1 - WARMUP)) + 0.005


def average_into(average: list[torch.Tensor], trained: list[torch.nn.Parameter], step: int, keep: float) -> None:
    """Move the running average of the weights towards the weights (Polyak averaging, quicker in the first steps)."""
    torch._foreach_lerp_(average, [p.detach() for p in trained], 1 - min(keep, (1 + step) / (10 + step)))


def train(network: Network, make_epoch, args: argparse.Namespace, folder: Path) -> float:
    """Train for the epochs asked for, going on from a checkpoint in `folder`; the network ends with the averaged weights.

    `make_epoch(number)` gives the examples of an epoch. Returns the seconds spent in all.
    """
    rng = random.Random(args.seed)
    torch.manual_seed(args.seed)
    optimizer = make_optimizer(network, args.rate, args.head_rate, args.layer_decay)
    full_rates = [group["lr"] for group in optimizer.param_groups]
    checkpoint, done, step, seconds = folder / "checkpoint.pt", 0, 0, 0.0
    names, trained = zip(*((name, p) for name, p in network.named_parameters() if p.requires_grad))
    average = [p.detach().clone() for p in trained]
    if checkpoint.is_file():
        saved = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(saved["network"], strict=False)
        average = [saved["average"][name] for name in names]
        optimizer.load_state_dict(saved["optimizer"])
        rng.setstate(saved["rng"])
        torch.set_rng_state(saved["torch_rng"])
        done, step, seconds = saved["epoch"], saved["step"], saved["seconds"]
        print(f"going on after epoch {done}", flush=True)
    bf16 = args.precision == "bf16" or (args.precision == "auto" and bf16_helps())
    while done < args.epochs:
        network.train()
        network.encoder.embeddings.eval()
        began, parts, examples = time.monotonic(), {}, make_epoch(done)
        batches = make_batches(examples, args.batch_tokens, rng)
        print(f"{len(examples)} texts, {sum(e.tokens for e in examples)} tokens", flush=True)
        for number, batch in enumerate(batches, 1):
            for group, rate in zip(optimizer.param_groups, full_rates):
                group["lr"] = rate * rate_factor((done + number / len(batches)) / args.epochs)
            loss, found = batch_loss(network, batch, ONTOLOGY, bf16)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            average_into(average, trained, step, args.average)
            step += 1
            for name, value in found.items():
                parts.setdefault(name, []).append(value)
            if number % 50 == 0:
                print(f"  {number}/{len(batches)} {loss.item():.3f} {time.monotonic() - began:.0f} s", flush=True)
        done += 1
        seconds += time.monotonic() - began
        losses = "  ".join(f"{name} {np.mean(values):.3f}" for name, values in parts.items())
        print(f"epoch {done}/{args.epochs}  {seconds:.0f} s  {losses}", flush=True)
        saved = {
            "network": {name: p.detach() for name, p in zip(names, trained)} | dict(network.named_buffers()),
            "average": dict(zip(names, average)),
            "optimizer": optimizer.state_dict(),
            "rng": rng.getstate(),
            "torch_rng": torch.get_rng_state(),
            "epoch": done,
            "step": step,
            "seconds": seconds,
        }
        torch.save(saved, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").rename(checkpoint)
    network.load_state_dict(dict(zip(names, average)), strict=False)
    return seconds


def main() -> None:
    """Command line: see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("model"), help="folder that takes weights.safetensors")
    parser.add_argument("--cache", type=Path, default=Path(".cache"))
    parser.add_argument("--base", default="package", help="package, a folder or a hub id")
    parser.add_argument("--run", default="main", help="name of the checkpoint folder")
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--rate", type=float, default=2e-4, help="learning rate of the top encoder layer")
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--layer-decay", type=float, default=0.9)
    parser.add_argument("--tuned-layers", type=int, default=12)
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--augment", type=float, default=1.0, help="factor on the shares of documents that are varied; 0 for none")
    parser.add_argument("--without", nargs="*", default=(), help="languages to leave out of training")
    parser.add_argument("--average", type=float, default=0.995, help="how much of the running average of the weights a step keeps")
    parser.add_argument("--precision", choices=("auto", "fp32", "bf16"), default="auto", help="of the encoder's products")
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
    shares = Shares(*[args.augment * getattr(Shares(), f.name) for f in fields(Shares)])

    def make_epoch(number: int) -> list[Example]:
        # read anew: articles that are added while a long training runs are in its next epoch
        documents = [d for d in corpus.read_split("train") if d.language not in args.without]
        return [make_example(d, tokenizer, ONTOLOGY) for d in epoch(documents, args.seed * 1000 + number, shares)]

    network = make_network(base, args.tuned_layers).eval()
    network.standardise([e.encoded for e in make_epoch(0)[:STANDARDISED]])
    seconds = train(network, make_epoch, args, folder)
    args.out.mkdir(parents=True, exist_ok=True)
    metadata = {"base_sha256": (base / "SHA256").read_text().strip(), "seconds": f"{seconds:.0f}"}
    metadata |= {name: str(value) for name, value in vars(args).items() if name not in ("out", "cache", "fresh")}
    save_weights(network.state_dict(), load_file(base / "model.safetensors"), args.out / "weights.safetensors", metadata)
    print(f"{args.out}/weights.safetensors written after {seconds:.0f} s of training")


if __name__ == "__main__":
    main()
