"""Near-duplicates: documents of one language that share many runs of five words (Broder 1997, on shingles)."""

from collections import defaultdict

from service.words import split_words
from training.corpus import Document

RUN = 5
SHARE = 0.15  # of the shorter document's runs


def runs(document: Document) -> frozenset[str]:
    """The runs of RUN words (in Chinese, characters) of a document, without case."""
    words = split_words(document.text)
    surfaces = [document.text[a:b].casefold() for a, b in zip(words.starts, words.ends)]
    return frozenset(" ".join(surfaces[i : i + RUN]) for i in range(len(surfaces) - RUN + 1))


def near_duplicates(documents: list[Document]) -> list[tuple[str, str, float]]:
    """Pairs of ids that share at least SHARE of the shorter one's runs, the worst first."""
    shingles = {d.id: runs(d) for d in documents}
    holders: dict[str, list[str]] = defaultdict(list)
    for id_, found in shingles.items():
        for run in found:
            holders[run].append(id_)
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for ids in holders.values():
        for i, one in enumerate(ids):
            for other in ids[i + 1 :]:
                shared[one, other] += 1
    pairs = [(a, b, n / min(len(shingles[a]), len(shingles[b]))) for (a, b), n in shared.items()]
    return sorted(((a, b, share) for a, b, share in pairs if share >= SHARE), key=lambda row: -row[2])
