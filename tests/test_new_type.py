"""A new event type is data: the way of training/NEW_TYPES.md, walked in a copy of the project with a toy type."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

CITIES = ("Bern", "Graz", "Ulm", "Kiel", "Trier", "Emden", "Jena", "Linz")
GROUPS = ("Bäcker", "Winzer", "Lehrer", "Fischer", "Lotsen", "Imker", "Pfleger", "Förster")


def article(n: int) -> str:
    city, group, other = CITIES[n % 8], GROUPS[n // 8 % 8], GROUPS[(n + 3) % 8]
    return f"""=== de-toy-{n:03}
published_at: 2024-03-05
topic: society
style: bullet

[{group}|g1] haben am [Montag|d1] in [{city}|l1] [demonstriert|e1]. {other} gingen ihrer Arbeit nach.
---
d1 2024-03-04
l1 kind=city
e1 protest march occurred: g1 l1 d1

"""


@pytest.fixture
def project(tmp_path):
    for name in ("schemas", "service", "training"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "schemas" / "ontology.json"
    ontology = json.loads(path.read_text())
    ontology["types"]["protest"] = {"forms": ["march", "strike"]}
    path.write_text(json.dumps(ontology))
    (tmp_path / "seeds" / "splits").mkdir(parents=True)
    (tmp_path / "seeds" / "de").mkdir()
    (tmp_path / "seeds" / "de" / "toy-01.txt").write_text("".join(map(article, range(60))), encoding="utf-8")
    (tmp_path / "model").mkdir()
    shutil.copy(ROOT / "model" / "model.json", tmp_path / "model")
    return tmp_path


def test_a_third_type_needs_no_code(project, base):
    cache = project / "cache"
    cache.mkdir()
    (cache / base.name).symlink_to(base.resolve())
    environment = os.environ | {"CACHE_DIR": str(cache), "MODEL_DIR": str(project / "ready")}

    def run(*words: str, text: str | None = None) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=project, env=environment, input=text, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    run("training.corpus", "split")
    options = ["--cache", str(cache), "--tuned-layers", "2", "--epochs", "12", "--batch-tokens", "256", "--rate", "1e-3", "--augment", "0"]
    run("training.train", *options, "--average", "0.5")
    run("training.evaluate", "--tune")
    answer = json.loads(run("service", "extract", text="Hebammen haben am Montag in Wien demonstriert."))
    assert [(e["type"], e["form"], [t["text"] for t in e["triggers"]]) for e in answer["events"]] == [
        ("protest", "march", ["demonstriert"])
    ]
