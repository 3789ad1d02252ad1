// Who is missing, as far as anybody has told, and as a what-if has it.

import { card, h } from "./dom.js";
import { percent, plural } from "./format.js";
import { NO_CHANGES } from "./state.js";

/**
 * The part of the answer about absences.
 * @returns {{element: Element, show: (found: object|null, changes: object) => void}}
 */
export function absencesCard(answer, clubs) {
  const lists = h("div", { class: "lists" });
  const element = card("Absences", "absences", lists);
  const show = (found, changes) =>
    lists.replaceChildren(...["home", "away"].map((side) => list(side, answer[side], clubs[side], (found && changes) || NO_CHANGES)));
  show(null, null);
  return { element, show };
}

function list(side, club, page, { back, out }) {
  const absences = page?.absences;
  const told =
    absences == null
      ? h("p", {}, "Unknown, which is not none: no source tells of this club.")
      : absences.length === 0
        ? h("p", {}, "None known.")
        : h(
            "ul",
            {},
            absences.map((one) => {
              const returned = back[side].includes(one.player);
              const share = one.minutes_share !== null && h("span", { class: "hint" }, ` · played ${percent(one.minutes_share, 0)} of minutes`);
              return h("li", { class: returned && "back" }, h("b", {}, one.player), ` ${one.status}`, share, returned && h("b", {}, " · back, as you have it"));
            }),
          );
  const more = out[side] > 0 && h("p", {}, h("b", {}, `${plural(out[side], "key player")} out`), ", as you have it.");
  return h("div", { class: side }, h("h4", {}, club.name), told, more);
}
