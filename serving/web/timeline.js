// What both clubs had in their legs: their matches of the 30 days before the kick-off, and the rest between.

import { card, h, s } from "./dom.js";
import { day, km, plural } from "./format.js";
import { before, fromSide, inWords } from "./matches.js";
import { asChanged } from "./state.js";

const DAYS = 30;

/**
 * The part of the answer about rest; a what-if moves the last match, and leaves a mark where it was.
 * @returns {{element: Element, show: (found: object|null) => void}}
 */
export function restCard(answer, clubs) {
  const lanes = h("div", {});
  const axis = h("p", { class: "axis hint", "aria-hidden": "true" }, h("span", {}, `${DAYS} days before`), h("span", {}, "kick-off"));
  const element = card("Rest in the last 30 days", "rest", lanes, axis);
  const show = (found) => lanes.replaceChildren(...["home", "away"].map((side) => lane(side, answer, clubs[side], asChanged(answer, found))));
  show(null);
  return { element, show };
}

function lane(side, answer, page, { now, before: replaced }) {
  const kickoff = answer.kickoff.slice(0, 10);
  const ago = (match) => (new Date(kickoff) - new Date(match.day)) / 86_400_000;
  const matches = before(page, answer)
    .filter((match) => ago(match) <= DAYS)
    .map((match) => ({ ...fromSide(match, answer[side].id), ago: ago(match) }));
  const rest = now(side, "rest", "rest_days");
  const was = replaced(side, "rest", "rest_days");
  // Without match data the last match is known by its day alone.
  const last = was === undefined ? rest : was;
  const real = matches.length || last === null || last > DAYS ? matches : [{ ago: last, result: null, unnamed: true }];
  const dots = was === undefined ? real : moved(real, rest);
  const x = (days) => `${(3 + 94 * (1 - days / DAYS)).toFixed(2)}%`;
  const newest = dots.length ? Math.min(...dots.map((dot) => dot.ago)) : null;
  const fortnight = now(side, "rest", "matches_last_14_days");
  const journeys = now(side, "travel", "travel_km_last_30_days");
  const facts = [
    rest === null ? "rest unknown" : `${plural(Math.round(rest), "day")} of rest`,
    was === undefined ? null : was === null ? "unknown as it is" : `${Math.round(was)} as it is`,
    fortnight === null ? null : `${plural(fortnight, "match", "matches")} in 14 days`,
    journeys ? `${km(journeys)} travelled` : null,
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
      dots.filter((dot) => dot.from !== undefined).map((dot) => s("circle", { class: "was", cx: x(dot.from), cy: 17, r: 9 })),
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

/** Matches as a what-if has them: the last one so many days ago, and none nearer. */
function moved(matches, rest) {
  const newest = Math.min(...matches.map((match) => match.ago));
  const there = matches.map((match) => (match.ago === newest || match.ago < rest ? { ...match, from: match.ago, ago: rest } : match));
  if (!matches.length) there.push({ ago: rest, result: null, unnamed: true });
  // Farthest first, so that the nearest of those that meet lies on top.
  return there.filter((match) => match.ago <= DAYS).sort((a, b) => (b.from ?? b.ago) - (a.from ?? a.ago));
}

function spoken(dots) {
  if (dots.length === 0) return "No match known in these 30 days";
  const told = [...dots].sort((a, b) => a.ago - b.ago).map((dot) => {
    const ago = `${plural(Math.round(dot.ago), "day")} before`;
    return dot.unnamed ? `a match ${ago}` : `${ago}: ${inWords(dot)}`;
  });
  return told.join("; ");
}
