// Shows one article with its events: `show(text, answer, curl)`.
"use strict";

function drawSummary(answer) {
  const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const of = (type) => answer.events.filter((event) => event.type === type).length;
  const language = answer.language && new Intl.DisplayNames("en", { type: "language" }).of(answer.language);
  find("summary").textContent = `${count(of("agreement"), "agreement")}, ${count(of("meeting"), "meeting")}`;
  const facts = [
    language,
    answer.published_at && `published ${SPAN.format(new Date(answer.published_at))}`,
    `${count(answer.characters_read, "character")} read`,
    `model ${answer.model.name} ${answer.model.version}`,
  ];
  find("about").replaceChildren(facts.filter(Boolean).join(" · "));
  find("warnings").replaceChildren(...answer.warnings.map((words) => make("li", {}, words)));
  find("warnings").hidden = !answer.warnings.length;
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
  drawSummary(answer);
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
