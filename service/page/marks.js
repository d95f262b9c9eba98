// The article with its marks: from the answer's offsets to pieces of text.
"use strict";

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
