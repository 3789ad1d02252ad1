// One bar for home win, draw and away win, the chances above it; it moves when they change.

import { h, s } from "./dom.js";
import { percent, points } from "./format.js";

export const OUTCOMES = [
  ["home_win", "home"],
  ["draw", "draw"],
  ["away_win", "away"],
];

/** The bar alone, in small: for lists. */
export function smallBar(chances, names) {
  const label = `${names.home} ${percent(chances.home_win, 0)}, draw ${percent(chances.draw, 0)}, ${names.away} ${percent(chances.away_win, 0)}`;
  return h("div", { class: "bar small", role: "img", "aria-label": label }, segments(chances));
}

const segments = (chances) =>
  OUTCOMES.map(([outcome, kind]) => h("span", { class: kind, style: { "flex-grow": chances[outcome] } }));

/**
 * The bar with its figures.
 * @param {{home: string, away: string}} names
 * @param {object} chances home_win, draw, away_win
 * @param {object|null} intervals of the answer
 * @returns {{element: Element, show: (chances: object, before: object|null, intervals?: object) => void}} `before`: what
 *   it changed from
 */
export function outcomeBar(names, chances, intervals = null) {
  const figures = {};
  const title = { home: names.home, draw: "Draw", away: names.away };
  const list = h(
    "dl",
    { class: "chances" },
    OUTCOMES.map(([outcome, kind]) => {
      const value = h("span", { class: "value" });
      const change = h("span", { class: "change" });
      const range = intervals && h("dd", { class: "range" });
      figures[outcome] = { value, change, range };
      return h(
        "div",
        { class: kind },
        h("dt", {}, title[kind]),
        h("dd", {}, value, change),
        range,
      );
    }),
  );
  const parts = segments(chances);
  const marks = [h("i", { class: "mark" }), h("i", { class: "mark" })];
  const bar = h("div", { class: "bar", role: "img" }, parts, marks);
  const reach = intervals && whiskers(intervals.level);
  const element = h("div", { class: "outcome" }, list, bar, reach?.element);

  function show(now, before, ranges = intervals) {
    reach?.show(ranges);
    OUTCOMES.forEach(([outcome], i) => {
      parts[i].style.flexGrow = now[outcome];
      figures[outcome].value.textContent = percent(now[outcome]);
      const moved = before ? 100 * (now[outcome] - before[outcome]) : 0;
      figures[outcome].change.textContent = before ? points(moved) : "";
      if (ranges) figures[outcome].range.textContent = between(ranges[outcome]);
    });
    const at = before ? [before.home_win, before.home_win + before.draw] : [];
    marks.forEach((mark, i) => {
      mark.hidden = !before;
      if (before) mark.style.left = `${100 * at[i]}%`;
    });
    const said = OUTCOMES.map(([outcome, kind]) => `${title[kind]} ${percent(now[outcome])}`).join(", ");
    bar.setAttribute("aria-label", said);
  }

  show(chances, null);
  return { element, show };
}

const between = ({ low, high }) => `${(100 * low).toFixed(0)}–${percent(high, 0)}`;

/** Where the bar's two boundaries may lie: the intervals of the home win from the left, of the away win from the right. */
function whiskers(level) {
  const [home, away] = [["home", 4], ["away", 10]].map(([kind, y]) => s("line", { class: kind, y1: y, y2: y }));
  const element = h(
    "div",
    { class: "whiskers" },
    s("svg", { "aria-hidden": "true", width: "100%", height: 14 }, home, away),
    h("p", { class: "hint" }, `Lines and ranges: ${percent(level, 0)} intervals, for how well the clubs’ strengths are known.`),
  );

  function show({ home_win, away_win }) {
    [[home, home_win.low, home_win.high], [away, 1 - away_win.high, 1 - away_win.low]].forEach(([line, from, to]) => {
      line.setAttribute("x1", `${100 * from}%`);
      line.setAttribute("x2", `${100 * to}%`);
    });
  }

  return { element, show };
}
