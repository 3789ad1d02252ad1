// How likely each score is, as a table of shaded cells; under a what-if it shows what moved.

import { card, h } from "./dom.js";
import { percent, points } from "./format.js";

const MOST = 6;
const LEAST = 0.0005;
const SHOWN = 0.005;
const kind = (home, away) => (home > away ? "home" : home < away ? "away" : "draw");
const goals = (n) => (n === MOST ? `${MOST}+` : String(n));

/** What this part shows, of an answer or of a scenario's chances. */
function figures(told) {
  const [best] = told.likely_scores;
  return {
    cells: folded(told.score_grid),
    best,
    home: told.expected_goals?.home ?? told.home_expected_goals,
    away: told.expected_goals?.away ?? told.away_expected_goals,
    over: told.over_2_5 ?? told.over_under.find((entry) => entry.line === 2.5).over,
    both: told.both_to_score,
  };
}

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

/**
 * The part of the answer about goals.
 * @returns {{element: Element, show: (found: object|null) => void}} `show` takes a what-if, or null for none
 */
export function goalsCard(answer) {
  const asItIs = figures(answer);
  const cells = asItIs.cells.map((row) => row.map(() => h("td")));
  const table = h(
    "table",
    { class: "scores" },
    h("caption", { class: "unseen" }, `Chance of each score: goals of ${answer.home.name} down, of ${answer.away.name} across`),
    h("thead", {}, h("tr", {}, h("td", {}), cells.map((_, away) => h("th", { scope: "col" }, goals(away))))),
    h("tbody", {}, cells.map((row, home) => h("tr", {}, h("th", { scope: "row" }, goals(home)), row))),
  );
  const numbers = Object.fromEntries(["home", "away", "best", "over", "both"].map((name) => [name, valued()]));
  const fact = (name, { value, change }) => h("div", {}, h("dt", {}, name), h("dd", {}, value, change));
  const side = (name) => [h("span", { class: name }, numbers[name].value), numbers[name].change];
  const marks = h("span", { hidden: true }, " ▴ likelier and ▾ less likely than as it is.");

  function show(found) {
    const now = found ? figures(found.changed) : asItIs;
    const before = found ? figures(found.baseline) : null;
    const highest = Math.max(...now.cells.flat(), ...(before ?? now).cells.flat());
    cells.forEach((row, home) => row.forEach((cell, away) => paint(cell, home, away, now, before, highest)));
    for (const name of ["home", "away"]) set(numbers[name], now[name].toFixed(2), before && points(now[name] - before[name], 2));
    for (const name of ["over", "both"]) set(numbers[name], percent(now[name], 0), before && points(100 * (now[name] - before[name])));
    set(numbers.best, scored(now.best), before && moved(now.best, before.best));
    marks.hidden = !before;
  }

  show(null);
  const element = card(
    "Goals",
    "goals",
    h("p", { class: "expected" }, h("span", { class: "hint" }, "Expected goals"), side("home"), h("span", { class: "draw" }, " : "), side("away")),
    h("div", { class: "heat" }, h("p", { class: "across hint" }, `${answer.away.name} →`), h("p", { class: "down hint" }, h("span", {}, `← ${answer.home.name}`)), table),
    h("dl", { class: "facts" }, fact("Likeliest score", numbers.best), fact("Over 2.5 goals", numbers.over), fact("Both score", numbers.both)),
    h("p", { class: "hint" }, "Cells in per cent; 6+ is six goals or more.", marks),
  );
  return { element, show };
}

const valued = () => ({ value: h("span"), change: h("span", { class: "by" }) });

function set({ value, change }, text, by) {
  value.textContent = text;
  change.textContent = by ? ` ${by}` : "";
}

const scored = ({ home_goals: home, away_goals: away, probability }) => `${home}–${away} (${percent(probability)})`;

/** The change of the likeliest score: points, or which it was. */
function moved(now, before) {
  const same = now.home_goals === before.home_goals && now.away_goals === before.away_goals;
  return same ? points(100 * (now.probability - before.probability)) : `was ${before.home_goals}–${before.away_goals}`;
}

function paint(cell, home, away, now, before, highest) {
  const chance = now.cells[home][away];
  const by = before ? chance - before.cells[home][away] : 0;
  const best = home === now.best.home_goals && away === now.best.away_goals;
  const direction = Math.abs(by) < LEAST || Math.max(chance, chance - by) < SHOWN ? "" : by > 0 ? "up" : "down";
  cell.className = [kind(home, away), best && "best", direction].filter(Boolean).join(" ");
  cell.style.setProperty("--shade", `${(50 * chance) / highest}%`);
  cell.title = `${goals(home)}–${goals(away)}: ${percent(chance)}${before ? `, ${percent(before.cells[home][away])} as it is` : ""}`;
  cell.replaceChildren(chance >= SHOWN ? (100 * chance).toFixed(0) : h("span", { class: "unseen" }, "under 1"));
}
