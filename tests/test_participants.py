"""Participants: country, type and name from names, adjectives, demonyms and offices."""

import pytest

from service.countries import adjective_code, countries_in, name_code
from service.link import Entity, Mention
from service.participants import normalise_participants, same_participant
from service.places import read_context


def entity(kind: str, text: str, *names: str, title: str | None = None, references: tuple[str, ...] = ()) -> Entity:
    """An entity with the first place of each name as its mentions, the longest as its name."""
    mentions = tuple(Mention(kind, n, text.index(n), text.index(n) + len(n), 0, 0, 0.0) for n in names)
    return Entity(kind, max(names, key=len), mentions, tuple(range(len(names))), (), title, references)


def read(text: str, language: str, *entities: Entity):
    return normalise_participants(text, entities, read_context(text, [], language), language)


@pytest.mark.parametrize(
    ("name", "language", "code"),
    [
        ("Belarus", "de", "BY"),
        ("Irans", "de", "IR"),
        ("U.S.", "de", "US"),
        ("us", "en", None),
        ("Großbritannien", "de", "GB"),
        ("Kosovo", "de", "XK"),
        ("Polsce", "pl", "PL"),
        ("Франции", "ru", "FR"),
        ("Atlantis", "de", None),
        ("Europäische Union", "de", None),
        ("", "de", None),
    ],
)
def test_country_names(name, language, code):
    assert name_code(name, language) == code


@pytest.mark.parametrize(
    ("word", "language", "code"),
    [
        ("iranisch", "de", "IR"),
        ("iranischer", "de", "IR"),
        ("belarussischen", "de", "BY"),
        ("Französin", "de", "FR"),
        ("kosovarische", "de", "XK"),
        ("Kyrgyz", "en", "KG"),
        ("polish", "en", None),
        ("française", "fr", "FR"),
        ("alemanes", "es", "DE"),
        ("tedesca", "it", "DE"),
        ("chinesa", "pt", "CN"),
        ("Turkse", "nl", "TR"),
        ("niemieckiego", "pl", "DE"),
        ("Alman", "tr", "DE"),
        ("иранского", "ru", "IR"),
        ("українською", "uk", "UA"),
        ("الإيراني", "ar", "IR"),
        ("Tisch", "de", None),
        ("final", "tr", None),
    ],
)
def test_adjectives_and_demonyms(word, language, code):
    assert adjective_code(word, language) == code


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("Polens Außenministerin und ihr US-Kollege in den Vereinigten Staaten", "de", ["PL", "US", "US"]),
        ("Der Schwede und die Demokratische Republik Kongo", "de", ["SE", "CD"]),
        ("le ministre de l'Italie", "fr", ["IT"]),
        ("伊朗外长访问美国", "zh", ["IR", "US"]),
        ("They met us in the car park.", "en", []),
    ],
)
def test_countries_in_a_text(text, language, codes):
    assert [n.code for n in countries_in(text, language)] == codes


@pytest.mark.parametrize(
    ("text", "language", "name", "title", "code"),
    [
        ("Der iranische Verteidigungsminister Darius Amiri kam an.", "de", "Darius Amiri", "Verteidigungsminister", "IR"),
        ("Darius Amiri kam an.", "de", "Darius Amiri", "iranischer Verteidigungsminister", "IR"),
        ("Polens Außenministerin Ewa Lis sprach in Wien.", "de", "Ewa Lis", "Außenministerin", "PL"),
        ("Der Präsident von Ghana, Kofi Asare, sprach.", "de", "Kofi Asare", "Präsident", "GH"),
        ("He met his Russian counterpart, Pavel Orlin, on Monday.", "en", "Pavel Orlin", "counterpart", "RU"),
        ("Kofi Asare, the president of Ghana, spoke.", "en", "Kofi Asare", "president", "GH"),
        ("Министр иностранных дел Франции Поль Мерье прибыл.", "ru", "Поль Мерье", "Министр иностранных дел", "FR"),
        ("Die EU-Außenbeauftragte Lena Moor sprach mit Iran.", "de", "Lena Moor", "EU-Außenbeauftragte", None),
        ("UN-Generalsekretär Tom Berg sprach in Polen.", "de", "Tom Berg", "UN-Generalsekretär", None),
        ("Die Bäckerin Lena Moor aus Ulm gewann.", "de", "Lena Moor", "Bäckerin", None),
        ("Papst Gregor reist nach Polen.", "de", "Gregor", "Papst", "VA"),
    ],
)
def test_country_of_persons(text, language, name, title, code):
    (found,) = read(text, language, entity("person", text, name, title=title))
    assert (found.country, found.type) == (code, "person")


@pytest.mark.parametrize(
    ("text", "kind", "name", "type_", "code"),
    [
        ("Paris und Berlin einigten sich.", "country", "Berlin", "country", "DE"),
        ("Das Kosovo unterschrieb.", "country", "Kosovo", "country", "XK"),
        ("Die iranische Regierung sagte zu.", "country", "iranische Regierung", "country", "IR"),
        ("Der Kreml lehnte ab.", "country", "Kreml", "country", "RU"),
        ("Die Vereinten Nationen vermittelten.", "country", "Vereinten Nationen", "organization", None),
        ("Die Europäische Union sagte zu.", "organization", "Europäische Union", "organization", None),
        ("Frankreich sagte zu.", "organization", "Frankreich", "country", "FR"),
        ("Das Außenministerium Polens schwieg.", "organization", "Außenministerium Polens", "organization", "PL"),
        ("Der Bundestag tagte.", "organization", "Bundestag", "organization", "DE"),
        ("Der Chemiekonzern Velbrand AG zahlte in Polen.", "organization", "Velbrand AG", "organization", None),
        ("Der staatliche norwegische Ölkonzern Nordfelt zahlte.", "organization", "Nordfelt", "organization", "NO"),
    ],
)
def test_states_and_bodies(text, kind, name, type_, code):
    (found,) = read(text, "de", entity(kind, text, name))
    assert (found.type, found.country) == (type_, code)


def test_words_that_refer_to_a_person_tell_the_country():
    text = "Lena Hofer traf in Wien ihren tschechischen Kollegen. Pavel Hruska lobte das Gespräch."
    (found,) = read(
        text, "de", entity("person", text, "Pavel Hruska", title="Kollegen", references=("ihren tschechischen Kollegen", "Kollegen"))
    )
    assert found.country == "CZ"


@pytest.mark.parametrize(
    ("kind", "name", "language", "type_"),
    [
        ("country", "Bundestag", "de", "organization"),
        ("country", "Bundesregierung", "de", "organization"),
        ("group", "Vereinten Nationen", "de", "organization"),
        ("person", "NATO", "en", "organization"),
        ("organization", "Polen", "de", "country"),
        ("country", "Kreml", "de", "country"),
        ("person", "beide Präsidenten", "de", "group"),
        ("organization", "Außenminister beider Länder", "de", "group"),
        ("organization", "both governments", "en", "group"),
        ("person", "Lena Hofer", "de", "person"),
        ("organization", "Velbrand AG", "de", "organization"),
    ],
)
def test_types_are_put_right_where_the_tables_know_better(kind, name, language, type_):
    text = f"Am Montag: {name}."
    (found,) = read(text, language, entity(kind, text, name))
    assert found.type == type_


@pytest.mark.parametrize(
    ("kind", "text", "names", "name"),
    [
        ("person", "Lukas Brandts Rede. Lukas Brandt schwieg.", ("Lukas Brandts", "Lukas Brandt"), "Lukas Brandt"),
        ("person", "Die Rede von Theo Hanges war kurz.", ("Theo Hanges",), "Theo Hanges"),
        ("country", "Polens Minister kamen.", ("Polens",), "Polen"),
        ("country", "Belarus und Laos kamen.", ("Belarus",), "Belarus"),
        ("country", "Laos kam.", ("Laos",), "Laos"),
        ("country", "Laos unterschrieb.", ("Laos",), "Laos"),
        ("person", "Es sprach Dr. Lena Moor.", ("Dr. Lena Moor",), "Lena Moor"),
        ("person", "Papst Gregor sprach.", ("Papst Gregor",), "Gregor"),
    ],
)
def test_names_in_base_form_without_title(kind, text, names, name):
    (found,) = read(text, "de", entity(kind, text, *names))
    assert found.name == name


def test_a_body_and_its_acronym_are_one_and_a_state_and_its_capital():
    text = "Die Vereinten Nationen und Polen berieten. Die UN und Warschau schwiegen, Berlin nicht."
    kinds = {"Vereinten Nationen": "organization", "Polen": "country", "UN": "organization", "Warschau": "country", "Berlin": "country"}
    long, poland, short, warsaw, berlin = read(text, "de", *(entity(kind, text, name) for name, kind in kinds.items()))
    assert same_participant(long, short, "de")
    assert same_participant(poland, warsaw, "de")
    assert not same_participant(warsaw, berlin, "de")
    assert not same_participant(long, poland, "de")


@pytest.mark.parametrize("name", ["x" * 500, "🙂", "\u202e\u200d", "İ" * 60, "a\u0301" * 90, "'", "\x00", "-", "s", "’s"])
@pytest.mark.parametrize("kind", ["person", "organization", "country", "group"])
@pytest.mark.parametrize("language", ["de", "en", "tr", "ar", "zh", "xx", ""])
def test_bad_names_crash_nothing_and_have_no_country(name, kind, language):
    (found,) = read(f"Ein Wort: {name} kam.", language, entity(kind, f"Ein Wort: {name} kam.", name, title="x" * 500))
    assert (found.country, found.type) == (None, kind)
    assert found.name
