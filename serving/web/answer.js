// The answer to one match, put together from its parts.

import { absencesCard } from "./absences.js";
import { outcomeBar } from "./bar.js";
import { h } from "./dom.js";
import { longDay, percent, time } from "./format.js";
import { formCard } from "./formstrip.js";
import { goalsCard } from "./heatmap.js";
import { journeyCard } from "./map.js";
import { provenanceCard } from "./provenance.js";
import { restCard } from "./timeline.js";
import { reasonsCard } from "./waterfall.js";
import { whatIf } from "./whatif.js";

/**
 * @param {object} answer a prediction with `explanation` and `score_grid`
 * @param {{home: object|null, away: object|null}} clubs the clubs' pages, null where they could not be had
 * @param {object|null} played the match as the data know it now, for its result
 * @param {object} state of the page
 * @param {(changes: object) => void} changed what to do with a what-if
 */
export function answerView(answer, clubs, played, state, changed) {
  const names = { home: answer.home.name, away: answer.away.name };
  const bar = outcomeBar(names, answer.probabilities, answer.intervals);
  const changedNote = h("p", { class: "changed", hidden: true }, "With your changes. The marks in the bar are those of the match as it is.");
  const [reasons, goals] = [reasonsCard(answer), goalsCard(answer)];
  const [journey, rest, absences] = [journeyCard(answer, clubs), restCard(answer, clubs), absencesCard(answer, clubs)];
  const show = (found, changes) => {
    bar.show(found?.changed ?? answer.probabilities, found?.baseline ?? null, found?.changed.intervals ?? answer.intervals);
    for (const part of [reasons, goals, journey, rest, absences]) part.show(found, changes);
    changedNote.hidden = !found;
  };
  return [
    h(
      "div",
      { class: "headline" },
      h("h2", { id: "fixture", tabindex: -1 }, names.home, h("span", { class: "v" }, " v "), names.away),
      h("p", { class: "meta" }, meta(answer, clubs).join(" · ")),
      result(answer, played),
    ),
    h(
      "div",
      { class: "columns" },
      h("section", { class: "card glance", "aria-label": "Chances" }, bar.element, changedNote),
      whatIf(answer, clubs, state, { changed, show }),
      h(
        "div",
        { class: "parts" },
        h("div", { class: "stack" }, reasons.element, journey.element),
        h("div", { class: "stack" }, goals.element, rest.element, absences.element),
        formCard(answer, clubs),
        provenanceCard(answer),
      ),
    ),
  ];
}

function meta(answer, clubs) {
  const { competition, kickoff } = answer;
  const ground = clubs.home?.time_zone;
  const told = [];
  if (competition) told.push(answer.competition_inferred ? `${competition.name} (inferred)` : competition.name);
  told.push(`${longDay(kickoff)}, ${time(kickoff, "UTC")} UTC`);
  if (!answer.neutral && ground && ground !== "UTC") told.push(`${time(kickoff, ground)} in ${clubs.home.city ?? clubs.home.name}`);
  if (answer.neutral) told.push("neutral ground");
  else if (clubs.home?.stadium) told.push(clubs.home.stadium);
  return told;
}

/** What became of it, where that is known by now. */
function result(answer, played) {
  if (!played?.score) return null;
  const { home, away } = played.score;
  const chance = answer.score_grid.probabilities[home]?.[away];
  const said = chance === undefined ? "" : ` The answer, from before the match, gave that score ${percent(chance)}.`;
  return h("p", { class: "result-line" }, h("b", {}, `It ended ${home}–${away}.`), said);
}
