// One event is looked at, by pointer or keyboard: its marks alone stay, and whatever tells of it stands out.
"use strict";

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
  const trigger = [...find("text").querySelectorAll("[data-trigger]")].find((element) =>
    element.dataset.events.split(" ").includes(`${index}`),
  );
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
