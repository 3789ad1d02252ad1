// Both clubs' last ten results, oldest first; opponents and scores on hover and focus.

import { card, h } from "./dom.js";
import { day, plural } from "./format.js";
import { before, fromSide, inWords } from "./matches.js";
import { write } from "./state.js";

const SHOWN = 10;
const NAMES = { W: "won", D: "drawn", L: "lost" };

/** The part of the answer about form; `clubs` are the clubs' pages, null where they could not be had. */
export function formCard(answer, clubs) {
  return card(
    "Last ten results",
    "form",
    ["home", "away"].map((side) => strip(side, answer, clubs[side])),
  );
}

function strip(side, answer, page) {
  const club = answer[side];
  const all = before(page, answer).map((match) => fromSide(match, club.id));
  const matches = all.filter((one) => one.result).slice(0, SHOWN).reverse();
  if (matches.length === 0) return unnamed(side, club, answer.features[side].form.last_five);
  const unknown = all.slice(0, all.indexOf(matches[0])).filter((one) => !one.result).length;
  const told = h("p", { class: "told" });
  const tell = (one) => told.replaceChildren(h("b", {}, inWords(one)), ` · ${day(one.match.day)} · ${one.match.competition.name}`);
  tell(matches.at(-1));
  return h(
    "div",
    { class: `strip ${side}` },
    h("h4", {}, club.name),
    h(
      "ol",
      {},
      matches.map((one) => {
        const { match } = one;
        const query = write({ home: match.home.id, away: match.away.id, kickoff: match.kickoff ?? `${match.day}T12:00Z` });
        const said = `${inWords(one)}, ${day(match.day)}, ${match.competition.name}`;
        return h(
          "li",
          {},
          h(
            "a",
            { class: `result ${one.result}`, href: query, "aria-label": said, onmouseenter: () => tell(one), onfocus: () => tell(one) },
            h("span", {}, one.result),
            h("small", {}, one.goals.join("–")),
          ),
        );
      }),
    ),
    told,
    unknown > 0 && h("p", { class: "hint" }, `${plural(unknown, "match", "matches")} in this time ${unknown === 1 ? "has" : "have"} no known result.`),
  );
}

/** Letters alone, where the service has no match data. */
function unnamed(side, club, lastFive) {
  const letters = [...(lastFive ?? "")];
  return h(
    "div",
    { class: `strip ${side}` },
    h("h4", {}, club.name),
    letters.length > 0 &&
      h(
        "ol",
        { "aria-label": letters.map((letter) => NAMES[letter]).join(", ") },
        letters.map((letter) => h("li", { "aria-hidden": "true" }, h("span", { class: `result ${letter}` }, h("span", {}, letter)))),
      ),
    h(
      "p",
      { class: "told" },
      letters.length ? "The last five results known; opponents and scores need match data." : "No result of this club is known.",
    ),
  );
}
