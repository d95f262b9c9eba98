// Shows one article with its events: `show(text, answer, curl)`. Whatever comes from outside enters as text, never as markup.
"use strict";

const ROLES = { trigger: "What happened", participants: "Who", places: "Where", dates: "When", topic: "About", instrument: "Document" };
const find = (id) => document.getElementById(id);

/** An element with attributes and children; strings become text, null and undefined are passed over. */
function make(name, attributes = {}, ...children) {
  const svg = ["svg", "g", "path", "circle", "text", "title"].includes(name);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(key, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Words of the article among the page's own: their direction stays theirs. */
const quoted = (text) => make("bdi", {}, text);
const between = (items, separator) => items.flatMap((item, i) => (i ? [separator, item] : [item]));

// ---- from the answer's offsets to pieces of text

/** Where each code point begins in a JavaScript string, which counts UTF-16 units; one more for the end. */
function unitOffsets(text) {
  const offsets = [];
  let unit = 0;
  for (const character of text) {
    offsets.push(unit);
    unit += character.length;
  }
  return [...offsets, unit];
}

/** Every span of an event with its role. */
function spansOf(event) {
  const spans = event.triggers.map((span) => ["trigger", span]);
  for (const role of ["participants", "places", "dates"]) {
    for (const one of event[role]) spans.push(...one.mentions.map((span) => [role, span]));
  }
  for (const role of ["topic", "instrument"]) if (event[role]) spans.push([role, event[role]]);
  return [...spans, ...event.evidence.map((span) => ["evidence", span])];
}

/** The text cut wherever a span of any event begins or ends: [{text, start, end, uses: [{event, role, span}]}], all of it, in order. */
function cut(text, events) {
  const units = unitOffsets(text);
  const opens = new Map();
  const edges = new Set([0, text.length]);
  events.forEach((event, index) => {
    for (const [role, span] of spansOf(event)) {
      const [start, end] = [units[span.start], units[span.end]];
      edges.add(start).add(end);
      if (!opens.has(start)) opens.set(start, []);
      opens.get(start).push({ event: index, role, span, start, end });
    }
  });
  const sorted = [...edges].sort((a, b) => a - b);
  let open = [];
  return sorted.slice(0, -1).map((start, i) => {
    open = [...open.filter((use) => use.end > start), ...(opens.get(start) ?? [])];
    return { text: text.slice(start, sorted[i + 1]), start, end: sorted[i + 1], uses: open };
  });
}

// ---- words for values

const capital = (word) => word[0].toUpperCase() + word.slice(1);
const percent = (value) => `${Math.round(value * 100)} %`;
const countries = new Intl.DisplayNames("en", { type: "region" });
const country = (code) => {
  try {
    return code && countries.of(code);
  } catch {
    return code;
  }
};
const format = (parts) => new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: "UTC" });
const DAY = format({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const SPAN = format({ day: "numeric", month: "short", year: "numeric" });
const MONTH = format({ month: "long", year: "numeric" });

/** A date of the answer in words, such as "Mon, 4 Mar 2024" or "April 2024"; null where it has no value. */
function when(date) {
  if (!date.value) return null;
  const [first, last] = [new Date(date.start), new Date(date.end)];
  if (date.start === date.end) return DAY.format(first);
  if (/^\d{4}$/.test(date.value)) return date.value;
  return /^\d{4}-\d{2}$/.test(date.value) ? MONTH.format(first) : SPAN.formatRange(first, last);
}

const dateNodes = (date) => {
  const words = when(date);
  const said = quoted(date.mentions[0].text);
  return words ? [make("time", { datetime: date.start }, words), " ", make("span", { class: "muted" }, "“", said, "”")] : [said];
};
const personNodes = (one) => {
  const notes = [one.title && quoted(one.title), country(one.country)].filter((note) => note && note !== one.name);
  return [quoted(one.name), notes.length ? make("span", { class: "muted" }, " (", between(notes, ", "), ")") : null];
};
const whatOf = (event) => `${capital(event.type)} · ${event.form}`;
const badge = (event, index) => make("span", { class: `badge ${event.type}` }, `${index + 1}`);
const statusOf = (event) => make("span", { class: `status ${event.status}` }, event.status);

// ---- parts of the page

function drawText(text, answer) {
  const box = find("text");
  box.lang = answer.language ?? "";
  const described = new Set();
  const nodes = cut(text, answer.events).map(({ text: words, start, end, uses }) => {
    if (!uses.length) return words;
    const element = make("span", { class: "mark" }, words);
    const triggers = uses.filter((use) => use.role === "trigger");
    const linked = triggers.length ? triggers : uses.filter((use) => use.role !== "evidence");
    element.uses = uses;
    if (linked.length) element.dataset.events = [...new Set(linked.map((use) => use.event))].join(" ");
    const first = triggers.find((use) => !described.has(use.span));
    if (first) {
      described.add(first.span); // a trigger may be cut into pieces: the first takes the focus
      const label = `event-${first.event}`;
      for (const [name, value] of Object.entries({ role: "button", tabindex: 0, "aria-pressed": false, "aria-describedby": label })) {
        element.setAttribute(name, value);
      }
    }
    // the same whichever event is looked at, so that the text never moves
    if (triggers.length) element.dataset.trigger = "";
    if (triggers.some((use) => use.start === start)) element.dataset.opens = "";
    const closing = triggers.filter((use) => use.end === end);
    if (closing.length) element.dataset.number = closing.map((use) => use.event + 1).join(" ");
    return element;
  });
  box.replaceChildren(...nodes);
}

function drawLegend() {
  const items = Object.entries(ROLES).flatMap(([role, words]) => {
    if (role !== "trigger") return [make("li", {}, make("span", { class: `mark ${role}` }, words))];
    return ["meeting", "agreement"].map((type) => make("li", {}, make("span", { class: `mark trigger ${type}` }, capital(type))));
  });
  find("legend").replaceChildren(...items);
}

function drawCards(answer) {
  const cards = answer.events.map((event, index) => {
    const row = (role, nodes) => (nodes.length ? [make("dt", { class: role }, ROLES[role]), make("dd", {}, nodes)] : []);
    const lines = (list, nodes) => list.map((one) => make("div", {}, nodes(one)));
    const placeNodes = (place) => [quoted(place.name), country(place.country) !== place.name ? make("span", { class: "muted" }, place.country ? ` (${country(place.country)})` : "") : null];
    const head = make(
      "button",
      { type: "button", class: "card-head", id: `event-${index}`, "aria-pressed": false },
      badge(event, index), make("span", { class: "what" }, whatOf(event)), statusOf(event),
      make("span", { class: "sure", title: "Confidence" }, make("span", { class: "unseen" }, "confidence "), percent(event.confidence)),
    );
    const facts = make(
      "dl", {},
      row("participants", lines(event.participants, personNodes)),
      row("places", lines(event.places, placeNodes)),
      row("dates", lines(event.dates, dateNodes)),
      row("topic", event.topic ? [quoted(event.topic.text)] : []),
      row("instrument", event.instrument ? [quoted(event.instrument.text)] : []),
    );
    const evidence = make("details", {}, make("summary", {}, "Evidence"), event.evidence.map((span) => make("blockquote", { dir: "auto" }, span.text)));
    return make("li", { class: `card ${event.type}`, "data-events": index }, head, facts, evidence);
  });
  find("events").replaceChildren(...cards);
  find("none").hidden = answer.events.length > 0;
}

function drawTable(answer) {
  const cell = (items) => make("td", {}, items.length ? between(items, "; ") : make("span", { class: "muted" }, "–"));
  const rows = answer.events.map((event, index) =>
    make(
      "tr", { "data-events": index },
      make("th", { scope: "row" }, badge(event, index)), cell([whatOf(event)]), cell([statusOf(event)]),
      cell(event.participants.map((one) => quoted(one.name))), cell(event.places.map((one) => quoted(one.name))),
      cell(event.dates.map((date) => when(date) ?? quoted(date.mentions[0].text))),
      cell([event.topic, event.instrument].filter(Boolean).map((span) => quoted(span.text))),
      make("td", { class: "number" }, percent(event.confidence)),
    ),
  );
  find("rows").replaceChildren(...rows);
}

/** The places of all events, each once, with the events that happen there. */
function gatherPlaces(events) {
  const found = new Map();
  events.forEach((event, index) => {
    for (const place of event.places) {
      const key = place.geonames_id ?? `${place.name} ${place.country}`;
      if (!found.has(key)) found.set(key, { ...place, events: [] });
      if (!found.get(key).events.includes(index)) found.get(key).events.push(index);
    }
  });
  return [...found.values()];
}

function drawPlaces(answer) {
  const places = gatherPlaces(answer.events);
  const items = places.map((place) => {
    const notes = [place.kind, country(place.country), place.latitude === null ? "not on the map" : `${place.latitude.toFixed(2)}, ${place.longitude.toFixed(2)}`];
    return make(
      "li", { "data-events": place.events.join(" ") },
      make("strong", {}, quoted(place.name)), make("span", { class: "muted" }, notes.filter(Boolean).join(" · ")),
      make("span", { class: "badges" }, place.events.map((index) => badge(answer.events[index], index))),
    );
  });
  find("places").replaceChildren(...(items.length ? items : [make("li", { class: "muted" }, "No place is told.")]));
  drawMap(places.filter((place) => place.latitude !== null));
}

/** Points on a plate carrée in tenths of a degree, narrowed by the cosine of the middle latitude; as close as all points allow. */
function drawMap(places) {
  const map = find("map");
  map.toggleAttribute("hidden", !places.length);
  if (!places.length) return;
  const [west, east] = [Math.min, Math.max].map((pick) => pick(...places.map((place) => place.longitude * 10)));
  const [north, south] = [Math.min, Math.max].map((pick) => pick(...places.map((place) => -place.latitude * 10)));
  const narrow = Math.max(0.35, Math.cos(((north + south) / 2 / 10) * (Math.PI / 180)));
  const width = Math.max((east - west) * narrow * 1.6, (south - north) * 1.6 * 2, 220);
  const [x, y] = [((west + east) / 2) * narrow, (north + south) / 2];
  map.setAttribute("viewBox", [x - width / 2, y - width / 4, width, width / 2].join(" "));
  const size = (width * 13) / (map.clientWidth || 600); // of the letters, 13 pixels
  const at = (place) => [place.longitude * 10 * narrow, -place.latitude * 10];
  const taken = places.map(at).map(([px, py]) => ({ left: px - size / 2, right: px + size / 2, middle: py }));
  const points = places.map((place) => {
    const [px, py] = at(place);
    const length = place.name.length * size * 0.6;
    const spots = [[px + size * 0.8, py], [px - size * 0.8 - length, py], [px - length / 2, py - size * 1.3], [px - length / 2, py + size * 1.3]];
    const spot = spots.find(([left, middle]) => taken.every((t) => left > t.right || left + length < t.left || Math.abs(middle - t.middle) > size * 1.2));
    if (spot) taken.push({ left: spot[0], right: spot[0] + length, middle: spot[1] });
    const label = spot ? make("text", { x: spot[0], y: spot[1] + size * 0.35, "font-size": size, "stroke-width": size / 5 }, place.name) : null;
    const dot = make("circle", { cx: px, cy: py, r: size * 0.42 });
    return make("g", { class: "point", "data-events": place.events.join(" ") }, make("title", {}, place.name), dot, label);
  });
  const world = make("g", { transform: `scale(${narrow} 1)` }, make("path", { class: "land", d: WORLD.land }), make("path", { class: "borders", d: WORLD.borders }));
  map.replaceChildren(world, ...points);
}

function drawTimeline(answer) {
  const rows = answer.events.flatMap((event, index) => event.dates.filter((date) => date.start).map((date) => ({ event, index, date, start: Date.parse(date.start), end: Date.parse(date.end) + 864e5 })));
  const published = answer.published_at && Date.parse(answer.published_at);
  const all = [...rows.flatMap((row) => [row.start, row.end]), ...(published ? [published, published + 864e5] : [])];
  const [first, last] = [Math.min(...all), Math.max(...all)];
  const share = (time) => `${(100 * (time - first)) / (last - first)}%`;
  const track = (start, end, kind) => {
    const bar = make("span", { class: `bar ${kind}` });
    bar.style.left = share(start);
    bar.style.width = `calc(${share(end)} - ${share(start)})`;
    const line = make("span", { class: "today" });
    if (published) line.style.left = share(published + 432e5);
    return make("div", { class: "track", "aria-hidden": true }, published ? line : null, bar);
  };
  const items = rows.map(({ event, index, date, start, end }) => ({
    start,
    node: make("li", { "data-events": index }, make("div", { class: "said" }, make("time", { datetime: date.start }, when(date)), make("span", {}, badge(event, index), ` ${whatOf(event)} `, statusOf(event))), track(start, end, `${event.type} ${event.status}`)),
  }));
  if (published && rows.length) {
    const said = make("div", { class: "said" }, make("time", { datetime: answer.published_at }, DAY.format(published)), make("span", {}, "Publication"));
    items.push({ start: published, node: make("li", { class: "published" }, said, track(published, published + 864e5, "published")) });
  }
  items.sort((a, b) => a.start - b.start);
  find("timeline").replaceChildren(...(items.length ? items.map((item) => item.node) : [make("li", { class: "muted" }, "No date is told.")]));
  const dated = new Set(rows.map((row) => row.index));
  const undated = answer.events.flatMap((event, index) => (dated.has(index) ? [] : [make("span", { "data-events": index }, badge(event, index))]));
  find("undated").replaceChildren(...(undated.length ? ["Without a date: ", ...between(undated, " ")] : []));
}

function drawSummary(text, answer) {
  const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const of = (type) => answer.events.filter((event) => event.type === type).length;
  const language = answer.language && new Intl.DisplayNames("en", { type: "language" }).of(answer.language);
  find("summary").textContent = `${count(of("agreement"), "agreement")}, ${count(of("meeting"), "meeting")}`;
  const facts = [language, answer.published_at && `published ${SPAN.format(new Date(answer.published_at))}`, `${count(answer.characters_read, "character")} read`, `model ${answer.model.name} ${answer.model.version}`];
  find("about").replaceChildren(facts.filter(Boolean).join(" · "));
  find("warnings").replaceChildren(...answer.warnings.map((words) => make("li", {}, words)));
  find("warnings").hidden = !answer.warnings.length;
}

// ---- one event is looked at: its marks alone stay, and whatever tells of it stands out

let pinned = null; // events kept marked, as "0 2"

function paint(chosen) {
  const active = chosen === null ? null : new Set(chosen.split(" ").map(Number));
  const meant = (element) => active !== null && element.dataset.events.split(" ").some((index) => active.has(Number(index)));
  find("result").classList.toggle("looking", active !== null);
  for (const element of find("text").querySelectorAll(".mark")) {
    const uses = element.uses.filter((use) => (active ? active.has(use.event) : use.role !== "evidence"));
    const types = uses.filter((use) => use.role === "trigger").map((use) => show.events[use.event].type);
    element.className = ["mark", ...new Set([...uses.map((use) => use.role), ...types])].join(" ");
  }
  for (const element of document.querySelectorAll("#result [data-events]")) {
    if (!element.uses) element.classList.toggle("on", meant(element));
  }
  for (const element of document.querySelectorAll("#result [aria-pressed]")) {
    const own = element.closest("[data-events]").dataset.events;
    element.setAttribute("aria-pressed", String(pinned === own));
  }
}

/** Where the text scrolls in its own panel: bring an event's first trigger into sight there, without moving the page. */
function reveal(index) {
  const panel = find("text").parentElement;
  const trigger = [...find("text").querySelectorAll("[data-trigger]")].find((element) => element.dataset.events.split(" ").includes(`${index}`));
  if (panel.scrollHeight <= panel.clientHeight || !trigger) return;
  const [box, inner] = [panel.getBoundingClientRect(), trigger.getBoundingClientRect()];
  if (inner.top < box.top || inner.bottom > box.bottom) panel.scrollTop += inner.top - box.top - box.height / 3;
}

function listen() {
  const result = find("result");
  const owner = (target) => target?.closest?.("[data-events]")?.dataset.events ?? null;
  const choose = (event) => {
    paint(owner(event.target) ?? pinned);
    if (event.target.closest("#events > *")) reveal(Number(owner(event.target)));
  };
  const focused = () => (result.contains(document.activeElement) ? owner(document.activeElement) : null);
  result.addEventListener("pointerover", choose);
  result.addEventListener("focusin", choose);
  result.addEventListener("pointerleave", () => paint(focused() ?? pinned));
  result.addEventListener("focusout", (event) => paint(owner(event.relatedTarget) ?? pinned));
  const toggle = (own) => {
    pinned = pinned === own ? null : own;
    paint(own);
  };
  result.addEventListener("click", (event) => {
    const own = owner(event.target);
    if (own !== null && !event.target.closest("details") && (event.detail === 0 || getSelection().isCollapsed)) toggle(own);
    const copied = event.target.closest("[data-copy]");
    if (copied) copy(find(copied.dataset.copy));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !result.hidden) {
      pinned = null;
      paint(null);
    }
    if (!result.contains(event.target)) return;
    if (event.target.matches(".mark") && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      toggle(owner(event.target));
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const list = [...result.querySelectorAll(event.target.matches(".mark") ? ".mark[tabindex]" : ".card-head")];
    const next = list[list.indexOf(event.target) + step];
    if (step && list.includes(event.target) && next) {
      event.preventDefault();
      next.focus();
    }
  });
}

/** Put an element's text into the clipboard; without the right to, it is left selected. */
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    find("status").textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(element);
    find("status").textContent = document.execCommand("copy") ? "Copied." : "Selected: copy it with your keyboard.";
  }
}

/** A command for a POSIX shell that asks the same again. */
function curlCommand(address, request, header = "") {
  const body = JSON.stringify(request).replaceAll("'", "'\\''");
  return `curl -s ${address} \\\n  -H 'Content-Type: application/json' \\\n${header}  -d '${body}'`;
}

/** Show an article's text with the API's answer to it, and the command that asks for it. */
function show(text, answer, curl) {
  show.events = answer.events;
  pinned = null;
  find("result").hidden = false;
  drawSummary(text, answer);
  drawText(text, answer);
  drawCards(answer);
  drawTable(answer);
  drawPlaces(answer);
  drawTimeline(answer);
  find("json").textContent = JSON.stringify(answer, null, 2);
  find("curl").textContent = curl;
  paint(null);
  find("status").textContent = `${find("summary").textContent} found.`;
}

/** Show what the file itself holds. */
function showEmbedded() {
  const { text, answer } = JSON.parse(find("embedded").textContent);
  const fields = { text, published_at: answer.published_at ?? undefined, language: answer.language ?? undefined };
  show(text, answer, curlCommand("http://localhost:8000/v1/events", fields));
}

drawLegend();
listen();
