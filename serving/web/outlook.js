// How a season may end: each club's chances, from many simulated seasons, as a table with heat colours.

import * as api from "./api.js";
import { announce, coded, h, renew } from "./dom.js";
import { count, day, plural, time } from "./format.js";
import { modelName } from "./provenance.js";
import { kept } from "./seasonrecord.js";
import { seasonTable } from "./seasontable.js";
import { NO_CHANGES } from "./state.js";

const FIRST = "champions-league";
const section = document.getElementById("outlook");
let asking = null;

/** Show the season of a state; where it names none, the newest of the first competition that has one. */
export async function show(state, navigate) {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  document.title = "Season · Awayday";
  const go = (change) => navigate({ view: "outlook", competition: state.competition, season: state.season, asOf: state.asOf, changes: NO_CHANGES, ...change });
  const place = h("div", { class: "season", "aria-busy": "true" }, loading());
  const select = h("select", { id: "season-competition", onchange: () => go({ competition: select.value, season: "", asOf: "" }) });
  const years = h("select", { id: "season-year", onchange: () => go({ season: years.value, asOf: "" }) });
  const asOf = h("input", { id: "season-day", type: "date", value: state.asOf.slice(0, 10), onchange: () => go({ asOf: asOf.value && `${asOf.value}T00:00Z` }) });
  const fields = h(
    "div",
    { class: "seasons" },
    field("season-competition", "Competition", select),
    field("season-year", "Season", years),
    field("season-day", "As known on", asOf, " (now, if empty)"),
  );
  renew(section, h("h1", { id: "outlook-title" }, "How may the season end?"), fields, place);
  try {
    const { competitions, notes } = await api.competitions();
    if (signal.aborted) return;
    const known = competitions.filter((one) => one.outlook_seasons.length);
    if (known.length === 0) {
      fields.hidden = true;
      return place.replaceChildren(none("No season is known here", ["A season’s outlook needs its fixtures, and the model that comes with Awayday knows none.", ...notes.map((note) => `${note}.`)]));
    }
    const chosen = state.competition ? known.find((one) => one.id === state.competition) : (known.find((one) => one.id === FIRST) ?? known[0]);
    const seasons = [...(chosen?.outlook_seasons ?? [])].reverse();
    fill(select, known.map((one) => [one.id, one.name]), chosen?.id ?? "");
    fill(years, seasons.map((season) => [season, season]), state.season || seasons[0]);
    if (!chosen) {
      const name = competitions.find((one) => one.id === state.competition)?.name ?? `“${state.competition}”`;
      return place.replaceChildren(none(`No season of ${name} is known here`, ["Its rules, or its fixtures, are not in the data. Those of the list above are."]));
    }
    const found = await api.outlook(chosen.id, { season: state.season, as_of: state.asOf }, signal);
    document.title = `${found.competition.name} ${found.season} · Awayday`;
    place.replaceChildren(...told(found));
    announce(`${found.competition.name} ${found.season}: the chances of ${found.clubs.length} clubs are there`);
  } catch (error) {
    if (error.name === "AbortError") return;
    place.replaceChildren(h("div", { class: "card problem", role: "alert" }, h("h2", {}, error.title), h("p", {}, coded(error.message)), error.status === 0 && h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => show(state, navigate) }, "Try again"))));
  } finally {
    place.removeAttribute("aria-busy");
  }
}

const field = (id, label, control, hint) => h("div", { class: "field" }, h("label", { for: id }, label, hint && h("span", { class: "hint" }, hint)), control);

function fill(select, options, value) {
  select.replaceChildren(...options.map(([id, name]) => h("option", { value: id }, name)));
  select.value = value;
}

function told(found) {
  const { competition, season, matches_left: left, matches_overdue: overdue } = found;
  const facts = [
    `As known on ${day(found.as_of)}, ${time(found.as_of)} UTC`,
    left === 0 ? "all matches played" : `${plural(left, "match", "matches")} left${overdue > 0 ? `, ${overdue === left ? "all" : count(overdue)} of them overdue, without a known result: simulated as well` : ""}`,
    `${count(found.seasons)} simulated seasons, chances ± ${(100 * found.standard_error).toFixed(1)} points at most`,
  ];
  return [
    h("div", { class: "headline" }, h("h2", {}, competition.name, ` ${season}`), h("p", { class: "meta" }, facts.filter(Boolean).join(" · "))),
    seasonTable(found),
    h(
      "details",
      {},
      h("summary", {}, "How this is reckoned"),
      h("p", {}, "The model plays every match left many times over; clubs’ strengths are drawn anew for each season within what is known of them. Goals decide, and then the rules of the competition."),
      h("p", {}, `Level on points: ${found.tie_breakers.map(worded).join(", ")}; then lots (${found.rules}).`),
      found.drawn_rounds.length > 0 && h("p", {}, `Drawn already: ${found.drawn_rounds.map(worded).join(", ")}.`),
      h("p", {}, `By ${modelName(found.model)}; data to ${day(found.data_cut)}.`),
    ),
    kept(),
  ];
}

const worded = (name) => name.replaceAll("-", " ");

const loading = () => h("div", { class: "loading" }, h("p", {}, "Playing the season ten thousand times…"), h("div", { class: "bar empty" }));

/** What there is to say where no season can be shown. */
const none = (title, paragraphs) =>
  h(
    "div",
    { class: "card empty" },
    h("h2", {}, title),
    paragraphs.map((text) => h("p", {}, coded(text))),
    h("p", {}, h("a", { href: "?" }, "Any two clubs can be asked about all the same.")),
  );
