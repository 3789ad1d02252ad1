// Forecast against what happened: the curve, what it hides, and the figures behind both.

import { h, s } from "./dom.js";
import { count, percent, plural, points } from "./format.js";

export const NAMES = { home: "Home win", draw: "Draw", away: "Away win" };
const SIZE = 300;
const EDGE = 34;
const RIGHT = 14;

/** What is forecast: names by outcome, its heading, and how often a bin's forecasts were made. */
const MATCHES = { names: NAMES, heading: "Outcome", many: "Matches", number: (bin) => bin.matches, counted: (bin) => plural(bin.matches, "match", "matches") };

const inWords = (outcome, bin, { names, counted } = MATCHES) => `${names[outcome]} forecast at ${percent(bin.forecast)}: came in ${percent(bin.observed)} ± ${(100 * bin.standard_error).toFixed(1)} of ${counted(bin)}`;

/** The bins as figures, for those who do not read the curve. */
const binTable = (tables, { names, heading, many, number }) =>
  h(
    "details",
    {},
    h("summary", {}, "The curve as a table"),
    h(
      "table",
      { class: "figures fine" },
      h("thead", {}, h("tr", {}, [heading, "Forecast", "Came", many].map((name) => h("th", { scope: "col" }, name)))),
      h(
        "tbody",
        {},
        tables.flatMap(({ outcome, bins }) =>
          bins.map((bin) => h("tr", {}, h("th", { scope: "row" }, names[outcome]), h("td", {}, percent(bin.forecast)), h("td", {}, `${percent(bin.observed)} ± ${(100 * bin.standard_error).toFixed(1)}`), h("td", {}, count(number(bin))))),
        ),
      ),
    ),
  );

const x = (share) => EDGE + share * (SIZE - EDGE - RIGHT);
const FLAT = 170;

/** Forecast across, and up how much oftener it came; points. Where there are many matches this shows what the curve hides. */
export function deviation(tables) {
  const by = (bin) => 100 * (bin.observed - bin.forecast);
  const ends = tables.flatMap(({ bins }) => bins.map((bin) => Math.abs(by(bin)) + 100 * bin.standard_error));
  const most = Math.max(1, Math.ceil(Math.max(...ends)));
  const y = (points_) => FLAT / 2 - 8 - (points_ / most) * (FLAT / 2 - EDGE + 8);
  return h(
    "figure",
    { class: "reliability" },
    s(
      "svg",
      { viewBox: `0 0 ${SIZE} ${FLAT}`, "aria-hidden": "true" },
      [-most, 0, most].map((at) => s("g", { class: "tick" }, s("line", { x1: x(0), x2: x(1), y1: y(at), y2: y(at) }), s("text", { x: EDGE - 6, y: y(at) + 4, "text-anchor": "end" }, at === 0 ? "0" : points(at, 0)))),
      [0, 0.25, 0.5, 0.75, 1].map((at) => s("g", { class: "tick" }, s("text", { x: x(at), y: FLAT - 19, "text-anchor": "middle" }, 100 * at))),
      s("line", { class: "diagonal", x1: x(0), x2: x(1), y1: y(0), y2: y(0) }),
      tables.map(({ outcome, bins }) => s("g", { class: `curve ${outcome}` }, bins.map((bin) => [
        s("line", { x1: x(bin.forecast), x2: x(bin.forecast), y1: y(by(bin) - 100 * bin.standard_error), y2: y(by(bin) + 100 * bin.standard_error) }),
        s("circle", { cx: x(bin.forecast), cy: y(by(bin)), r: 2.8 }, s("title", {}, inWords(outcome, bin))),
      ]))),
      s("text", { class: "name", x: x(0.5), y: FLAT - 1, "text-anchor": "middle" }, "forecast, %"),
    ),
    h("figcaption", { class: "hint" }, "Closer: how much oftener it came than forecast, in percentage points, ± one standard error."),
  );
}

/** Forecast across, what happened up; on the diagonal they agree. */
export function reliability(tables, wording = MATCHES) {
  if (tables.length === 0) return null;
  const y = (share) => SIZE - EDGE - share * (SIZE - EDGE - RIGHT);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const worded = tables.map(({ outcome, bins }) => `${wording.names[outcome]}: ${bins.map((bin) => `${percent(bin.forecast, 0)} came ${percent(bin.observed, 0)}`).join(", ")}`).join(". ");
  return h(
    "figure",
    { class: "reliability" },
    s(
      "svg",
      { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": `Forecast against what happened. ${worded}` },
      ticks.map((at) => s("g", { class: "tick" }, s("line", { x1: x(at), x2: x(at), y1: y(0), y2: y(1) }), s("line", { x1: x(0), x2: x(1), y1: y(at), y2: y(at) }), s("text", { x: x(at), y: SIZE - 16, "text-anchor": "middle" }, 100 * at), s("text", { x: EDGE - 6, y: y(at) + 4, "text-anchor": "end" }, 100 * at))),
      s("line", { class: "diagonal", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }),
      tables.map(({ outcome, bins }) =>
        s(
          "g",
          { class: `curve ${outcome}` },
          s("polyline", { points: bins.map((bin) => `${x(bin.forecast)},${y(bin.observed)}`).join(" ") }),
          bins.map((bin) => {
            const off = Math.min(bin.standard_error, 1);
            return [
              s("line", { x1: x(bin.forecast), x2: x(bin.forecast), y1: y(Math.max(bin.observed - off, 0)), y2: y(Math.min(bin.observed + off, 1)) }),
              s("circle", { cx: x(bin.forecast), cy: y(bin.observed), r: 3.5 }, s("title", {}, inWords(outcome, bin, wording))),
            ];
          }),
        ),
      ),
      s("text", { class: "name", x: x(0.5), y: SIZE - 1, "text-anchor": "middle" }, "forecast, %"),
    ),
    h("figcaption", {}, h("ul", { class: "legend" }, tables.map(({ outcome }) => h("li", { class: outcome }, wording.names[outcome]))), h("p", { class: "hint" }, "Up: how often it came, in per cent, ± one standard error. On the diagonal forecasts and results agree."), binTable(tables, wording)),
  );
}
