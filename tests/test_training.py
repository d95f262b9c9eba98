"""Training: an interrupted run goes on to the very weights of an uninterrupted one."""

import argparse

import pytest
import torch
from tokenizers import Tokenizer

from schemas.ontology import ONTOLOGY
from training import corpus, train
from training.examples import make_example


@pytest.fixture
def one_thread():
    """Sums in one order, so that two runs can be compared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_a_resumed_run_ends_where_an_uninterrupted_one_does(tmp_path, monkeypatch, base, one_thread):
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    short = sorted((d for d in corpus.read_split("train") if d.events), key=lambda d: len(d.text))[:4]
    examples = [make_example(d, tokenizer, ONTOLOGY) for d in short]
    options = {
        "seed": 1,
        "rate": 1e-4,
        "head_rate": 1e-3,
        "layer_decay": 0.9,
        "epochs": 2,
        "batch_tokens": 64,
        "average": 0.9,
        "precision": "fp32",
    }
    args = argparse.Namespace(**options)

    def network():
        torch.manual_seed(1)
        return train.make_network(base, tuned_layers=1)

    whole = network()
    (tmp_path / "whole").mkdir()
    train.train(whole, lambda _: examples, args, tmp_path / "whole")

    (tmp_path / "broken").mkdir()
    save = torch.save

    def save_then_die(state, path):
        save(state, path)
        path.rename(tmp_path / "broken" / "checkpoint.pt")
        raise KeyboardInterrupt

    monkeypatch.setattr(torch, "save", save_then_die)
    with pytest.raises(KeyboardInterrupt):
        train.train(network(), lambda _: examples, args, tmp_path / "broken")
    monkeypatch.setattr(torch, "save", save)
    resumed = network()
    train.train(resumed, lambda _: examples, args, tmp_path / "broken")

    for (name, a), b in zip(whole.state_dict().items(), resumed.state_dict().values()):
        # attention does not change with a key's bias: its gradient is rounding noise, which Adam blows up
        if not name.endswith("key.bias"):
            torch.testing.assert_close(a, b, rtol=0, atol=1e-5, msg=name)
