"""The response as PLOVER events with CAMEO codes (Schrodt et al., PLOVER manual; Gerner et al., CAMEO codebook 1.1b3).

`data/plover.tsv` maps types, forms and statuses. Actors follow the manual's section on compound and reciprocal actors: who visits is the
source and who is visited the target; in everything that is done together all are sources and there is no target.
"""

from functools import lru_cache

from pycountry import countries

from service.sectors import between_states, sector_of
from service.tables import read_table

KOSOVO = ("XK", "XKX")  # in use, but not in ISO 3166


@lru_cache(maxsize=1)
def mapping() -> dict[tuple[str, str, str], tuple[str, str, str | None, list[str]]]:
    """(type, form, status) → CAMEO code, PLOVER event, mode and contexts."""
    found = {}
    for row in read_table("plover.tsv"):
        type_, form, status, code, event, mode, context = (*row, "", "")[:7]
        found[type_, form, status] = (code, event, mode or None, [c for c in context.split(",") if c])
    return found


@lru_cache(maxsize=1)
def titles() -> dict[str, str]:
    """CAMEO code → its title in the codebook."""
    return {code: title for code, title in read_table("cameo.tsv")}


@lru_cache(maxsize=512)
def alpha_3(country: str | None) -> str | None:
    """The ISO 3166-1 alpha-3 code of an alpha-2 one: `IR` → `IRN`."""
    if country == KOSOVO[0]:
        return KOSOVO[1]
    found = countries.get(alpha_2=country) if country else None
    return found.alpha_3 if found else None


def _actor(participant: dict, language: str | None) -> dict:
    return {
        "code": alpha_3(participant["country"]) or ("IGO" if between_states(participant, language) else None),
        "sector": sector_of(participant),
        "actor_text": participant["name"],
        "office": participant["title"],
        "confidence": participant["confidence"],
        "mentions": participant["mentions"],
    }


def _location(places: list[dict]) -> dict | None:
    """The likeliest place; of several as likely, the first that has coordinates."""
    best = max(places, key=lambda p: (p["confidence"], p["latitude"] is not None), default=None)
    if best is None:
        return None
    return {name: best[name] for name in ("name", "latitude", "longitude", "geonames_id")} | {"country": alpha_3(best["country"])}


def _sides(event: dict, actors: list[dict]) -> tuple[str, list[dict], list[dict]]:
    """The form, told apart by where it happens, with sources and targets."""
    here = {alpha_3(p["country"]) for p in event["places"]} - {None}
    codes = [a["code"] for a in actors]
    if event["form"] == "visit" and here and None not in codes:
        guests, hosts = ([a for a in actors if (a["code"] in here) is side] for side in (False, True))
        return ("visit", guests, hosts) if guests else ("visit: host", hosts, [])
    if event["form"] == "talks" and here and None not in codes and len(set(codes)) > 1 and not here & set(codes):
        return "talks: third", actors, []
    return event["form"], actors, []


def _event(event: dict, language: str | None) -> dict:
    form, source, target = _sides(event, [_actor(p, language) for p in event["participants"]])
    rows = mapping()
    keys = ((event["type"], f, event["status"]) for f in (form, event["form"], "*"))
    code, name, mode, context = next(rows[key] for key in keys if key in rows)
    dates = sorted((d for d in event["dates"] if d["start"]), key=lambda d: d["start"])
    return {
        "id": event["id"],
        "cameo": code,
        "label": titles()[code],
        "event": name,
        "mode": mode,
        "context": context,
        "event_date": dates[0]["start"] if dates else None,
        "event_date_end": max(d["end"] for d in dates) if dates else None,
        "source": source,
        "target": target,
        "event_loc": _location(event["places"]),
        "link": event["during"],
        "confidence": event["confidence"],
        "triggers": event["triggers"],
        "evidence": event["evidence"],
    }


def to_plover(found: dict) -> dict:
    """The response in PLOVER's form: every event of it, with the same id."""
    head = {name: found[name] for name in ("id", "language", "published_at")}
    return head | {"events": [_event(e, found["language"]) for e in found["events"]]} | {n: found[n] for n in ("model", "warnings")}
