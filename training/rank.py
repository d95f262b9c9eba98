"""Learn the weights by which places and the countries of participants are chosen: `service/data/weights.tsv`, from the training split.

A conditional logit (McFadden 1974) over what each name may stand for: the chance of the annotated ones together is made large. The places
around a name are chosen by the weights themselves, so that learning goes round a few times.

python -m training.rank [--rounds N] [--every N]
"""

import argparse
from collections import Counter

import torch

from service.participants import STATEFUL, claims
from service.places import read_context, rivals
from service.tables import DATA, read_table, weights
from training import corpus
from training.normalised import actors, place_names

PENALTY = 0.5  # of squared weights, so that rare features stay small
STEPS = 200
RARE = 4  # features that fewer names have are not learned
Group = list[tuple[dict[str, float], bool]]  # the features of each rival and whether it is right


def groups_of(document: corpus.Document) -> tuple[list[Group], list[Group]]:
    """What the annotated places of a document may stand for, and the countries that its persons and organizations may belong to."""
    names = place_names(document)
    context = read_context(document.text, list(names.values()), document.language)
    places: list[Group] = []
    for id_, name in names.items():
        gold = document.entities[id_]
        if gold.country is None and gold.kind is None:
            continue
        rows = rivals(name, context, document.language)
        right = [place.country == gold.country for place, _ in rows]
        same_kind = [ok and place.kind == gold.kind for ok, (place, _) in zip(right, rows)]
        places.append([(features, ok) for (_, features), ok in zip(rows, same_kind if any(same_kind) else right)])
    participants: list[Group] = []
    entities = actors(document)
    for id_, claimed in zip(entities, claims(document.text, list(entities.values()), context, document.language), strict=True):
        gold = document.entities[id_]
        if gold.type in STATEFUL:
            participants.append([(features, code == gold.country) for code, features in claimed.items()])
    return places, participants


def fit(groups: list[Group]) -> dict[str, float]:
    """The weights of the features; groups without a right or without a wrong rival teach nothing."""
    groups = [g for g in groups if len({ok for _, ok in g}) == 2]
    seen = Counter(name for g in groups for name in {name for features, _ in g for name in features})
    names = sorted(name for name, times in seen.items() if times >= RARE)
    column = {name: i for i, name in enumerate(names)}
    cells = [(r, column[f], v) for r, (fs, _) in enumerate(row for g in groups for row in g) for f, v in fs.items() if f in column]
    rows, columns, values = zip(*cells)
    size = sum(map(len, groups))
    matrix = torch.sparse_coo_tensor(
        torch.tensor([rows, columns]), torch.tensor(values, dtype=torch.float64), (size, len(names)), check_invariants=True
    )
    matrix = matrix.coalesce()
    owner = torch.tensor([n for n, g in enumerate(groups) for _ in g])
    right = torch.tensor([ok for g in groups for _, ok in g])
    weight = torch.zeros(len(names), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight], max_iter=STEPS, line_search_fn="strong_wolfe")

    def log_sum(scores: torch.Tensor, which: torch.Tensor) -> torch.Tensor:
        return torch.zeros(len(groups), dtype=torch.float64).index_add(0, which, scores.exp()).log()

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        scores = torch.sparse.mm(matrix, weight[:, None])[:, 0]
        top = torch.zeros(len(groups), dtype=torch.float64).scatter_reduce(0, owner, scores, "amax", include_self=False).detach()
        scores = scores - top[owner]
        loss = (log_sum(scores, owner) - log_sum(scores[right].clamp(min=-50), owner[right])).sum() + PENALTY * (weight**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return dict(zip(names, weight.tolist()))


def write(choice: str, found: dict[str, float]) -> None:
    """Put the weights of one choice into the table, in place of its old ones."""
    kept = [row for row in read_table("weights.tsv") if row[0] != choice]
    rows = sorted([*kept, *([choice, name, f"{value:.3f}"] for name, value in found.items())])
    head = "# Learned on the training split of the corpus by `python -m training.rank`; not to be changed by hand.\n"
    (DATA / "weights.tsv").write_text(head + "choice\tfeature\tweight\n" + "".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    weights.cache_clear()


def main() -> None:
    """Command line: see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="learn from each Nth document alone")
    args = parser.parse_args()
    documents = corpus.read_split("train")[:: args.every]
    for _ in range(args.rounds):
        groups = [groups_of(d) for d in documents]
        write("place", fit([g for places, _ in groups for g in places]))
        write("participant", fit([g for _, participants in groups for g in participants]))


if __name__ == "__main__":
    main()
