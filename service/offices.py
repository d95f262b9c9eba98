"""Words for offices and bodies of states, by which persons and organizations belong to a country."""

import regex

# of a state or a part of one: who holds it has that country
OFFICE = regex.compile(
    r"minister|minist|präsident|kanzler|premier|regierungschef|staatschef|vizepremier|außenamt|botschafter|konsul|gesandt|unterhändler|staatssekretär|abgeordnet|senator"
    r"|bürgermeister|landr[aä]t|gouverneur|könig|kaiser|emir\b|sultan|scheich|kronprinz|herrscher|diktator|juntachef|general\b|generäl|oberst\b|admiral|armeechef|generalstab|kommandeur|polizei"
    r"|kollege|kollegin|amtskolleg|gegenpart|oppositionsführer|fraktions|parlament|notenbank|zentralbank|staatsanw|geheimdienst|richter|beauftragte|ratsvorsitz|stadtrat|dezernent|stadtbaurat|kämmerer|regierung|behörde|bundes|landes"
    r"|president|prime min|chancellor|secretary|ambassador|envoy|senator|governor|\bmps?\b|congress|mayor|king\b|queen\b|prince|emir|monarch|ruler|counterpart|colleague|opposite number|\bpm\b|negotiator|diplomat|consul|judge|justice|attorney|prosecutor|general\b|colonel|lawmaker|legislator|deputy|commander|councillor|chief of staff|central bank|speaker of|undersecretary|head of (?:the )?(?:state|government)"
    r"|président|premi[eè]re? ministre|ambassadeur|député|sénateur|maire\b|roi\b|reine\b|chef de l['’]état|chef du gouvernement|chef de la diplomatie|homologue|gouverneur|préfet|procureur"
    r"|presidente|primer ministr|ministr|canciller|embajador|diputad|senador|alcalde|alcaldesa|rey\b|reina\b|gobernador|homólog|mandatari|jefe de (?:estado|gobierno)|fiscal|premier|cancellier|ambasciat|deputat|senator|sindac|\bre\b|regina\b|omolog|governator|capo dello stato"
    r"|prezydent|premier|kancler|ambasador|poseł|posłank|senator|burmistrz|król|wojewod|szef (?:msz|mon|rządu|dyplomacji)|odpowiedni|marszałek|minister|cumhurbaşkan|başbakan|bakan|büyükelçi|milletvekili|vali\b|belediye başkan|mevkidaş|kral"
    r"|президент|премьер|прем'єр|прем’єр|министр|міністр|канцлер|посол|депутат|сенатор|губернатор|мэр\b|мер\b|глав[аы]|коллег|колег|коро[ль]|спикер|спікер|генерал|прокурор|председател|голов[аи]"
    r"|رئيس|وزير|سفير|ملك|أمير|نائب|رئیس|وزیر|نخست|سفیر|پادشاه|总统|总理|部长|外长|主席|大使|首相|国王|防长|财长|省长|市长|特使|议长|外相|总书记",
    regex.IGNORECASE,
)
# of a state as a whole: where the text names no country beside it, the state that the text is about is meant
NATIONAL = regex.compile(
    r"minist(?!eri)|kanzler|premier|regierungschef|staatschef|staatsoberhaupt|botschafter|außenamts|abgeordnet|\bsenator|gouverneur|staatssekret|amtskoll|kolleg|landrat|landrät|kronprinz|juntachef|armeechef|generalstabschef|staatspräsident|bundespräsident|vizepräsident|übergangspräsident|exekutivpräsident"
    r"|^(?:der |die )?präsident(?:en|in)?$|^(?:the |acting |vice |deputy )?presidents?$|prime min|chancellor|ambassador|senator|governor|\bmps?\b|congress(?:man|woman)|(?:foreign|trade|defen[cs]e|home|state|under)[ -]?secretary|secretary of state|counterpart|colleague|opposite number|head of (?:state|government)"
    r"|^président(?:e)?$|ambassadeur|député|sénateur|chef de l['’]état|chef du gouvernement|chef de la diplomatie|homologue|^president[ea]$|canciller|embajador|diputad|senador|homólog|mandatari|ambasciat|deputat|cancellier|omolog"
    r"|^prezydent\w*$|kancler|ambasador|poseł|posłank|odpowiedni|cumhurbaşkan|başbakan|bakan|büyükelçi|milletvekili|mevkidaş"
    r"|^президент\w*$|прем.?.?р|канцлер|посол|депутат|сенатор|коллег|колег|رئيس|وزير|سفير|رئیس|وزیر|نخست|سفیر|总统|总理|部长|外长|主席|大使|首相|国王|防长|财长",
    regex.IGNORECASE,
)
LOCAL = regex.compile(
    r"stadt|gemeinde|kreis|bezirk|bürgermeister|mayor|council|county|local|kommun|amtsgericht|landgericht|handelsgericht|crown court|behörde|kommission|commission|authority|feuerwehr|verband|vorstand|verein|gewerkschaft|synode|fraktion|maire|ayuntamiento|comune|alcald|sindac|belediye|vali|мэр|мерія|міськ|городск|市",
    regex.IGNORECASE,
)
# offices of bodies between states
BETWEEN_STATES = regex.compile(
    r"\b(?:EU|UN|U\.N|UNO|Nato|NATO|OTAN|Otan|ONU|ONZ|OSZE|OSCE|IWF|IMF|AU|ЕС|ООН|НАТО|ЄС|AB|BM|UE|WHO|IAEA|IAEO|OECD)\b(?!-Mission)|EU-|UN-|Nato-|Kommissionspräsident|Kommissar|commissioner|Commissioner|European Commission|UNO-|欧盟|联合国|北约"
)
BODY = regex.compile(
    r"ministeri|minister|regierung|parlament|nationalversammlung|\bsenat\b|repräsentantenhaus|oberhaus|unterhaus|präsidialamt|präsidentenamt|präsidentschaft|kabinett|botschaft|konsulat|zentralbank|notenbank|nationalbank|armee|streitkräfte|marine\b|luftwaffe|küstenwache|heer\b|militär|polizei|geheimdienst|nachrichtendienst|verfassungsgericht|gericht|staatsanwalt|justiz\b|kommission für|wahlkommission|wahlbehörde|behörde|\wamt(?:e?s)?\b|rechnungshof|stadtrat|gemeinderat|kreistag|landtag|bürgerschaft|stadtverwaltung|magistrat|stadt \w+|landratsamt|bezirk|kanton|staatskanzlei|junta|generalstab|grenzschutz|zoll\b|feuerwehr|bund\b|land \w+|bundes\w+|landes\w+"
    r"|ministry|government|parliament|national assembly|senate|congress|house of|cabinet|embassy|consulate|central bank|army|armed forces|navy|air force|coast ?guard|military|police|intelligence|supreme court|constitutional court|high court|court\b|prosecutor|attorney|department of|\bdepartment\b|election commission|electoral commission|commission\b|border guard|customs|council\b|county|state department|foreign office|treasury|authority|presidency|president's office|civil aviation|parish council"
    r"|ministère|gouvernement|parlement|assemblée|sénat|ambassade|armée|police|gendarmerie|cour (?:suprême|constitutionnelle|d['’]appel)|tribunal|parquet|préfecture|mairie|banque (?:nationale|centrale)|présidence|conseil (?:municipal|régional|général|des ministres)"
    r"|ministerio|gobierno|parlamento|senado|congreso|asamblea|embajada|ejército|policía|corte|fiscalía|ayuntamiento|banco central|cancillería|tribunal|presidencia|ministero|governo|senato|camera dei|ambasciata|esercito|polizia|carabinieri|procura|comune di|regione|banca d|corte|tribunale|consiglio"
    r"|ministerstw|rząd|\bmsz\b|\bmon\b|sejm|senat|ambasad|armi|policj|sąd|trybunał|prokuratur|urząd|straż|wojsk|bakanlığı|hükümet|meclis|büyükelçili|ordu|polis|jandarma|mahkeme|savcılı|belediye|valili|genelkurmay|cumhurbaşkanlığı|merkez bankası"
    r"|министерств|міністерств|\bмид\b|\bмзс\b|правительств|уряд|кабмин|кабмін|парламент|дума\b|посольств|арми|армі|полици|поліці|суд\b|прокуратур|центробанк|нацбанк|администраци|адміністраці|мэри|рада\b|сейм|генштаб|міноборони|минобороны|мвд|мвс"
    r"|وزارة|حكومة|برلمان|سفارة|جيش|شرطة|وزارت|دولت|مجلس|ارتش|سفارت|外交部|国防部|政府|议会|国会|法院|央行|警方|军方|大使馆|部$|委员会|检察|公安",
    regex.IGNORECASE,
)
POPE = regex.compile(
    r"\b(?:papst(?:es)?|pope|le pape|el papa|il papa|o papa|de paus|papież|papieża|папа римский|папа|教皇|教宗)\b[ |]", regex.IGNORECASE
)
GOVERNMENT = regex.compile(
    r"regierung|führung|government|administration|gouvernement|gobierno|governo|rząd|hükümet|правительств|уряд|حكوم|دولت|政府",
    regex.IGNORECASE,
)
STATE_OWNED = regex.compile(
    r"staatlich|staatskonzern|staatseigen|staatsunternehm|staatsbetrieb|staatsbahn|staatsfonds|state[- ]owned|state[- ]run|state (?:company|firm|oil|energy|airline|railway)|(?:étatique|publique|d['’]État)\b|estatal|statale|di stato|państwow|spółka skarbu|devlet|kamu|государственн|госкомпани|госкорпораци|державн|حكومي|دولتی|国有|国营",
    regex.IGNORECASE,
)
TITLES = regex.compile(
    r"^(?:(?:Papst|König(?:in)?|Kaiser|Kronprinz(?:essin)?|Prinz(?:essin)?|Scheich|Emir|Sultan|Dr\.|Prof\.|Herr|Frau|Pope|King|Queen|Prince|Princess|Sheikh|Emir|Mr\.?|Mrs\.?|Ms\.?|Sir|Lord|Dame|Lady"
    r"|le pape|roi|reine|Monsieur|Madame|M\.|Mme|papa|rey|reina|Papież|król|Kral|Papa|Папа|король|король)\s+)+(?=\S)"
)
