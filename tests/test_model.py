"""The ready model folder: complete, small in the repo, and refused where it is damaged."""

import json
import shutil
from dataclasses import replace

import pytest
from safetensors import safe_open

from service import base, model
from service.settings import SettingError, from_environment


def test_trained_part_is_small_and_knows_its_base(engine):
    assert sum(p.stat().st_size for p in model.WEIGHTS.iterdir()) <= 25e6
    with safe_open(model.WEIGHTS / "weights.safetensors", "np") as file:
        settings = from_environment()
        assert file.metadata()["base_sha256"] == (base.build_base(settings.base_model, settings.cache_dir) / "SHA256").read_text().strip()


@pytest.fixture
def folder(tmp_path):
    ready = tmp_path / "ready"
    ready.mkdir()
    for name in model.FILES:
        (ready / name).write_text(f"content of {name}")
    files = {n: {"bytes": (ready / n).stat().st_size, "sha256": base.sha256(ready / n)} for n in model.FILES}
    (ready / model.MANIFEST).write_text(json.dumps({"files": files}))
    model.verify(ready)
    return ready


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
def test_damaged_folder_is_refused_with_the_file_named(folder, damage, words):
    damage(folder)
    with pytest.raises(model.ModelError, match=words):
        model.verify(folder)


def test_weights_of_another_base_are_refused(tmp_path, engine):
    import torch

    from training.weights import save_weights

    save_weights({"head": torch.ones(2)}, {}, tmp_path / "weights.safetensors", {"base_sha256": "0" * 64})
    shutil.copy(model.WEIGHTS / "model.json", tmp_path)
    with pytest.raises(model.ModelError, match="another base"):
        model.build(replace(from_environment(), model_dir=tmp_path / "ready"), tmp_path)


def test_foreign_base_folder_is_refused(tmp_path):
    with pytest.raises(base.BaseModelError, match=r"config\.json"):
        base.build_base(str(tmp_path), tmp_path / "cache")


@pytest.mark.parametrize("name", ["PORT", "WORKERS", "THREADS", "LOG_LEVEL", "MODEL_DIR"])
def test_wrong_setting_is_named(name):
    with pytest.raises(SettingError, match=name):
        from_environment({name: "" if name == "MODEL_DIR" else "-1"})


def test_every_setting_is_in_the_readme():
    readme = (model.WEIGHTS.parent / "README.md").read_text()
    from dataclasses import fields

    from service.settings import Settings

    for field in fields(Settings):
        assert f"`{field.name.upper()}`" in readme
