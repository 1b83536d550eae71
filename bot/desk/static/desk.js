// Small help on top of pages that work without it: a fact is put in where the cursor stands; leaving with unsaved words asks first.
"use strict";

let lastField = null;
document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea[data-template]")) lastField = event.target;
});

document.addEventListener("click", (event) => {
  const chip = event.target.closest("button[data-insert]");
  if (!chip) return;
  event.preventDefault();
  const field = lastField || document.querySelector("textarea[data-template]");
  if (!field) return;
  field.setRangeText(chip.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("input", (event) => {
  const find = event.target.closest("input[data-filter]");
  if (find) {
    const words = find.value.trim().toLowerCase();
    for (const one of document.querySelectorAll(find.dataset.filter)) one.hidden = words && !one.textContent.toLowerCase().includes(words);
    return;
  }
  const form = event.target.closest("form[data-keep]");
  if (form) form.dataset.dirty = "yes";
});

// Words for a group are copied at a press; without this script, or a clipboard, they are selected and copied by hand.
for (const one of document.querySelectorAll("button[data-copy]")) one.hidden = false;
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const words = document.getElementById(button.dataset.copy);
  words.select();
  try { await navigator.clipboard.writeText(words.value); } catch { document.execCommand("copy"); }
  button.textContent = "已复制";
});

document.addEventListener("submit", (event) => { delete event.target.dataset.dirty; });
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-dirty]")) event.preventDefault();
});
