"use strict";
// Shows an answer below the form. Without a script, or with a format chosen, the form itself opens the answer.
const form = document.getElementById("ask");
const place = document.getElementById("answer");

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function row(cells, kind) {
  const made = element("tr");
  for (const cell of cells) made.append(element(kind, cell));
  return made;
}

function table(result) {
  const names = result.head.vars;
  const made = element("table");
  const head = element("thead");
  const body = element("tbody");
  head.append(row(names, "th"));
  for (const solution of result.results.bindings) {
    body.append(row(names.map((name) => (solution[name] ? solution[name].value : "")), "td"));
  }
  made.append(head, body);
  return made;
}

async function ask(event) {
  if (document.getElementById("format").value) return;
  event.preventDefault();
  place.replaceChildren(element("p", "Asking…"));
  try {
    const response = await fetch("/sparql", {
      method: "POST",
      headers: {
        "Accept": "application/sparql-results+json, text/turtle;q=0.9",
        "Content-Type": "application/sparql-query",
      },
      body: document.getElementById("query").value,
    });
    if (!response.ok) {
      const problem = await response.json();
      const where = problem.line ? ` (line ${problem.line}, column ${problem.column})` : "";
      place.replaceChildren(element("p", `${problem.title}${where}: ${problem.detail}`, "problem"));
    } else if (response.headers.get("Content-Type").startsWith("text/turtle")) {
      place.replaceChildren(element("pre", await response.text()));
    } else {
      const result = await response.json();
      if ("boolean" in result) {
        place.replaceChildren(element("p", String(result.boolean)));
      } else {
        place.replaceChildren(element("p", `${result.results.bindings.length} rows`), table(result));
      }
    }
  } catch (fault) {
    place.replaceChildren(element("p", `The service did not answer: ${fault.message}`, "problem"));
  }
}

form.addEventListener("submit", ask);
