"""Mentions → entities: which names stand for the same participant, place or date."""

from dataclasses import dataclass

from schemas.ontology import ONTOLOGY
from service.fold import WORD, plain


@dataclass(frozen=True)
class Mention:
    """A typed span of the text; `first` and `last` are its words, `logit` the model's score that it is one."""

    type: str
    text: str
    start: int
    end: int
    first: int
    last: int
    logit: float


@dataclass(frozen=True)
class Entity:
    """Mentions of one thing, in text order; `name` is the fullest of them.

    `indices` and `anaphors` are the places of its names and of the words that stand for it ("er", "sein Amtskollege") in the list
    that was linked, `title` is the words for its office, `references` all words that only refer to it, titles among them.
    """

    type: str
    name: str
    mentions: tuple[Mention, ...]
    indices: tuple[int, ...]
    anaphors: tuple[int, ...] = ()
    title: str | None = None
    references: tuple[str, ...] = ()


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name without case and accents, a genitive s dropped: `Lukaschenkos` → `('lukaschenko',)`."""
    return tuple(w[:-1] if len(w) > 4 and w.endswith("s") else w for w in WORD.findall(plain(name.casefold())))


def acronym_of(short: str, long: str) -> bool:
    """Whether `short` is made of the initials of `long`: `GDL` of `Gewerkschaft Deutscher Lokführer`."""
    if not (2 <= len(short) <= 8 and short.isupper() and short.isalpha()):
        return False
    words = [w for w in WORD.findall(long) if w[0].isupper()]
    return len(words) > 1 and "".join(w[0] for w in words) == short


def same_name(kind: str, one: str, other: str) -> bool:
    """Whether two names of one kind can stand for the same thing."""
    a, b = name_words(one), name_words(other)
    if not a or not b:
        return one == other
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if kind == "person":
        # a surname, a surname with particle, or a given name alone with the surname shared
        return len(short) < len(long) and (long[-len(short) :] == short or (len(short) == 1 and long[0] == short[0]))
    if kind in ("organization", "country"):
        if acronym_of(one, other) or acronym_of(other, one):
            return True
        return kind == "organization" and len(short) < len(long) and long[: len(short)] == short and len("".join(short)) > 5
    return False


def group_by_name(mentions: list[Mention]) -> list[list[int]]:
    """Join mentions of one type whose names agree; a short name joins the last full one before it, else the first after.

    Topics, instruments and dates stay apart, save that equal surfaces of a date are one.
    """
    groups: list[list[int]] = []
    named = [i for i in range(len(mentions)) if mentions[i].type in ONTOLOGY.roles]
    for i in sorted(named, key=lambda i: (-len(name_words(mentions[i].text)), mentions[i].start)):
        mention = mentions[i]
        best = None
        for group in groups:
            head = mentions[group[0]]
            if head.type != mention.type or ONTOLOGY.roles[mention.type] in ONTOLOGY.single_roles:
                continue
            if same_name(mention.type, head.text, mention.text):
                distance = min((mention.start - mentions[j].start) % 10**9 for j in group)
                if best is None or distance < best[0]:
                    best = (distance, group)
        if best is None:
            groups.append([i])
        else:
            best[1].append(i)
    return groups


def join_identical(groups: list[list[int]], identity: dict[tuple[int, int], float], threshold: float) -> list[list[int]]:
    """Join groups whose mentions the model takes for one entity: the mean logit over the known pairs reaches the threshold."""
    group_of = {i: number for number, group in enumerate(groups) for i in group}
    between: dict[tuple[int, int], list[float]] = {}
    for (i, j), logit in identity.items():
        if i in group_of and j in group_of and group_of[i] != group_of[j]:
            between.setdefault((min(group_of[i], group_of[j]), max(group_of[i], group_of[j])), []).append(logit)
    root = list(range(len(groups)))

    def top(number: int) -> int:
        while root[number] != number:
            number = root[number]
        return number

    for (a, b), logits in sorted(between.items(), key=lambda row: -sum(row[1]) / len(row[1])):
        if sum(logits) / len(logits) >= threshold:
            a, b = top(a), top(b)
            root[max(a, b)] = min(a, b)
    joined: dict[int, list[int]] = {}
    for number, group in enumerate(groups):
        joined.setdefault(top(number), []).extend(group)
    return list(joined.values())


def link(mentions: list[Mention], identity: dict[tuple[int, int], float], threshold: float) -> list[Entity]:
    """Mentions → entities, in text order: by their names, then by the model's identity logits of pairs of mentions.

    Words that only refer (anaphors, titles) join the entity of their likeliest partner, if the logit reaches the threshold.
    """
    groups = join_identical(
        group_by_name(mentions), {k: v for k, v in identity.items() if mentions[k[0]].type == mentions[k[1]].type}, threshold
    )
    group_of = {i: number for number, group in enumerate(groups) for i in group}
    partner: dict[int, tuple[float, int]] = {}
    for (i, j), logit in identity.items():
        for one, other in ((i, j), (j, i)):
            if one not in group_of and other in group_of and logit >= threshold and logit > partner.get(one, (-1e9,))[0]:
                partner[one] = (logit, group_of[other])
    entities = []
    for number, group in enumerate(groups):
        indices = tuple(sorted(group, key=lambda i: mentions[i].start))
        members = tuple(mentions[i] for i in indices)
        name = max((m.text for m in members), key=lambda t: (len(name_words(t)), -len(t)))
        referring = sorted(i for i, (_, owner) in partner.items() if owner == number)
        titles = sorted((-partner[i][0], mentions[i].text) for i in referring if mentions[i].type == "title")
        anaphors = tuple(i for i in referring if mentions[i].type == "anaphor")
        words = tuple(mentions[i].text for i in referring)
        entities.append(Entity(members[0].type, name, members, indices, anaphors, titles[0][1] if titles else None, words))
    return sorted(entities, key=lambda e: e.mentions[0].start)
