// The form: takes an article, asks the API, shows the answer or the problem.
"use strict";

const examples = JSON.parse(find("examples").textContent);
const [form, input, run] = ["form", "input", "run"].map(find);
let running = null; // the request under way

function request() {
  const fields = { text: input.value };
  if (find("published").value) fields.published_at = find("published").value;
  if (find("language").value) fields.language = find("language").value;
  return fields;
}

function tell(title, detail, id) {
  const problem = find("problem");
  problem.hidden = !title;
  problem.replaceChildren(
    ...(title ? [make("strong", {}, title), make("p", {}, detail), id ? make("p", { class: "muted" }, `Request ${id}`) : ""] : []),
  );
}

async function ask() {
  running?.abort();
  const own = (running = new AbortController());
  const fields = request();
  const key = find("key").value;
  const address = new URL("v1/events", document.baseURI).href;
  run.setAttribute("aria-busy", "true");
  find("status").textContent = "Reading …";
  tell();
  try {
    const headers = { "Content-Type": "application/json", ...(key ? { "X-API-Key": key } : {}) };
    const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(fields), signal: own.signal });
    const body = await answer.json();
    if (answer.ok) {
      show(fields.text, body, curlCommand(address, fields, key ? "  -H 'X-API-Key: YOUR_KEY' \\\n" : ""));
      find("result").scrollIntoView({ block: "start" });
      return;
    }
    find("result").hidden = true;
    if (answer.status === 401 || answer.status === 403) find("key-field").hidden = false;
    const wait = answer.headers.get("Retry-After");
    tell(body.title, body.detail + (wait ? ` Try again in ${wait} s.` : ""), body.request_id);
  } catch (error) {
    if (error.name === "AbortError") return;
    find("result").hidden = true;
    tell("No answer", "The service could not be reached, or its answer could not be read. Try again.");
  } finally {
    if (running === own) run.removeAttribute("aria-busy");
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
form.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-example]");
  if (!chosen) return;
  const example = examples[chosen.dataset.example];
  input.value = example.text;
  find("published").value = example.published_at;
  find("language").value = example.language;
  form.requestSubmit();
});
