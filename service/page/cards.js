// The events as cards and as a table.
"use strict";

function drawCards(answer) {
  const cards = answer.events.map((event, index) => {
    const row = (role, nodes) => (nodes.length ? [make("dt", {}, ROLES[role]), make("dd", {}, nodes)] : []);
    const lines = (list, nodes) => list.map((one) => make("div", {}, nodes(one)));
    const head = make(
      "button",
      { type: "button", class: "card-head", id: `event-${index}`, "aria-pressed": false },
      badge(event, index),
      make("span", { class: "what" }, whatOf(event)),
      statusOf(event),
      make("span", { class: "sure", title: "Confidence" }, make("span", { class: "unseen" }, "confidence "), percent(event.confidence)),
    );
    const facts = make(
      "dl",
      {},
      row("participants", lines(event.participants, nameNodes)),
      row("places", lines(event.places, nameNodes)),
      row("dates", lines(event.dates, dateNodes)),
      row("topic", event.topic ? [quoted(event.topic.text)] : []),
      row("instrument", event.instrument ? [quoted(event.instrument.text)] : []),
    );
    const evidence = make(
      "details",
      {},
      make("summary", {}, "Evidence"),
      event.evidence.map((span) => make("blockquote", { dir: "auto" }, span.text)),
    );
    return make("li", { class: `card ${event.type}`, "data-events": index }, head, facts, evidence);
  });
  find("events").replaceChildren(...cards);
  find("none").hidden = answer.events.length > 0;
}

function drawTable(answer) {
  const cell = (items) => make("td", {}, items.length ? between(items, "; ") : make("span", { class: "muted" }, "–"));
  const rows = answer.events.map((event, index) =>
    make(
      "tr",
      { "data-events": index },
      make("th", { scope: "row" }, badge(event, index)),
      cell([whatOf(event)]),
      cell([statusOf(event)]),
      cell(event.participants.map((one) => quoted(one.name))),
      cell(event.places.map((one) => quoted(one.name))),
      cell(event.dates.map((date) => when(date) ?? quoted(date.mentions[0].text))),
      cell([event.topic, event.instrument].filter(Boolean).map((span) => quoted(span.text))),
      make("td", { class: "number" }, percent(event.confidence)),
    ),
  );
  find("rows").replaceChildren(...rows);
}
