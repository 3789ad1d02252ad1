// The table of a season's outlook. It scrolls within its own box; the clubs stay in sight.

import { h } from "./dom.js";
import { percent, plural } from "./format.js";

const NAMES = {
  title: ["Title", "Title"],
  "champions-league": ["Ch. League", "Champions League places"],
  "relegation-play-off": ["Rel. p.-o.", "Relegation play-off"],
  "promotion-play-off": ["Prom. p.-o.", "Promotion play-off"],
  "play-off": ["Play-off", "Play-off"],
  "round-of-16": ["Last 16", "Round of 16"],
  "quarter-final": ["Last 8", "Quarter-final"],
  "semi-final": ["Last 4", "Semi-final"],
};
const BAD = /^releg/;

/** @param {object} outlook as the service tells it */
export function seasonTable(outlook) {
  const chances = columnsOf(outlook);
  const places = outlook.clubs[0]?.positions.length ?? 0;
  const groups = grouped(outlook);
  const now = 3;
  const table = h(
    "table",
    { class: "outlook" },
    h("caption", { class: "unseen" }, `${outlook.competition.name} ${outlook.season}: chances of each club, in per cent`),
    h("colgroup", {}, h("col")),
    h("colgroup", { span: now }),
    chances.length > 0 && h("colgroup", { span: chances.length }),
    h("colgroup", { span: places }),
    h(
      "thead",
      {},
      h(
        "tr",
        { class: "over" },
        h("td", {}),
        h("th", { scope: "colgroup", colspan: now }, "Table"),
        chances.length > 0 && h("th", { scope: "colgroup", colspan: chances.length }, "Chance of, %"),
        h("th", { scope: "colgroup", colspan: places }, outlook.shape === "groups" ? "Chance of each final place in the group, %" : "Chance of each final place, %"),
      ),
      h(
        "tr",
        {},
        h("th", { scope: "col", class: "club" }, "Club"),
        h("th", { scope: "col" }, "Now"),
        h("th", { scope: "col" }, h("abbr", { title: "Points" }, "Pts")),
        h("th", { scope: "col" }, h("abbr", { title: "Expected points at the end" }, "xPts")),
        chances.map(({ short, long }) => h("th", { scope: "col" }, short === long ? short : h("abbr", { title: long }, short))),
        Array.from({ length: places }, (_, i) => h("th", { scope: "col" }, i + 1)),
      ),
    ),
    groups.map(([name, clubs]) =>
      h(
        "tbody",
        {},
        name && h("tr", { class: "group" }, h("th", { scope: "rowgroup", colspan: 1 + now + chances.length + places }, h("span", {}, name))),
        clubs.map((one) => row(one, chances)),
      ),
    ),
  );
  return h("div", { class: "scroller", role: "region", tabindex: 0, "aria-label": "Chances of each club; scrolls sideways" }, table);
}

/** What the chances are of: the title, places that mean something, knock-out rounds. */
function columnsOf({ clubs, bands, rounds }) {
  const titled = clubs.some((one) => one.title !== null);
  const of = (key, from, kind) => {
    const plain = key.replaceAll("-", " ");
    const [short, long] = NAMES[key] ?? [plain[0].toUpperCase() + plain.slice(1), plain[0].toUpperCase() + plain.slice(1)];
    return { short, long, kind, chance: from };
  };
  return [
    ...(titled ? [of("title", (one) => one.title, "good")] : []),
    ...bands.filter(({ name }) => name !== "title").map(({ name }) => of(name, (one) => one.bands[name], BAD.test(name) ? "worse" : "good")),
    ...rounds.map((name) => of(name, (one) => one.rounds[name], "good")),
  ];
}

function grouped({ shape, clubs }) {
  if (shape !== "groups") return [["", clubs]];
  const numbers = [...new Set(clubs.map((one) => one.group))].sort((a, b) => a - b);
  return numbers.map((number) => [`Group ${number}`, clubs.filter((one) => one.group === number).sort((a, b) => a.position - b.position)]);
}

function row(one, chances) {
  return h(
    "tr",
    {},
    h("th", { scope: "row", class: "club" }, one.club.name),
    h("td", {}, one.position),
    h("td", { title: `${plural(one.points, "point")} from ${plural(one.played, "match", "matches")}` }, one.points),
    h("td", {}, one.expected_points.toFixed(1)),
    chances.map(({ chance, kind, long }) => heat(chance(one), kind, long)),
    one.positions.map((chance, i) => heat(chance, "place", `Place ${i + 1}`)),
  );
}

/** A chance as a shaded cell; its shade grows with the root, so that small chances are told apart. */
function heat(chance, kind, what) {
  const never = chance === 0 || chance === null;
  return h(
    "td",
    { class: `heated ${kind}${never ? " never" : ""}`, title: `${what}: ${never ? "never" : percent(chance)}`, style: { "--shade": `${never ? 0 : (45 * Math.sqrt(chance)).toFixed(0)}%` } },
    never ? [h("span", { "aria-hidden": "true" }, "·"), h("span", { class: "unseen" }, "0")] : rounded(chance),
  );
}

function rounded(chance) {
  if (chance < 0.005) return "<1";
  if (chance < 1 && chance >= 0.995) return ">99";
  return (100 * chance).toFixed(0);
}
