// Who is missing, as far as anybody has told.

import { card, h } from "./dom.js";
import { percent } from "./format.js";

/** The part of the answer about absences. */
export function absencesCard(answer, clubs) {
  return card("Absences", "absences", ["home", "away"].map((side) => list(side, answer[side], clubs[side])));
}

function list(side, club, page) {
  const absences = page?.absences;
  const told =
    absences == null
      ? h("p", {}, "Unknown, which is not none: no source tells of this club.")
      : absences.length === 0
        ? h("p", {}, "None known.")
        : h(
            "ul",
            {},
            absences.map((one) =>
              h("li", {}, h("b", {}, one.player), ` ${one.status}`, one.minutes_share !== null && h("span", { class: "hint" }, ` · played ${percent(one.minutes_share, 0)} of minutes`)),
            ),
          );
  return h("div", { class: side }, h("h4", {}, club.name), told);
}
