// Ties the text and the list of statements together. The server has cut the text at every mark's edge and written
// beside each piece which statements it belongs to; all that happens here is that classes are switched.
"use strict";

(() => {
  const pieces = [...document.querySelectorAll("[data-marks]")].map((element) => ({
    element,
    marks: element.dataset.marks.split(" ").map((mark) => {
      const at = mark.lastIndexOf(":");
      return { id: mark.slice(0, at), role: mark.slice(at + 1) };
    }),
  }));
  const cards = new Map(
    [...document.querySelectorAll(".card")].map((element) => [element.id, element]),
  );
  if (!cards.size) return;

  const ROLES = ["source", "cue", "content", "evidence", "trigger", "actor", "recipient"];
  const MAIN = ["content", "evidence"]; // of a statement, of an event: where the eye should go
  const order = [...cards.keys()];
  const lengths = new Map(); // of a statement's content: the innermost is the shortest
  for (const { element, marks } of pieces)
    for (const { id, role } of marks)
      if (role === "content" || role === "evidence") lengths.set(id, (lengths.get(id) ?? 0) + element.textContent.length);

  const main = document.getElementById("main");
  const dock = document.getElementById("dock");
  const told = document.getElementById("told");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const stacked = matchMedia("(max-width: 56rem)");
  let selected = null;

  function select(id, { covering = [id], showText = false, showCard = false, announce = true, atOnce = false } = {}) {
    selected = id;
    for (const { element, marks } of pieces) {
      element.classList.remove(...ROLES.map((role) => `is-${role}`));
      for (const mark of marks) if (mark.id === id) element.classList.add(`is-${mark.role}`);
    }
    for (const [key, card] of cards) {
      card.classList.toggle("selected", key === id);
      card.classList.toggle("covering", key !== id && covering.includes(key));
      for (const link of card.querySelectorAll(".cite[href]")) link.tabIndex = key === id ? 0 : -1; // one stop a card
      const link = card.querySelector(".pick");
      if (key === id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (id) main.dataset.selected = id;
    else delete main.dataset.selected;
    tell(id, announce);
    const behavior = atOnce || calm.matches ? "auto" : "smooth";
    if (id && showText) bringTextIntoView(id, behavior);
    if (id && showCard) bringCardIntoView(cards.get(id), behavior);
  }

  function tell(id, announce) {
    dock.hidden = !id;
    if (!id) return;
    const who = cards.get(id).querySelector(".chain").textContent.trim();
    const place = `${order.indexOf(id) + 1} of ${order.length}`;
    dock.querySelector(".dock-place").textContent = place;
    dock.querySelector(".dock-who").textContent = who;
    dock.querySelector(".dock-card").href = `#${id}`;
    const kind = cards.get(id).classList.contains("event") ? "Event" : "Statement";
    if (announce) told.textContent = `${kind} ${place}, ${who}`;
  }

  function bringTextIntoView(id, behavior) {
    const marked = pieces.filter(({ marks }) => marks.some((mark) => mark.id === id));
    if (!marked.length) return;
    const content = marked.find(({ marks }) => marks.some((mark) => mark.id === id && MAIN.includes(mark.role)));
    const { top, bottom } = (content ?? marked[0]).element.getBoundingClientRect();
    if (top < 80 || bottom > innerHeight - 80) // in sight already: let the reader's eye rest
      (content ?? marked[0]).element.scrollIntoView({ block: "center", behavior });
  }

  function bringCardIntoView(card, behavior) {
    if (stacked.matches) return; // the dock tells; a jump away from the text would lose the place
    const panel = document.getElementById("statements");
    const frame = panel.getBoundingClientRect();
    const box = card.getBoundingClientRect();
    if (box.top < frame.top + 96 || box.bottom > frame.bottom - 16)
      panel.scrollTo({ top: panel.scrollTop + box.top - frame.top - frame.height / 3, behavior });
  }

  function remember(id) {
    history.replaceState(null, "", id ? `${location.pathname}#${id}` : location.pathname);
  }

  function pick(id, options) {
    select(id, options);
    remember(id);
  }

  function unquoted(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a stray percent sign
    }
  }

  function fromAddress() {
    const named = [...cards.keys()].find((id) => [id, `at-${id}`].includes(unquoted(location.hash.slice(1))));
    if (named) return named;
    const asked = new URLSearchParams(location.search).get("s");
    return cards.has(asked) ? asked : null;
  }

  function isPlainClick(event) {
    return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  }

  document.addEventListener("click", (event) => {
    if (!isPlainClick(event)) return;
    const link = event.target.closest("[data-pick]");
    if (link) {
      event.preventDefault();
      const inText = link.classList.contains("ref");
      const isOwn = link.closest(".card")?.id === link.dataset.pick;
      pick(link.dataset.pick, { showText: !inText, showCard: inText || !isOwn });
      return;
    }
    const step = event.target.closest("[data-step]");
    if (step) {
      walk(Number(step.dataset.step));
      return;
    }
    const piece = event.target.closest("[data-marks]");
    if (piece && getSelection().isCollapsed) pickFromText(piece);
  });

  // The innermost statement first; a further click on the same words goes outwards, then begins again.
  function pickFromText(element) {
    const { marks } = pieces.find((piece) => piece.element === element);
    const ids = [...new Set(marks.map((mark) => mark.id))];
    ids.sort((a, b) => (lengths.get(a) ?? 0) - (lengths.get(b) ?? 0));
    const id = ids[(ids.indexOf(selected) + 1) % ids.length];
    pick(id, { covering: ids, showCard: true });
  }

  function walk(step) {
    const at = order.indexOf(selected);
    pick(order[(at + step + order.length) % order.length], { showText: true, showCard: true });
  }

  // What the pointer is over shows its other half: the words of a card, the cards of words.
  function hint(ids) {
    for (const { element, marks } of pieces)
      element.classList.toggle("near", marks.some((mark) => MAIN.includes(mark.role) && ids.includes(mark.id)));
    for (const [key, card] of cards) card.classList.toggle("near", ids.includes(key));
  }

  document.addEventListener("pointerover", (event) => {
    const card = event.target.closest(".card");
    const piece = event.target.closest("[data-marks]");
    if (card) hint([card.id]);
    else if (piece) hint([...new Set(pieces.find(({ element }) => element === piece).marks.map((mark) => mark.id))]);
    else hint([]);
  });

  document.getElementById("statements").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const card = event.target.closest(".card");
    if (!step || !card || event.metaKey || event.ctrlKey || event.altKey) return;
    const next = order[order.indexOf(card.id) + step];
    if (!next) return;
    event.preventDefault();
    cards.get(next).querySelector(".pick").focus({ preventScroll: stacked.matches });
    pick(next, { showText: !stacked.matches });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && selected && !event.target.closest("input")) pick(null);
  });

  addEventListener("hashchange", () => {
    const id = fromAddress();
    if (id) select(id, { showText: true, showCard: true });
  });

  const first = fromAddress();
  if (!first) select(null);
  if (first) {
    select(first, { announce: false });
    // The browser jumps to the card by itself, last in the frame after loading; on a narrow screen that is far below
    // the words. So wait for one frame more;
    // by then somebody may have gone on to another statement.
    const show = () => {
      if (selected === first) select(first, { showText: true, showCard: true, announce: false, atOnce: true });
    };
    addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(show)));
  }
})();
