// The page: shows the view that the address asks for, and keeps the address with what is shown.

import { model } from "./api.js";
import { h } from "./dom.js";
import * as match from "./match.js";
import { dataAge, modelName } from "./provenance.js";
import { read, write } from "./state.js";

const VIEWS = ["match", "fixtures", "outlook", "record"];

/** Go to a state: a new entry of the history, or in the place of this one; `quietly` without showing it anew. */
function navigate(state, { replace = false, quietly = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", write(state));
  if (!quietly) show();
}

/** The look of the other views, which the first paint does not wait for. */
let loaded;
const tables = () => (loaded ??= new Promise((done) => {
  document.head.append(h("link", { rel: "stylesheet", href: new URL("tables.css", import.meta.url), onload: done, onerror: done }));
}));

async function show() {
  const state = read(location.search);
  for (const view of VIEWS) {
    document.getElementById(view).hidden = view !== state.view;
    const link = document.querySelector(`nav [data-view=${view}]`);
    if (view === state.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (state.view !== "match") await tables();
  if (state.view === "match") await match.show(state);
  else if (state.view === "fixtures") await (await import("./fixtures.js")).show(state, navigate);
  else if (state.view === "outlook") await (await import("./outlook.js")).show(state, navigate);
  else await (await import("./record.js")).show();
}

/** Links to states of this page need no new page. */
function follow(event) {
  const link = event.target.closest?.("a[href^='?']");
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", link.getAttribute("href") === "?" ? location.pathname : link.href);
  show();
  scrollTo({ top: 0 });
  document.getElementById("content").focus({ preventScroll: true });
}

async function sayOrigin() {
  const origin = document.getElementById("origin");
  try {
    const told = await model();
    origin.replaceChildren(`${dataAge(told.data_cut)}. Answers by ${modelName(told)}.`);
  } catch (error) {
    origin.replaceChildren(h("b", {}, error.title), ` ${error.message}`);
  }
}

document.addEventListener("click", follow);
addEventListener("popstate", show);
match.prepare(navigate);
show();
sayOrigin();
