"use strict";
// Filters and groups the findings that stand on the page; without it they stand there by rule.
const controls = document.getElementById("controls");
const place = document.getElementById("findings");

if (controls) {
  const search = document.getElementById("search");
  const group = document.getElementById("group");
  const shown = document.getElementById("shown");
  const articles = [...place.querySelectorAll("article")];
  const texts = new Map(articles.map((each) => [each, each.textContent.toLowerCase()]));
  const titles = new Map();
  const reasons = new Map();
  for (const section of place.querySelectorAll("section")) {
    const rule = section.querySelector("article").dataset.rule;
    titles.set(rule, section.querySelector("h2").textContent);
    reasons.set(rule, section.querySelector(".why"));
  }

  function heading(by, name) {
    if (!name) return `no ${by} known`;
    return by === "rule" ? titles.get(name) : `${by} ${name}`;
  }

  function section(by, name, members) {
    const made = document.createElement("section");
    const title = document.createElement("h2");
    const count = document.createElement("small");
    title.textContent = heading(by, name) + " ";
    count.textContent = String(members.length);
    title.append(count);
    made.append(title);
    if (by === "rule" && reasons.get(name)) made.append(reasons.get(name));
    made.append(...members);
    return made;
  }

  function arrange() {
    const by = group.value;
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const grave = new Set([...controls.querySelectorAll("[name=severity]:checked")].map((box) => box.value));
    const groups = new Map();
    let number = 0;
    for (const article of articles) {
      const text = texts.get(article);
      if (!grave.has(article.className) || !words.every((word) => text.includes(word))) continue;
      const name = article.dataset[by];
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(article);
      number += 1;
    }
    const names = [...groups.keys()];
    if (by !== "rule") names.sort((a, b) => (a === "") - (b === "") || (a < b ? -1 : 1));
    place.replaceChildren(...names.map((name) => section(by, name, groups.get(name))));
    shown.textContent = `${number} of ${articles.length} shown`;
  }

  controls.addEventListener("input", arrange);
  controls.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("beforeprint", () => place.querySelectorAll("details").forEach((each) => { each.open = true; }));
  controls.hidden = false;
  arrange();
}
