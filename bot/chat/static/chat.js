// Makes the form smoother: the page stays, the message shows at once, Enter sends. Without this script the form still works.
"use strict";

function toEnd() {
  const latest = document.getElementById("latest");
  if (latest) latest.scrollIntoView({ block: "start" });
}

function showAtOnce(text) {
  const turn = document.createElement("section");
  turn.className = "turn";
  for (const [name, words] of [["me bubble", text], ["bot bubble waiting", "…"]]) {
    const bubble = document.createElement("div");
    bubble.className = name;
    bubble.textContent = words;
    turn.append(bubble);
  }
  const log = document.getElementById("log");
  log.append(turn);
  log.scrollTop = log.scrollHeight;
  return turn;
}

const waiting = []; // turns that are shown and not answered yet
let line = Promise.resolve(); // one message after the other: each carries the conversation up to it

function send(form, button) {
  const name = button ? button.name : "", again = name === "again", picked = name === "pick";
  const text = (picked ? button.value : again ? "" : form.elements.text.value).trim();
  if (!text && !again) return;
  if (!again) waiting.push(showAtOnce(picked ? button.textContent.trim() : text));
  if (!picked) form.elements.text.value = "";
  const turn = again ? null : waiting.at(-1);
  line = line.then(() => deliver(again ? { again: "1", text } : picked ? { pick: text, text: "" } : { text }, turn));
}

async function deliver(said, turn) {
  const form = document.getElementById("say");
  const data = new FormData(form);
  for (const [name, value] of Object.entries(said)) data.set(name, value);
  try {
    const response = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
    if (!response.ok) throw new Error(response.status);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    answered(turn);
    show(document.adoptNode(page.getElementById("phone")));
  } catch {
    answered(turn);
    if (!turn) return;
    turn.lastChild.textContent = "没有发出去，请检查网络后再试。";
    const field = document.querySelector("textarea");
    if (said.text && !field.value) field.value = said.text;
  }
}

function answered(turn) {
  if (turn) waiting.splice(waiting.indexOf(turn), 1);
}

function show(phone) {
  const written = document.querySelector("textarea").value; // while the reply was on its way
  document.getElementById("phone").replaceWith(phone);
  const field = document.querySelector("textarea");
  field.value = written;
  field.focus({ preventScroll: true });
  document.getElementById("log").append(...waiting);
  toEnd();
}

document.addEventListener("submit", (event) => {
  if (event.target.id !== "say") return;
  event.preventDefault();
  send(event.target, event.submitter);
});

document.addEventListener("keydown", (event) => {
  if (event.target.name === "text" && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll(".menu details[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener("toggle", (event) => {
  if (event.target.matches(".fold[open]")) event.target.scrollIntoView({ block: "nearest" });
}, true);

toEnd();

