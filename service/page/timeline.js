// The events along the days, with the day of publication.
"use strict";

function drawTimeline(answer) {
  const rows = answer.events.flatMap((event, index) =>
    event.dates
      .filter((date) => date.start)
      .map((date) => ({ event, index, date, start: Date.parse(date.start), end: Date.parse(date.end) + 864e5 })),
  );
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
    node: make(
      "li",
      { "data-events": index },
      make(
        "div",
        { class: "said" },
        make("time", { datetime: date.start }, when(date)),
        make("span", {}, badge(event, index), ` ${whatOf(event)} `, statusOf(event)),
      ),
      track(start, end, `${event.type} ${event.status}`),
    ),
  }));
  if (published && rows.length) {
    const said = make(
      "div",
      { class: "said" },
      make("time", { datetime: answer.published_at }, DAY.format(published)),
      make("span", {}, "Publication"),
    );
    items.push({ start: published, node: make("li", { class: "published" }, said, track(published, published + 864e5, "published")) });
  }
  items.sort((a, b) => a.start - b.start);
  find("timeline").replaceChildren(
    ...(items.length ? items.map((item) => item.node) : [make("li", { class: "muted" }, "No date is known.")]),
  );
  const dated = new Set(rows.map((row) => row.index));
  const undated = answer.events.flatMap((event, index) =>
    dated.has(index) ? [] : [make("span", { "data-events": index }, badge(event, index))],
  );
  find("undated").replaceChildren(...(undated.length ? ["Without a date: ", ...between(undated, " ")] : []));
}
