// What both clubs had in their legs: their matches of the 30 days before the kick-off, and the rest between.

import { card, h, s } from "./dom.js";
import { day, km, plural } from "./format.js";
import { before, fromSide, inWords } from "./matches.js";

const DAYS = 30;

/** The part of the answer about rest. */
export function restCard(answer, clubs) {
  return card(
    "Rest in the last 30 days",
    "rest",
    ["home", "away"].map((side) => lane(side, answer, clubs[side])),
    h("p", { class: "axis hint", "aria-hidden": "true" }, h("span", {}, `${DAYS} days before`), h("span", {}, "kick-off")),
  );
}

function lane(side, answer, page) {
  const { rest, travel } = answer.features[side];
  const kickoff = answer.kickoff.slice(0, 10);
  const ago = (match) => (new Date(kickoff) - new Date(match.day)) / 86_400_000;
  const matches = before(page, answer)
    .filter((match) => ago(match) <= DAYS)
    .map((match) => ({ ...fromSide(match, answer[side].id), ago: ago(match) }));
  // Without match data the last match is known by its day alone.
  const last = rest.rest_days;
  const dots = matches.length || last === null || last > DAYS ? matches : [{ ago: last, result: null, unnamed: true }];
  const x = (days) => `${(3 + 94 * (1 - days / DAYS)).toFixed(2)}%`;
  const newest = dots.length ? Math.min(...dots.map((dot) => dot.ago)) : null;
  const facts = [
    last === null ? "rest unknown" : `${plural(Math.round(last), "day")} of rest`,
    rest.matches_last_14_days === null ? null : `${plural(rest.matches_last_14_days, "match", "matches")} in 14 days`,
    travel.travel_km_last_30_days ? `${km(travel.travel_km_last_30_days)} travelled` : null,
    dots.length ? null : "no match known in these days",
  ].filter(Boolean);
  return h(
    "figure",
    { class: `lane ${side}` },
    h("figcaption", {}, h("b", {}, answer[side].name), ` ${facts.join(" · ")}`),
    s(
      "svg",
      { role: "img", "aria-label": spoken(dots), width: "100%", height: 34 },
      s("line", { class: "ground", x1: "3%", x2: "97%", y1: 17, y2: 17 }),
      newest !== null && s("line", { class: "gap", x1: x(newest), x2: "97%", y1: 17, y2: 17 }),
      dots.map((dot) =>
        s(
          "g",
          { class: `dot ${dot.result ?? "unknown"}` },
          s("circle", { cx: x(dot.ago), cy: 17, r: 10 }),
          s("text", { x: x(dot.ago), y: 21, "text-anchor": "middle" }, dot.unnamed ? "" : (dot.result ?? "?")),
          !dot.unnamed && s("title", {}, `${inWords(dot)}, ${day(dot.match.day)}`),
        ),
      ),
      s("line", { class: "kickoff", x1: "97%", x2: "97%", y1: 3, y2: 31 }),
    ),
  );
}

function spoken(dots) {
  if (dots.length === 0) return "No match known in these 30 days";
  const told = [...dots].sort((a, b) => a.ago - b.ago).map((dot) => {
    const ago = `${plural(Math.round(dot.ago), "day")} before`;
    return dot.unnamed ? `a match ${ago}` : `${ago}: ${inWords(dot)}`;
  });
  return told.join("; ");
}
