// The places as a list and on a map of the world that needs no server.
"use strict";

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
    const notes = [
      place.kind,
      country(place.country),
      place.latitude === null ? "not on the map" : `${place.latitude.toFixed(2)}, ${place.longitude.toFixed(2)}`,
    ];
    return make(
      "li",
      { "data-events": place.events.join(" ") },
      make("strong", {}, quoted(place.name)),
      make("span", { class: "muted" }, notes.filter(Boolean).join(" · ")),
      make(
        "span",
        { class: "badges" },
        place.events.map((index) => badge(answer.events[index], index)),
      ),
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
    const spots = [
      [px + size * 0.8, py],
      [px - size * 0.8 - length, py],
      [px - length / 2, py - size * 1.3],
      [px - length / 2, py + size * 1.3],
    ];
    const spot = spots.find(([left, middle]) =>
      taken.every((t) => left > t.right || left + length < t.left || Math.abs(middle - t.middle) > size * 1.2),
    );
    if (spot) taken.push({ left: spot[0], right: spot[0] + length, middle: spot[1] });
    const label = spot
      ? make("text", { x: spot[0], y: spot[1] + size * 0.35, "font-size": size, "stroke-width": size / 5 }, place.name)
      : null;
    const dot = make("circle", { cx: px, cy: py, r: size * 0.42 });
    return make("g", { class: "point", "data-events": place.events.join(" ") }, make("title", {}, place.name), dot, label);
  });
  const world = make(
    "g",
    { transform: `scale(${narrow} 1)` },
    make("path", { class: "land", d: WORLD.land }),
    make("path", { class: "borders", d: WORLD.borders }),
  );
  map.replaceChildren(world, ...points);
}
