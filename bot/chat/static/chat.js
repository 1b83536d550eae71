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

async function send(form, button) {
  const data = new FormData(form, button);
  const text = (data.get("pick") || data.get("text") || "").trim();
  if (!text && !data.get("again")) return;
  if (data.get("pick")) data.set("text", "");
  const pending = data.get("again") ? null : showAtOnce(button && data.get("pick") ? button.textContent.trim() : text);
  form.elements.text.value = "";
  try {
    const response = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
    if (!response.ok) throw new Error(response.status);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    document.getElementById("phone").replaceWith(document.adoptNode(page.getElementById("phone")));
    document.querySelector("textarea").focus({ preventScroll: true });
    toEnd();
  } catch {
    if (pending) pending.lastChild.textContent = "没有发出去，请检查网络后再试。";
    form.elements.text.value = data.get("pick") ? "" : text;
  }
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

