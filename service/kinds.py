"""Kinds of places by the words in their names, for places that no list has: `Konsul-Hackfeld-Haus` is a building."""

import regex

BUILDING = (
    # German: ends of words
    r"(?:(?:haus|häuser|hallen?|palast|schloss|kirche|dom|kapelle|kloster|schule|gymnasium|universität|hochschule|klinik|krankenhaus|stadion|arena|theater|museum|kraftwerk"
    r"|rathaus|gericht|amt|ministerium|botschaft|bahnhof|flughafen|hafen|brücke|turm|villa|hotel|zentrum|saal|forum|gebäude|akademie|bibliothek|lager|gefängnis|kaserne|zentrale|vertretung|kanzlei|palais|hauptquartier|friedhof|schule|halle|straße|strasse|gasse|platz|allee|markt|park)(?:e?s|es|n|en)?)\b",
    r"\b(?:hotel|schloss|villa|messe|palais|burg|haus|hof|st\.|sankt|kloster|halle)\b",
    r"\b(?:house|hall|palace|castle|church|cathedral|abbey|school|university|college|hospital|stadium|arena|theatre|theater|museum|court|ministry|embassy|airport|station|bridge|tower|centre|center|building"
    r"|library|prison|jail|street|road|avenue|square|lane|park|plant|mill|farm|inn|arms|club|hotel|base|exchange|headquarters|barracks|terminal|factory)\b",
    r"\b(?:palais|palacio|palazzo|palácio|paleis|pałac|pałacu|hôtel|château|église|cathédrale|université|hôpital|stade|musée|ministère|ambassade|aéroport|gare|rue|place|boulevard|avenue|mairie|usine|prison|salle"
    r"|casa|castillo|iglesia|universidad|estadio|museo|ministerio|embajada|aeropuerto|calle|plaza|avenida|ayuntamiento|castello|chiesa|università|stadio|ministero|ambasciata|aeroporto|via|piazza|viale|municipio|teatro|ospedale"
    r"|zamek|kościół|uniwersytet|szpital|stadion|muzeum|ministerstwo|ambasada|lotnisko|dworzec|ulica|ulicy|plac|placu|dom|teatr|hala|szkoła)\b",
    r"(?:saray[ıi]|konağı|köşkü|oteli|otel|üniversitesi|hastanesi|stadyumu|müzesi|bakanlığı|büyükelçiliği|havalimanı|caddesi|sokağı|meydanı|camii|okulu|merkezi|binası)\b",
    r"\b(?:дворец|дворц\w*|палац\w*|замок|замк\w*|церков\w*|церкв\w*|собор\w*|университет\w*|університет\w*|больниц\w*|лікарн\w*|стадион\w*|стадіон\w*|музе\w*|министерств\w*|міністерств\w*|посольств\w*|аэропорт\w*|аеропорт\w*"
    r"|вокзал\w*|улиц\w*|вулиц\w*|площад\w*|площ\w*|театр\w*|завод\w*|школ\w*|отел\w*|готел\w*|дом|доме|дома|будинок|будинку|центр\w*)\b",
    r"(?:宫|宾馆|饭店|酒店|大厦|大楼|中心|大学|医院|体育馆|体育场|博物馆|大使馆|机场|车站|广场|街|路|会堂|剧院|学校|馆|厂|寺|教堂|基地)$",
)
REGION = (
    r"(?:see|meer|tal|gebirge|insel|inseln|bucht|küste|golf|wüste|ebene|kreis|fluss|gletscher|provinz|bezirk|viertel|stadtteil|riff|kanal|moor|talsperre)\b",
    r"\b(?:lake|river|sea|bay|gulf|mount|mountain|mountains|valley|island|islands|isles|coast|desert|peninsula|province|county|district|state|region|oblast|north|south|east|west|northern|southern|eastern|western|canal|strait|creek|brook|hills|forest"
    r"|ocean|cape|delta|plain|plateau|ridge|fjord|glacier|reef|border)\b",
    r"\b(?:Ost|Nord|Süd|West|Nordost|Nordwest|Südost|Südwest|Zentral|Mittel|Ober|Unter|Nieder)-?\p{L}{3,}",
    r"\b(?:lac|mer|golfe|baie|mont|montagne|vallée|île|îles|côte|désert|province|département|région|lago|mar|mare|golfo|bahía|monte|valle|isla|islas|isola|isole|costa|provincia|región|regione|jezioro|morze|zatoka|wyspa|wyspy"
    r"|województwo|województwie|powiat|powiecie|dolina|góry|obwód)\b",
    r"(?:gölü|denizi|körfezi|boğazı|dağı|adası|adaları|vadisi|ovası|ili|ilçesi|bölgesi|nehri)\b",
    r"\b(?:озер\w*|мор\w*|залив\w*|затока|остров\w*|острів|област\w*|край|район\w*|долин\w*|гор[аы]|річк\w*|рек[аи])\b",
    r"(?:省|州|县|区|湖|海|河|江|山|岛|群岛|湾|半岛|海峡|地区|盆地|自治区)$",
)
COMPASS = regex.compile(
    r"^(?:(?:Nordost|Nordwest|Südost|Südwest|Ost|Nord|Süd|West|Zentral|Mittel|Ober|Unter)(?:-|(?=\p{Ll}))"
    r"|(?:(?:north|south)(?:east|west)?|east|west|central|upper|lower)(?:ern)?[ -]"
    r"|(?:(?:nord|süd)?(?:öst|west)lich|nördlich|südlich|zentral|mittler|obere?|untere?)\p{Ll}* "
    r"|(?:nord|sud|est|ouest|norte|sur|este|oeste|sul|leste|ovest|centre) (?:de la |de l['’]|du |de |des |del |do |da |dell['’]|della )"
    r"|(?:północn|południow|wschodni|zachodni)\p{Ll}* |(?:kuzey|güney|doğu|batı|orta) "
    r"|(?:северн|южн|восточн|западн|північн|південн|східн|західн)\p{Ll}* )",
    regex.IGNORECASE,
)
CAPITALS = regex.compile(
    r"hauptstadt\b|\bcapital(?:e)?\b|\bhoofdstad|\bstolic|\bbaşkent|\bстолиц|\bстолиц|عاصم|پایتخت|首都", regex.IGNORECASE
)
TOWN = regex.compile(r"[- ](?:Stadt|City|şehri|市)$|(?<=\p{Han})市$")


def without_compass(name: str) -> str | None:
    """The whole that a name speaks of a part of: `Ostukraine` → `Ukraine`; None where it has no such word."""
    found = COMPASS.match(name[:200])
    if not found or found.end() >= len(name):
        return None
    return name[found.end() : found.end() + 1].upper() + name[found.end() + 1 :]


def without_town(name: str) -> str | None:
    """A name without its word for town: `Gaza-Stadt` → `Gaza`; None where it has none."""
    found = TOWN.search(name[:200])
    return name[: found.start()] if found and found.start() else None


def means_capital(name: str) -> bool:
    """Whether a phrase speaks of a capital without its name: `belarussische Hauptstadt`."""
    return bool(CAPITALS.search(name[:200]))


PATTERNS = {
    kind: regex.compile("|".join(f"(?:{p})" for p in rows), regex.IGNORECASE) for kind, rows in (("building", BUILDING), ("region", REGION))
}


def kind_of_name(name: str, language: str) -> str | None:
    """`building` or `region` where the name's words say so, else None."""
    return next((kind for kind, pattern in PATTERNS.items() if pattern.search(name[:200])), None)
