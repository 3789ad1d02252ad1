// How old the data are, which model answered, and what it did not know.

import { card, coded, h } from "./dom.js";
import { day, daysBetween, plural } from "./format.js";

/** "Data to 30 Dec 2025, 331 days ago". */
export function dataAge(cut, now = new Date()) {
  const days = daysBetween(cut, now);
  return `Data to ${day(cut)}${days > 0 ? `, ${plural(days, "day")} ago` : ""}`;
}

export const modelName = (model) => `model ${model.version} (${model.source === "champion" ? "trained here" : "embedded"})`;

/** The part of the answer about what it rests on. */
export function provenanceCard(answer) {
  const { freshness, warnings, model } = answer;
  const past = new Date(answer.as_of) < new Date(answer.data_cut);
  const newest = (side) => {
    const { newest_result: latest, age_days: age, fixtures_without_result: missing } = freshness[side];
    const lacking = missing ? `; ${plural(missing, "later result")} unknown` : "";
    return h("li", {}, h("b", {}, answer[side].name), latest === null ? ": no result known" : `: newest result ${day(latest)}, ${plural(age, "day")} before kick-off${lacking}`);
  };
  return card(
    "What this rests on",
    "provenance",
    h(
      "ul",
      {},
      h("li", {}, `${dataAge(answer.data_cut)}${past ? `; this answer uses what was known on ${day(answer.as_of)}` : ""}.`),
      h("li", {}, `Answered by ${modelName(model)}, trained on ${day(model.trained_at)}.`),
      ["home", "away"].map(newest),
      h("li", {}, `Confidence ${answer.confidence.level}: ${answer.confidence.reason}.`),
    ),
    warnings.length > 0 && h("h4", {}, "Unknown, or to be careful with"),
    warnings.length > 0 && h("ul", { class: "warnings" }, warnings.map((warning) => h("li", {}, coded(`${warning.message}.`)))),
  );
}
