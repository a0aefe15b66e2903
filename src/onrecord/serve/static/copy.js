// Copies a citation; without scripts the words can be marked and copied by hand.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const words = document.getElementById(button.dataset.copy);
    getSelection().selectAllChildren(words);
    try {
      await navigator.clipboard.writeText(words.textContent);
      document.getElementById("told").textContent = button.textContent = "Copied";
    } catch {
      document.getElementById("told").textContent = button.textContent = "Marked: copy with Ctrl+C";
    }
  });
}
