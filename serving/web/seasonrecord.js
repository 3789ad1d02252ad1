// Whether such chances came true: past seasons simulated from their middle, as `training.season_backtest` found it.

import { h } from "./dom.js";
import { count, plural } from "./format.js";
import { reliability } from "./reliability.js";

const NAMES = { title: "Wins the title", relegated: "Is relegated", "top-8": "Top 8 of a league phase" };
const CLUBS = { names: NAMES, heading: "Event", many: "Clubs", number: (bin) => bin.count, counted: (bin) => plural(bin.count, "club") };

let record;
const asked = () => (record ??= fetch(new URL("seasons.json", import.meta.url)).then((answer) => answer.json()));

/** To unfold: the curve of each event, and its figures. Asked for when first unfolded. */
export function kept() {
  const place = h("div", {}, h("p", { class: "loading" }, "Looking…"));
  const details = h("details", { class: "kept" }, h("summary", {}, "Did such chances come true?"), place);
  details.addEventListener("toggle", () => fill(place), { once: true });
  return details;
}

async function fill(place) {
  try {
    place.replaceChildren(...told(await asked()));
  } catch {
    record = undefined;
    place.replaceChildren(h("p", {}, "This cannot be read at the moment."));
  }
}

function told({ first, last, seasons, events }) {
  return [
    h("p", {}, `${plural(seasons, "season")} of leagues and European cups, ${first} to ${last}, were simulated from their middle by models that knew only what came before, and compared with what happened.`),
    reliability(events.map(({ event, bins }) => ({ outcome: event, bins })), CLUBS),
    h(
      "table",
      { class: "figures fine" },
      h("thead", {}, h("tr", {}, ["Event", "Seasons", "Clubs", "Brier", "Log loss"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, events.map((one) => h("tr", {}, h("th", { scope: "row" }, NAMES[one.event]), h("td", {}, count(one.seasons)), h("td", {}, count(one.clubs)), h("td", {}, one.brier.toFixed(4)), h("td", {}, one.log_loss.toFixed(4))))),
    ),
  ];
}
