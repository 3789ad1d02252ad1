// How likely each score is, as a table of shaded cells.

import { card, h } from "./dom.js";
import { percent } from "./format.js";

const MOST = 6;

/** Chances of scores, the last row and column being `MOST` goals or more. */
function folded({ probabilities }) {
  const cells = Array.from({ length: MOST + 1 }, () => Array(MOST + 1).fill(0));
  probabilities.forEach((row, home) =>
    row.forEach((chance, away) => {
      cells[Math.min(home, MOST)][Math.min(away, MOST)] += chance;
    }),
  );
  return cells;
}

const goals = (n) => (n === MOST ? `${MOST}+` : String(n));

/** The part of the answer about goals. */
export function goalsCard(answer) {
  const cells = folded(answer.score_grid);
  const highest = Math.max(...cells.flat());
  const [best] = answer.likely_scores;
  const kind = (home, away) => (home > away ? "home" : home < away ? "away" : "draw");
  const table = h(
    "table",
    { class: "scores" },
    h("caption", { class: "unseen" }, `Chance of each score: goals of ${answer.home.name} down, of ${answer.away.name} across`),
    h(
      "thead",
      {},
      h("tr", {}, h("td", {}), cells.map((_, away) => h("th", { scope: "col" }, goals(away)))),
    ),
    h(
      "tbody",
      {},
      cells.map((row, home) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, goals(home)),
          row.map((chance, away) =>
            h(
              "td",
              {
                class: `${kind(home, away)}${home === best.home_goals && away === best.away_goals ? " best" : ""}`,
                style: { "--shade": `${(50 * chance) / highest}%` },
                title: `${goals(home)}–${goals(away)}: ${percent(chance)}`,
              },
              chance >= 0.005 ? (100 * chance).toFixed(0) : h("span", { class: "unseen" }, "under 1"),
            ),
          ),
        ),
      ),
    ),
  );
  const line = answer.over_under.find((entry) => entry.line === 2.5);
  const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
  return card(
    "Goals",
    "goals",
    h(
      "p",
      { class: "expected" },
      h("span", { class: "home" }, answer.expected_goals.home.toFixed(2)),
      h("span", { class: "draw" }, " : "),
      h("span", { class: "away" }, answer.expected_goals.away.toFixed(2)),
      h("span", { class: "hint" }, " expected goals"),
    ),
    h(
      "div",
      { class: "heat" },
      h("p", { class: "across hint" }, `${answer.away.name} →`),
      h("p", { class: "down hint" }, h("span", {}, `← ${answer.home.name}`)),
      table,
    ),
    h(
      "dl",
      { class: "facts" },
      fact("Likeliest score", `${best.home_goals}–${best.away_goals} (${percent(best.probability)})`),
      fact("Over 2.5 goals", percent(line.over, 0)),
      fact("Both score", percent(answer.both_to_score, 0)),
    ),
    h("p", { class: "hint" }, "Cells in per cent; 6+ is six goals or more."),
  );
}
