// How good the predictions were: those served before matches, and those of the backtest.

import * as api from "./api.js";
import { h, s } from "./dom.js";
import { count, day, percent, plural } from "./format.js";
import { modelName } from "./provenance.js";

const section = document.getElementById("record");
const NAMES = { home: "Home win", draw: "Draw", away: "Away win" };

/** Show the view. */
export async function show() {
  document.title = "Track record · Awayday";
  const served = h("div", { class: "card", "aria-busy": "true" }, h("h2", {}, "Served predictions"), h("p", { class: "loading" }, "Looking…"));
  const judged = h("div", { class: "card", "aria-busy": "true" }, h("h2", {}, "Backtest of the model"), h("p", { class: "loading" }, "Looking…"));
  section.replaceChildren(
    h("h1", { id: "record-title" }, "Track record"),
    h("p", { class: "lede" }, "RPS (ranked probability score), log loss and Brier score: lower is better. For scale: base rates alone score an RPS of about 0.23."),
    h("div", { class: "pair" }, served, judged),
  );
  await Promise.all([fill(served, servedParts), fill(judged, judgedParts)]);
}

async function fill(card, parts) {
  const title = card.querySelector("h2");
  try {
    card.replaceChildren(title, ...(await parts()).filter(Boolean));
  } catch (error) {
    card.replaceChildren(title, h("p", {}, error.message));
  } finally {
    card.removeAttribute("aria-busy");
  }
}

async function servedParts() {
  let record;
  try {
    record = await api.trackRecord();
  } catch (error) {
    if (error.status === 404) return [h("p", {}, "This service keeps no record of what it served.")];
    throw error;
  }
  const { scores, waiting } = record;
  const rule = h("details", {}, h("summary", {}, "Which predictions count"), h("p", {}, record.rule));
  const later = waiting > 0 && h("p", {}, `${plural(waiting, "fixture")} predicted and still without a result.`);
  if (scores === null) return [h("p", {}, "No served prediction has a result yet. They are scored once the matches are played and synced."), later, rule];
  return [
    h("p", {}, `${plural(scores.matches, "match", "matches")}, ${day(record.first_kickoff)} to ${day(record.last_kickoff)}.`),
    table([
      ["RPS", ...estimate(scores.rps)],
      ["Log loss", ...estimate(scores.log_loss)],
      ["Brier score", ...estimate(scores.brier)],
      ...scores.calibration.map((one) => [`Calibration error, ${NAMES[one.outcome].toLowerCase()}`, one.error.toFixed(3), `${one.noise_floor.toFixed(3)} by chance`]),
    ]),
    reliability(record.reliability),
    parts("By competition", record.by_competition),
    parts("By model", record.by_model),
    later,
    rule,
  ];
}

async function judgedParts() {
  const { metrics, data_cut: cut, version, source } = await api.model();
  const rows = [
    ["RPS", metrics.rps, metrics.rps_se],
    ["Log loss", metrics.log_loss, metrics.log_loss_se],
    ["Brier score", metrics.brier, metrics.brier_se],
    ...["home", "draw", "away"].map((outcome) => [`Calibration error, ${NAMES[outcome].toLowerCase()}`, metrics[`calibration_${outcome}`]]),
  ].filter(([, mean]) => mean !== undefined);
  return [
    h("p", {}, metrics.matches ? `${plural(metrics.matches, "match", "matches")} that the model had not seen when it forecast them.` : "On matches that the model had not seen."),
    rows.length ? table(rows.map(([name, mean, error]) => [name, mean.toFixed(4), error === undefined ? "" : `± ${error.toFixed(4)}`])) : h("p", {}, "This model comes without scores."),
    h("p", { class: "hint" }, `By ${modelName({ version, source })}; data to ${day(cut)}.`),
  ];
}

const estimate = ({ mean, standard_error: error }) => [mean.toFixed(4), error === null ? "" : `± ${error.toFixed(4)}`];

const table = (rows) =>
  h("table", { class: "figures" }, h("tbody", {}, rows.map(([name, value, beside]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value), h("td", { class: "hint" }, beside)))));

function parts(title, given) {
  if (given.length === 0) return null;
  return h(
    "details",
    {},
    h("summary", {}, title),
    h(
      "table",
      { class: "figures" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, title.replace("By ", "")), h("th", { scope: "col" }, "Matches"), h("th", { scope: "col" }, "RPS"))),
      h("tbody", {}, given.map(({ name, scores }) => h("tr", {}, h("th", { scope: "row" }, name || "unknown"), h("td", {}, count(scores.matches)), h("td", {}, scores.rps.mean.toFixed(4))))),
    ),
  );
}

const SIZE = 300;
const EDGE = 34;

/** Forecast across, what happened up; on the diagonal they agree. */
function reliability(tables) {
  if (tables.length === 0) return null;
  const x = (share) => EDGE + share * (SIZE - EDGE - 8);
  const y = (share) => SIZE - EDGE - share * (SIZE - EDGE - 8);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const worded = tables.map(({ outcome, bins }) => `${NAMES[outcome]}: ${bins.map((bin) => `${percent(bin.forecast, 0)} came ${percent(bin.observed, 0)}`).join(", ")}`).join(". ");
  return h(
    "figure",
    { class: "reliability" },
    s(
      "svg",
      { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": `Forecast against what happened. ${worded}` },
      ticks.map((at) => s("g", { class: "tick" }, s("line", { x1: x(at), x2: x(at), y1: y(0), y2: y(1) }), s("line", { x1: x(0), x2: x(1), y1: y(at), y2: y(at) }), s("text", { x: x(at), y: SIZE - 14, "text-anchor": "middle" }, 100 * at), s("text", { x: EDGE - 6, y: y(at) + 4, "text-anchor": "end" }, 100 * at))),
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
              s("circle", { cx: x(bin.forecast), cy: y(bin.observed), r: 3.5 }),
            ];
          }),
        ),
      ),
      s("text", { class: "name", x: x(0.5), y: SIZE - 1, "text-anchor": "middle" }, "forecast, %"),
    ),
    h("figcaption", {}, h("ul", { class: "legend" }, tables.map(({ outcome }) => h("li", { class: outcome }, NAMES[outcome]))), h("p", { class: "hint" }, "Up: how often it came, in per cent, ± one standard error. On the diagonal forecasts and results agree.")),
  );
}
