// Known fixtures by day and competition, each with its bar.

import * as api from "./api.js";
import { smallBar } from "./bar.js";
import { coded, h, renew } from "./dom.js";
import { day, localZone, longDay, percent, plusDays, plural, time, today } from "./format.js";
import { NO_CHANGES, write } from "./state.js";
import { dataAge } from "./provenance.js";

const PAGE = 100;
const section = document.getElementById("fixtures");
let details = new Map();
let asking = null;

/** Show the week and the competition of a state. */
export async function show(state, navigate) {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  document.title = "Fixtures · Awayday";
  const from = state.from || today();
  const go = (change) => navigate({ view: "fixtures", from: state.from, competition: state.competition, changes: NO_CHANGES, ...change });
  const list = h("div", { class: "list", "aria-busy": "true" }, h("p", { class: "loading" }, "Looking for fixtures…"));
  const select = h("select", { id: "of-competition", onchange: () => go({ competition: select.value }) }, h("option", { value: "" }, "All competitions"));
  const first = h("input", { id: "from-day", type: "date", value: from, onchange: () => first.value && go({ from: first.value }) });
  renew(
    section,
    h("h1", { id: "fixtures-title" }, "Fixtures"),
    h(
      "div",
      { class: "filters" },
      h("button", { type: "button", class: "quiet", id: "week-before", "aria-label": "The week before", onclick: () => go({ from: plusDays(from, -7) }) }, "←"),
      h("div", { class: "field" }, h("label", { for: "from-day" }, "Week from"), first),
      h("button", { type: "button", class: "quiet", id: "week-after", "aria-label": "The week after", onclick: () => go({ from: plusDays(from, 7) }) }, "→"),
      h("div", { class: "field" }, h("label", { for: "of-competition" }, "Competition"), select),
    ),
    list,
  );
  await fillCompetitions(select, state.competition);
  const query = { from, to: plusDays(from, 6), competition: state.competition, limit: PAGE };
  try {
    const found = await api.fixtures(query, signal);
    list.replaceChildren(...(found.fixtures.length ? days(found.fixtures) : [empty(found, from, go)]));
    more(list, query, found, signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    list.replaceChildren(h("div", { class: "card problem", role: "alert" }, h("h2", {}, error.title), h("p", {}, error.message)));
  } finally {
    list.removeAttribute("aria-busy");
  }
}

async function fillCompetitions(select, chosen) {
  const { competitions } = await api.competitions().catch(() => ({ competitions: [] }));
  details = new Map(competitions.map((one) => [one.id, one]));
  const some = competitions.filter((one) => one.matches || one.id === chosen);
  select.append(...some.map((one) => h("option", { value: one.id }, one.name)));
  select.value = chosen;
}

function more(list, query, found, signal) {
  if (found.next_offset === null) return;
  const left = found.total - found.next_offset;
  const button = h("button", { type: "button", class: "quiet more" }, `Show ${plural(Math.min(left, PAGE), "further fixture")}`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    const next = await api.fixtures({ ...query, offset: found.next_offset }, signal).catch(() => null);
    button.disabled = false;
    if (next === null) return;
    button.remove();
    list.append(...days(next.fixtures));
    more(list, query, next, signal);
  });
  list.append(button);
}

function days(fixtures) {
  return [...grouped(fixtures, (match) => match.day)].map(([date, of]) =>
    h(
      "section",
      { class: "day" },
      h("h2", {}, longDay(date)),
      [...grouped(of.sort((a, b) => rank(a) - rank(b)), (match) => match.competition.name)].map(([name, matches]) =>
        h("div", { class: "competition" }, h("h3", {}, name), h("ul", {}, matches.map((match) => h("li", {}, row(match))))),
      ),
    ),
  );
}

/** Continental matches come first, then leagues by their tier, then the rest; the order of the start is kept within. */
function rank({ competition }) {
  const { kind, tier } = details.get(competition.id) ?? {};
  return kind === "continental" ? 0 : (tier ?? 2.5);
}

function grouped(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

function row(match) {
  const names = { home: match.home.name, away: match.away.name };
  const query = write({ home: match.home.id, away: match.away.id, kickoff: match.kickoff ?? `${match.day}T12:00Z` });
  const { prediction, score } = match;
  return h(
    "a",
    { class: "fixture", href: query },
    h("span", { class: "when" }, match.kickoff ? time(match.kickoff, localZone()) : ""),
    h("span", { class: "sides" }, h("span", {}, names.home), h("span", { class: score ? "score" : "score none" }, score ? `${score.home}–${score.away}` : "v"), h("span", {}, names.away)),
    prediction
      ? h(
          "span",
          { class: "odds" },
          smallBar(prediction, names),
          h("span", { class: "figures", "aria-hidden": "true" }, ["home_win", "draw", "away_win"].map((outcome) => h("span", {}, percent(prediction[outcome], 0)))),
        )
      : h("span", { class: "odds hint" }, "Too little known"),
  );
}

function empty(found, from, go) {
  const end = found.data_cut.slice(0, 10);
  return h(
    "div",
    { class: "card empty" },
    h("h2", {}, "No fixtures known here"),
    found.notes.length
      ? found.notes.map((note) => h("p", {}, coded(`${note}.`)))
      : h("p", {}, `The data know none from ${day(from)} to ${day(plusDays(from, 6))}. ${dataAge(found.data_cut)}.`),
    !found.notes.length && h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => go({ from: plusDays(end, -6), competition: "" }) }, "Show the last week of the data")),
    found.notes.length > 0 && h("p", {}, h("a", { href: "?" }, "Any two clubs can be asked about all the same.")),
  );
}
