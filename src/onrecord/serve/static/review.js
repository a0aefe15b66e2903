// One key for each judgement, and words that are marked in the text. Places count code points, as the records do; the
// form works without all this.
"use strict";

(() => {
  const text = document.getElementById("text");
  const start = document.getElementById("start");
  const end = document.getElementById("end");
  const told = document.getElementById("told");

  if (text) {
    const letters = [...text.textContent]; // by code points
    const isWordStart = (at) => at === 0 || (/\s/u.test(letters[at - 1]) && !/\s/u.test(letters[at] ?? " "));
    const isWordEnd = (at) => at === letters.length || (!/\s/u.test(letters[at - 1] ?? " ") && /\s/u.test(letters[at]));

    const show = (from, to) => {
      if (!(0 <= from && from < to && to <= letters.length)) return;
      start.value = from;
      end.value = to;
      const mark = document.createElement("mark");
      mark.id = "span";
      mark.textContent = letters.slice(from, to).join("");
      text.replaceChildren(letters.slice(0, from).join(""), mark, letters.slice(to).join(""));
      told.textContent = mark.textContent;
    };

    const place = (node, offset) => {
      const range = document.createRange();
      range.setStart(text, 0);
      range.setEnd(node, offset);
      return [...range.toString()].length;
    };

    const take = () => {
      const chosen = getSelection();
      if (chosen.isCollapsed || !text.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return;
      const range = chosen.getRangeAt(0);
      const from = place(range.startContainer, range.startOffset);
      const to = place(range.endContainer, range.endOffset);
      chosen.removeAllRanges();
      show(from, to);
    };
    text.addEventListener("pointerup", take);
    text.addEventListener("keyup", (event) => {
      if (event.key === "Shift") take(); // words marked from the keyboard, with caret browsing
    });

    const move = (which, step) => {
      let from = Number(start.value);
      let to = Number(end.value);
      if (which === "start") {
        do from += step;
        while (from > 0 && from < to && !isWordStart(from));
      } else {
        do to += step;
        while (to < letters.length && to > from && !isWordEnd(to));
      }
      show(from, to);
    };
    for (const button of document.querySelectorAll("[data-move]"))
      button.addEventListener("click", () => {
        const [which, step] = button.dataset.move.split(" ");
        move(which, Number(step));
      });
    for (const field of [start, end]) field.addEventListener("change", () => show(Number(start.value), Number(end.value)));
    document.getElementById("span").scrollIntoView({ block: "center" });
    scrollTo(0, 0);
  }

  document.addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const field = event.target.closest("input, select, textarea");
    if (field) {
      if (event.key === "Escape") field.blur();
      return;
    }
    const key = CSS.escape(event.key);
    const focus = document.querySelector(`[data-focus="${key}"]`) ?? (event.key === "e" ? text : null);
    const press = document.querySelector(`[data-key="${key}"]`);
    if (focus) focus.focus();
    else if (press) press.click();
    else return;
    event.preventDefault();
  });
})();
