"use strict";
/* Copies answers as plain text for QQ, and hides what a search does not mean. Without it the page reads all the same. */
const body = document.body.dataset;
const done = document.getElementById("done");
document.documentElement.classList.add("js");

/* The same words as the account sends: title, facts, clause, whom to ask, code and version. */
function block(article) {
  const whom = article.hasAttribute("data-alone") ? "" : body.whom;
  return [body.head + title(article), text(article, ".t"), text(article, ".k"), whom, article.id + "·" + body.version].filter(Boolean).join("\n");
}

function topic(section) {
  const shown = [...section.querySelectorAll("article")].filter((one) => !one.hidden);
  const parts = shown.map((one) => [title(one) + "：", text(one, ".t"), text(one, ".k")].filter(Boolean).join("\n"));
  const codes = shown.map((one) => one.id).join("、") + "·" + body.version;
  return [body.head + section.querySelector("h2").firstChild.textContent, ...parts, body.whom, codes].join("\n");
}

function title(article) { return article.querySelector("h3").firstChild.textContent; }

function text(article, part) { const found = article.querySelector(part); return found ? found.textContent : ""; }

async function copy(words) {
  try { await navigator.clipboard.writeText(words); return true; } catch { return copyByHand(words); }
}

/* For browsers without a clipboard, as some inside apps. */
function copyByHand(words) {
  const area = document.createElement("textarea");
  area.value = words;
  area.setAttribute("readonly", "");
  area.style.position = "fixed";
  area.style.top = "0";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  area.setSelectionRange(0, words.length);
  const worked = document.execCommand("copy");
  area.remove();
  return worked;
}

let timer;
function say(words) {
  done.textContent = words;
  done.classList.add("on");
  clearTimeout(timer);
  timer = setTimeout(() => done.classList.remove("on"), 1800);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest(".copy");
  if (!button) return;
  const of = button.dataset.of;
  const words = of === "answer" ? document.getElementById("answer").textContent : of === "topic" ? topic(button.closest("section")) : block(button.closest("article"));
  say(await copy(words) ? "已复制，可以粘贴到群里" : "没能复制，请长按文字选择");
});

/* While typing: only what holds every word. The button asks the server, which knows what words mean. */
const search = document.querySelector("input[type=search]");
const none = document.getElementById("none");
if (search && none) {
  const articles = [...document.querySelectorAll("article")].map((one) => [one, (one.id + one.textContent).toLowerCase()]);
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const [one, all] of articles) one.hidden = !words.every((word) => all.includes(word));
    for (const section of document.querySelectorAll("section")) section.hidden = !section.querySelector("article:not([hidden])");
    none.hidden = articles.some(([one]) => !one.hidden);
  });
}
