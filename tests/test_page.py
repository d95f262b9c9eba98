"""The page at `/` and the same picture as a file: headers and escaping first, then in headless Chromium."""

import base64
import contextlib
import hashlib
import json
import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from schemas.article import Article
from schemas.events import EventsSchema
from service import __main__ as command_line
from service import page
from service.settings import Settings
from tests.conftest import ROOT, make_app, spans_of
from tests.page_stub import EXAMPLES, PageEngine, answer
from training.corpus import read_file

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
MEETING = "\U0001f469\u200d\U0001f4bb \U0001f1f9\U0001f1f7 Ada traf Bo in 𝔚𝔦𝔢𝔫."  # signs of two UTF-16 units, a joiner, a flag
HOSTILE = "<img src=x onerror=alert(1)> traf </script><script>alert(2)</script><!-- <b>Bo</b> & \u202eBo\u202c &lt;i&gt; in '$(touch x)'"


def one_meeting(text: str, trigger: str, name: str, place: str) -> dict:
    """An answer with one event over words of the text."""

    def span(words: str) -> dict:
        start = text.index(words)
        return {"text": words, "start": start, "end": start + len(words)}

    who = {"name": name, "type": "person", "title": name, "country": None, "confidence": 0.9, "mentions": [span(name)]}
    where = {"name": place, "kind": "city", "country": "AT", "latitude": 48.2, "longitude": 16.4, "geonames_id": 1}
    when = {"value": None, "start": None, "end": None, "basis": None, "reason": "no published_at", "confidence": 0.5}
    event = {"id": "e1", "type": "meeting", "form": "talks", "status": "occurred", "confidence": 0.9, "triggers": [span(trigger)]}
    event |= {"participants": [who], "places": [where | {"confidence": 0.9, "mentions": [span(place)]}]}
    event |= {"dates": [when | {"mentions": [span(name)]}], "topic": span(name), "instrument": None, "evidence": [span(text)]}
    event |= {"during": None}
    head = {"id": None, "language": "de", "published_at": None, "characters_read": len(text), "events": [event]}
    found = head | {"model": {"name": "fake", "version": "0"}, "warnings": [name]}
    assert not EventsSchema().validate(found)
    return found


def page_engine() -> PageEngine:
    engine = PageEngine()
    engine.known[MEETING] = one_meeting(MEETING, "traf", "Bo", "𝔚𝔦𝔢𝔫")
    engine.known[HOSTILE] = one_meeting(HOSTILE, "traf", "<b>Bo</b>", "<img src=x onerror=alert(1)>")
    return engine


# ---- without a browser


def test_the_examples_are_the_annotated_ones():
    said = json.loads(page.read("examples.json"))
    assert [row["language"] for row in said] == ["de", "en", "fr", "tr"]
    documents = read_file(EXAMPLES)
    assert [(row["text"], row["published_at"]) for row in said] == [(d.text, d.published_at) for d in documents]
    for document in documents:
        assert not EventsSchema().validate(answer(document))


def test_the_languages_are_the_models():
    model = json.loads((ROOT / "model" / "model.json").read_text(encoding="utf-8"))
    assert set(page.LANGUAGES) == set(model["languages"])


def test_nothing_but_its_own_files_may_run(client):
    found = client.get("/")
    policy = dict(part.strip().split(" ", 1) for part in found.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["Referrer-Policy"] == "no-referrer"
    assert not re.search(r"<style|\sstyle=|\son\w+=|(src|href)=.(\w+:)?//", found.text)
    scripts = re.findall(r"<script([^>]*)>([^<]*)</script>", found.text)
    assert [attributes for attributes, code in scripts if code.strip()] == [' type="application/json" id="examples"']
    for address in re.findall(r'(?:src|href)="([^"#]+)"', found.text):
        assert client.get("/" + address).status_code == 200


def test_parts_are_asked_for_again_and_only_parts_are_given(client):
    for address in ("/", "/page/view.js", "/page/style.css", "/page/icon.svg"):
        first = client.get(address)
        assert first.headers["Cache-Control"] == "no-cache"
        assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
        packed = client.get(address, headers={"Accept-Encoding": "gzip"})
        again = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
        assert client.get(address, headers=again).status_code == 304
    for address in (
        "/page/__init__.py",
        "/page/index.html",
        "/page/examples.json",
        "/page/none.js",
        "/page/..%2fapi.py",
        "/page/%2e%2e.js",
    ):
        assert client.get(address).status_code == 404


def test_no_code_makes_markup_from_text():
    for name in (*page.SCRIPTS, "app.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|DOMParser", page.read(name))


def luminance(colour: str) -> float:
    full = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_contrast_of_the_colours(scheme):
    """WCAG 2.2: 4.5 for words, 3 for lines and bars."""
    block = re.findall(r":root \{(.*?)\}", page.read("style.css"), re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#\w+);", block))

    def ratio(one: str, other: str) -> float:
        low, high = sorted((luminance(colours[one]), luminance(colours[other])))
        return (high + 0.05) / (low + 0.05)

    for words in ("ink", "muted", "meeting", "agreement", "occurred", "planned", "possible", "denied"):
        assert min(ratio(words, below) for below in ("surface", "paper", "chosen")) >= 4.5, words
    for words, below in (("meeting", "meeting-fill"), ("agreement", "agreement-fill"), ("ink", "meeting-fill"), ("ink", "agreement-fill")):
        assert ratio(words, below) >= 4.5, (words, below)
    assert min(ratio("ink", "evidence"), ratio("ink", "warn"), ratio("ink", "land"), ratio("ink", "sea")) >= 4.5
    for line in ("who", "where", "when", "about"):
        assert ratio(line, "surface") >= 3, line
    assert ratio("where", "land") >= 3


def test_the_file_holds_all_it_needs_and_nothing_else_may_run():
    html = page.picture(HOSTILE, page_engine().known[HOSTILE])
    assert not re.search(r"\s(src|href)=\"(?!#)", html)
    assert html.count("<script") == html.count("</script>") == 2
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1].replace("&#39;", "'")
    code, style = re.search(r"<script>(.*?)</script>", html, re.DOTALL)[1], re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    for directive, content in (("script-src", code), ("style-src", style)):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    held = json.loads(re.search(r'id="embedded">(.*?)</script>', html, re.DOTALL)[1])
    assert held["text"] == HOSTILE


def test_extract_writes_the_file(tmp_path, monkeypatch, capsys):
    document = read_file(EXAMPLES)[0]
    article, out = tmp_path / "article.txt", tmp_path / "article.html"
    article.write_text("\ufeff" + document.text, encoding="utf-8")
    monkeypatch.setattr(command_line, "_ready_engine", lambda settings: page_engine())
    monkeypatch.setattr("sys.argv", ["service", "extract", str(article), "--html", str(out)])
    assert command_line.main() == 0
    held = json.loads(re.search(r'id="embedded">(.*?)</script>', out.read_text(encoding="utf-8"), re.DOTALL)[1])
    assert held == {"text": document.text, "answer": json.loads(capsys.readouterr().out)}
    monkeypatch.setattr("sys.argv", ["service", "extract", str(article), str(article), "--html", str(out)])
    with pytest.raises(SystemExit, match="2"):
        command_line.main()


# ---- in a browser


@contextlib.contextmanager
def serving(engine: PageEngine, settings: Settings | None = None):
    """The address of the service over an engine, on a port of its own."""
    server = make_server("127.0.0.1", 0, make_app(settings, engine), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}/"
    server.shutdown()


@pytest.fixture(scope="module")
def served():
    with serving(page_engine()) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("no chromium is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture
def visit(browser):
    """Opens an address; at the end nothing may have been asked of another origin, and nothing said to the console."""
    opened = []

    def open_page(address: str, said: tuple[str, ...] = (), **options):
        context = browser.new_context(reduced_motion="reduce", **options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab = context.new_page()
        asked, told = [], []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: told.append(message.text))
        tab.on("pageerror", lambda error: told.append(str(error)))
        tab.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
        tab.goto(address)
        opened.append((context, address, asked, told, said))
        return tab

    yield open_page
    for context, address, asked, told, said in opened:
        context.close()
        origin = "/".join(address.split("/")[:3]) if address.startswith("http") else address
        assert asked
        assert [url for url in asked if not url.startswith(origin)] == []
        assert [words for words in told if not any(known in words for known in said)] == []


PIECES = """[...document.querySelectorAll("#text .mark")].flatMap(
    (mark) => mark.uses.map((use) => [`${use.event} ${use.role} ${use.span.start} ${use.span.end}`, mark.textContent]))"""
MARKED = "(role) => [...document.querySelectorAll(`#text .mark.${role}`)].map((mark) => mark.textContent)"


def ask(tab, text: str) -> None:
    tab.fill("#input", text)
    tab.click("#run")
    tab.wait_for_selector("#result:not([hidden])")


def choose(tab, example: int) -> None:
    tab.click(f"[data-example='{example}']")
    tab.wait_for_selector("#result:not([hidden])")


def check_marks(tab, text: str, events: list[dict]) -> None:
    """Every span of every event is marked, piece by piece, at exactly its words."""
    assert tab.evaluate("document.getElementById('text').textContent") == text
    found: dict[str, str] = {}
    for key, words in tab.evaluate(PIECES):
        found[key] = found.get(key, "") + words
    wanted = {f"{i} {role} {s['start']} {s['end']}": s["text"] for i, event in enumerate(events) for role, s in spans_of(event)}
    assert found == wanted


@pytest.mark.parametrize("number", range(4))
def test_examples_are_marked_where_the_answer_says(served, visit, number):
    document = read_file(EXAMPLES)[number]
    events = answer(document)["events"]
    tab = visit(served)
    choose(tab, number)
    assert tab.input_value("#published") == document.published_at
    check_marks(tab, document.text, events)
    assert tab.locator("#events > li").count() == tab.locator("#rows > tr").count() == len(events)
    assert tab.locator("#timeline > li").count() == 1 + sum(len(event["dates"]) for event in events)
    assert tab.locator("#map .point").count() == len({p["geonames_id"] for e in events for p in e["places"] if p["latitude"] is not None})
    assert json.loads(tab.text_content("#json")) == answer(document)


def test_an_event_that_is_looked_at_shows_its_own_marks(served, visit):
    events = answer(read_file(EXAMPLES)[0])["events"]
    tab = visit(served)
    choose(tab, 0)
    tab.hover("#events > li:nth-child(3)")
    assert events[2]["triggers"][0]["text"] == "Budapest-Besuch"
    assert tab.evaluate(MARKED, "trigger") == ["Budapest", "-Besuch"]  # the place within is a mark of its own
    assert tab.evaluate(MARKED, "places") == ["Budapest"]
    assert tab.evaluate(MARKED, "participants") == ["Lena Hofer", "Hofer"]
    assert "".join(tab.evaluate(MARKED, "evidence")).startswith("Ende April will sie")
    assert tab.get_attribute("#rows > tr:nth-child(3)", "class") == "on"
    tab.hover("#text .mark.trigger >> nth=0")  # back in the text, a word of one event
    tab.hover("#text .mark:text-is('Gábor Szalai')")  # of two events
    assert tab.locator("#events > li.on").count() == 2
    tab.mouse.move(1, 1)
    assert tab.locator("#events > li.on").count() == 0


def test_the_text_stands_still(served, visit):
    tab = visit(served)
    choose(tab, 0)
    boxes = (
        "[...document.querySelectorAll('#text .mark')].map((mark) => mark.getBoundingClientRect()).map(({x, y, width}) => [x, y, width])"
    )
    tab.mouse.move(1, 1)
    before = tab.evaluate(boxes)
    tab.evaluate("paint('1')")
    assert tab.evaluate(boxes) == before


def test_offsets_are_code_points(served, visit):
    tab = visit(served)
    ask(tab, MEETING)
    check_marks(tab, MEETING, page_engine().known[MEETING]["events"])


def test_hostile_text_is_shown_as_it_is(served, visit, tmp_path):
    found = page_engine().known[HOSTILE]
    file = tmp_path / "hostile.html"
    file.write_text(page.picture(HOSTILE, found), encoding="utf-8")
    served_tab = visit(served)
    ask(served_tab, HOSTILE)
    for tab in (served_tab, visit(file.as_uri())):
        check_marks(tab, HOSTILE, found["events"])
        assert tab.locator("img").count() == tab.locator("#result b").count() == tab.locator("#result script").count() == 0
        assert "<b>Bo</b>" in tab.text_content("#events")
        assert "<img src=x onerror=alert(1)>" in tab.text_content("#map")
        assert tab.text_content("#warnings") == "<b>Bo</b>"


def test_markup_made_by_mistake_is_refused(served, visit):
    tab = visit(served, said=("TrustedHTML", "inline script", "inline event handler", "inline style"))
    refused = "() => { try { document.body.innerHTML = '<b>x</b>'; return false; } catch { return true; } }"
    assert tab.evaluate(refused)
    assert tab.locator("#form").count() == 1


def test_keyboard(served, visit):
    tab = visit(served)
    text = read_file(EXAMPLES)[0].text
    tab.focus("#input")
    tab.keyboard.insert_text(text)
    tab.keyboard.press("Control+Enter")
    tab.wait_for_selector("#result:not([hidden])")
    focus = "document.activeElement.id"
    tab.focus("#event-0")
    assert tab.evaluate(MARKED, "trigger") == ["empfangen", "Gespräch"]
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate(focus) == "event-1"
    assert tab.evaluate(MARKED, "trigger") == ["unterzeichneten"]
    tab.keyboard.press("Enter")
    assert tab.get_attribute("#event-1", "aria-pressed") == "true"
    tab.evaluate("document.activeElement.blur()")
    assert tab.evaluate(MARKED, "trigger") == ["unterzeichneten"]  # it stays
    tab.keyboard.press("Escape")
    assert tab.get_attribute("#event-1", "aria-pressed") == "false"
    assert len(tab.evaluate(MARKED, "trigger")) == 8
    tab.focus("#text .mark[tabindex] >> nth=0")
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement.textContent") == "unterzeichneten"
    tab.keyboard.press(" ")
    assert tab.get_attribute("#event-1", "aria-pressed") == "true"
    reached = set()
    tab.focus("#input")
    for _ in range(60):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert {"published", "language", "run", "event-5", "Budapest", "json", "curl", "Copy JSON"} <= reached


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(served, visit, scheme):
    """The rules of WCAG 2.2 A and AA and good practice that a program can check."""
    from axe_playwright_python.sync_playwright import Axe

    tab = visit(served, color_scheme=scheme)
    choose(tab, 0)
    for looked_at in ("null", "'1'"):
        tab.evaluate(f"paint({looked_at})")
        found = Axe().run(tab)
        assert found.violations_count == 0, found.generate_report()


def test_dark_and_narrow(served, visit):
    backgrounds = []
    for scheme in ("light", "dark"):
        tab = visit(served, color_scheme=scheme, viewport={"width": 360, "height": 700})
        choose(tab, 1)
        backgrounds.append(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert tab.evaluate("document.documentElement.scrollWidth") == 360  # nothing to scroll to the side
    light, dark = (sum(map(int, re.findall(r"\d+", b))) for b in backgrounds)
    assert light > 600
    assert dark < 150


def test_copies_and_the_command(served, visit):
    tab = visit(served)
    for number in (1, 3):  # apostrophes of both kinds
        tab.click(f"[data-example='{number}']")
        document = read_file(EXAMPLES)[number]
        tab.wait_for_function("(day) => document.getElementById('json').textContent.includes(day)", arg=f'"{document.published_at}"')
        tab.click("[data-copy=json]")
        tab.wait_for_function("() => document.getElementById('status').textContent === 'Copied.'")
        assert json.loads(tab.evaluate("navigator.clipboard.readText()")) == answer(document)
        if shutil.which("curl"):
            done = subprocess.run(["sh", "-c", tab.text_content("#curl")], capture_output=True, check=True, timeout=60)
            assert json.loads(done.stdout) == answer(document)


def test_problems_are_told(served, visit):
    tab = visit(served, said=("422",))
    tab.fill("#input", " ")
    tab.click("#run")
    tab.wait_for_selector("#problem:not([hidden])")
    assert "A field is invalid" in tab.text_content("#problem")
    assert "more than white space" in tab.text_content("#problem")
    assert re.search(r"Request [0-9a-f]{32}", tab.text_content("#problem"))
    ask(tab, "Treffen in Wien")
    assert tab.is_hidden("#problem")


def test_a_key_is_asked_for_where_one_is_needed(visit):
    key = "a-key-of-these-tests"
    with serving(page_engine(), Settings(api_keys=key)) as address:
        tab = visit(address, said=("401",))
        assert tab.is_hidden("#key")
        tab.fill("#input", "Treffen in Wien")
        tab.click("#run")
        tab.wait_for_selector("#key:visible")
        tab.fill("#key", key)
        ask(tab, "Treffen in Wien")
        assert "YOUR_KEY" in tab.text_content("#curl")
        assert key not in tab.text_content("body")


def test_no_event_and_no_place(visit):
    engine = page_engine()
    text = "Nichts geschah."
    engine.known[text] = engine.answer(Article(text)) | {"events": []}
    with serving(engine) as address:
        tab = visit(address)
        ask(tab, text)
        assert tab.is_visible("#none")
        assert tab.is_hidden("#map")
        assert tab.text_content("#summary") == "0 agreements, 0 meetings"


def test_the_file_shows_the_same(visit, tmp_path):
    document = read_file(EXAMPLES)[0]
    file = Path(tmp_path / "article.html")
    file.write_text(page.picture(document.text, answer(document)), encoding="utf-8")
    tab = visit(file.as_uri(), offline=True)
    check_marks(tab, document.text, answer(document)["events"])
    assert tab.locator("#form").count() == 0
    tab.focus("#event-1")
    assert tab.evaluate(MARKED, "trigger") == ["unterzeichneten"]
    assert "localhost:8000" in tab.text_content("#curl")
