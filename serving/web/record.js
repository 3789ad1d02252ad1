// How good the predictions were: those served before matches, and those of the backtest.

import * as api from "./api.js";
import { h } from "./dom.js";
import { count, day, plural } from "./format.js";
import { modelName } from "./provenance.js";
import { NAMES, deviation, reliability } from "./reliability.js";

const section = document.getElementById("record");

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
    figures(scores),
    reliability(record.reliability),
    parts("By competition", record.by_competition),
    parts("By model", record.by_model),
    later,
    rule,
  ];
}

async function judgedParts() {
  const [{ backtest, method, model }, { metrics, data_cut: cut }] = await Promise.all([api.backtest(), api.model()]);
  const by = h("p", { class: "hint" }, `By ${modelName(model)}; data to ${day(cut)}.`);
  if (backtest === null) return [...heldOut(metrics), by];
  const { scores, references } = backtest;
  return [
    h("p", {}, `${plural(scores.matches, "match", "matches")}, ${day(backtest.first_day)} to ${day(backtest.last_day)}.`),
    figures(scores),
    reliability(backtest.reliability),
    deviation(backtest.reliability),
    beside([{ name: "Awayday", scores }, ...references]),
    parts("By kind", backtest.by_kind),
    h("details", {}, h("summary", {}, "How it was made"), h("p", {}, method)),
    by,
  ];
}

/** Where no backtest came with the model: its figures on the matches that were held out from its training. */
function heldOut(metrics) {
  const rows = [
    ["RPS", metrics.rps, metrics.rps_se],
    ["Log loss", metrics.log_loss, metrics.log_loss_se],
    ["Brier score", metrics.brier, metrics.brier_se],
    ...["home", "draw", "away"].map((outcome) => [`Calibration error, ${NAMES[outcome].toLowerCase()}`, metrics[`calibration_${outcome}`]]),
  ].filter(([, mean]) => mean !== undefined);
  return [
    h("p", {}, "No backtest came with this model. ", h("code", {}, "awayday backtest"), " makes one, which then stands here."),
    h("p", {}, metrics.matches ? `Its scores are of ${plural(metrics.matches, "match", "matches")} that it had not seen when it forecast them.` : "Its scores are of matches that it had not seen."),
    rows.length ? table(rows.map(([name, mean, error]) => [name, mean.toFixed(4), error === undefined ? "" : `± ${error.toFixed(4)}`])) : h("p", {}, "This model comes without scores."),
  ];
}

/** Scores with their standard errors. */
const figures = (scores) =>
  table([
    ["RPS", ...estimate(scores.rps)],
    ["Log loss", ...estimate(scores.log_loss)],
    ["Brier score", ...estimate(scores.brier)],
    ...scores.calibration.map((one) => [`Calibration error, ${NAMES[one.outcome].toLowerCase()}`, one.error.toFixed(4), `${one.noise_floor.toFixed(4)} by\u00a0chance`]),
  ]);

/** Forecasts of the same matches, best first. */
const beside = (forecasts) =>
  h(
    "table",
    { class: "figures" },
    h("caption", {}, "Beside others, on the same matches"),
    h("thead", {}, h("tr", {}, ["Forecast", "RPS", "Log loss"].map((name) => h("th", { scope: "col" }, name)))),
    h(
      "tbody",
      {},
      [...forecasts]
        .sort((a, b) => a.scores.rps.mean - b.scores.rps.mean)
        .map(({ name, scores }) => h("tr", { class: name === "Awayday" && "ours" }, h("th", { scope: "row" }, name), h("td", {}, scores.rps.mean.toFixed(4)), h("td", {}, scores.log_loss.mean.toFixed(4)))),
    ),
  );

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
