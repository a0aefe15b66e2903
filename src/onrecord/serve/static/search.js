// Saved searches: a list of queries that this browser keeps. A search is an address, so a bookmark does the same.
"use strict";

(() => {
  const KEY = "onrecord.searches";
  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
    } catch {
      return [];
    }
  };
  const keep = (queries) => localStorage.setItem(KEY, JSON.stringify(queries.slice(0, 50)));

  const button = document.getElementById("save-search");
  if (button) {
    const query = button.dataset.query;
    const name = () => (button.textContent = read().includes(query) ? "Saved: forget it" : "Save this search");
    button.hidden = false;
    name();
    button.addEventListener("click", () => {
      const queries = read();
      keep(queries.includes(query) ? queries.filter((one) => one !== query) : [query, ...queries]);
      name();
    });
  }

  const list = document.getElementById("saved-searches");
  const queries = read();
  if (list && queries.length) {
    for (const query of queries) {
      const link = document.createElement("a");
      link.className = "part";
      link.href = `/?${new URLSearchParams({ q: query })}`;
      link.textContent = query;
      list.append(" ", link);
    }
    list.hidden = false;
  }

  // Facets are folded where they would push what was found out of sight.
  const facets = document.querySelector(".facets");
  if (facets && matchMedia("(max-width: 56rem)").matches) facets.open = false;
})();
