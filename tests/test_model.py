"""The ready model folder: complete, small in the repo, and refused where it is damaged."""

import shutil
from dataclasses import replace

import pytest
from safetensors import safe_open

from service import model
from service.base import BaseModelError, build_base
from service.settings import from_environment


def test_trained_part_is_small_and_knows_its_base(base):
    assert sum(p.stat().st_size for p in model.WEIGHTS.iterdir()) <= 25e6
    with safe_open(model.WEIGHTS / "weights.safetensors", "np") as file:
        assert file.metadata()["base_sha256"] == (base / "SHA256").read_text().strip()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda f: (f / "heads.safetensors").unlink(), "heads.safetensors is missing"),
        (lambda f: (f / "encoder.safetensors").write_text("cont"), "truncated or foreign"),
        (lambda f: (f / "config.json").write_text("CONTENT of config.json"), "wrong SHA-256"),
        (lambda f: (f / model.MANIFEST).write_text("{"), "no ready model"),
        (shutil.rmtree, "no ready model"),
    ],
)
def test_damaged_folder_is_refused_with_the_file_named(model_folder, damage, words):
    model.verify(model_folder)
    damage(model_folder)
    with pytest.raises(model.ModelError, match=words):
        model.verify(model_folder)


def test_weights_of_another_base_are_refused(tmp_path):
    import torch

    from training.weights import save_weights

    save_weights({"head": torch.ones(2)}, {}, tmp_path / "weights.safetensors", {"base_sha256": "0" * 64})
    shutil.copy(model.WEIGHTS / "model.json", tmp_path)
    with pytest.raises(model.ModelError, match="another base"):
        model.build(replace(from_environment(), model_dir=tmp_path / "ready"), tmp_path)


def test_foreign_base_folder_is_refused(tmp_path):
    with pytest.raises(BaseModelError, match=r"config\.json"):
        build_base(str(tmp_path), tmp_path / "cache")
