// Elements made of text, and words for the answer's values. Whatever comes from outside enters as text, never as markup.
"use strict";

const ROLES = { trigger: "What happened", participants: "Who", places: "Where", dates: "When", topic: "About", instrument: "Document" };
const find = (id) => document.getElementById(id);

/** An element with attributes and children; strings become text, null and undefined are passed over. */
function make(name, attributes = {}, ...children) {
  const svg = ["g", "path", "circle", "text", "title"].includes(name);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(key, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Words of the article among the page's own: their direction stays theirs. */
const quoted = (text) => make("bdi", {}, text);
const between = (items, separator) => items.flatMap((item, i) => (i ? [separator, item] : [item]));

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
/** A participant or place with office and country, where these are told and say more than the name. */
const nameNodes = (one) => {
  const notes = [one.title && quoted(one.title), country(one.country)].filter((note) => note && note !== one.name);
  return [quoted(one.name), notes.length ? make("span", { class: "muted" }, " (", between(notes, ", "), ")") : null];
};
const whatOf = (event) => `${capital(event.type)} · ${event.form}`;
const badge = (event, index) => make("span", { class: `badge ${event.type}` }, `${index + 1}`);
const statusOf = (event) => make("span", { class: `status ${event.status}` }, event.status);
