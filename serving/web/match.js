// The first view: which match, and the answer to it.

import * as api from "./api.js";
import { announce, coded, h } from "./dom.js";
import { answerView } from "./answer.js";
import { combobox } from "./combobox.js";
import { country } from "./countries.js";
import { fromLocal, localZone, longDay, plusDays, time, toLocal } from "./format.js";
import { EXAMPLE, NO_CHANGES, fixtureOf, write } from "./state.js";

const PAST =
  "It knows its clubs as of the end of its data, and answers what comes after. For any moment in the past it needs the matches: run `awayday sync`, `awayday train` and `awayday promote`.";
const MATCHES = 24;
const NEXT = 4;
const form = document.getElementById("ask");
const suggestions = document.getElementById("suggestions");
const place = document.getElementById("answer");
const fields = Object.fromEntries(["home", "away", "kickoff", "venue"].map((id) => [id, document.getElementById(id)]));

/** Chosen clubs by side: id and the name that the field shows. */
const chosen = { home: null, away: null };
let navigate;
let asking = null;

/** Connect the form; `go(state, {replace})` changes the address and shows what it says. */
export function prepare(go) {
  navigate = go;
  document.getElementById("zone").textContent = `(${localZone()})`;
  for (const side of ["home", "away"]) {
    combobox(fields[side], document.getElementById(`${side}-list`), {
      search: async (text, signal) => (await api.findClubs(text, signal)).clubs,
      describe: (club) => [h("b", {}, club.name), h("small", {}, [club.league?.name, country(club.country)].filter(Boolean).join(" · "))],
      cleared: () => { chosen[side] = null; },
      choose: (club) => {
        chosen[side] = { id: club.id, name: club.name };
        if (side === "home") proposeNext(club);
      },
    });
  }
  document.getElementById("swap").addEventListener("click", () => {
    [chosen.home, chosen.away] = [chosen.away, chosen.home];
    [fields.home.value, fields.away.value] = [fields.away.value, fields.home.value];
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = {
      view: "match",
      home: chosen.home?.id ?? fields.home.value.trim(),
      away: chosen.away?.id ?? fields.away.value.trim(),
      kickoff: fields.kickoff.value && fromLocal(fields.kickoff.value),
      venue: fields.venue.value,
      changes: NO_CHANGES,
    };
    const missing = ["home", "away", "kickoff"].find((name) => !asked[name]);
    if (missing) {
      const words = { home: "Which club is at home?", away: "Which club is away?", kickoff: "When is the kick-off?" };
      complain({ title: words[missing], message: "Fill in the field, and ask again.", errors: [] });
      return fields[missing].focus();
    }
    navigate(asked);
  });
}

/** Show a state: its match, or the example where it names none. */
export async function show(state) {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const wanted = state.home && state.away ? state : await example(state);
  if (signal.aborted || wanted === null) return;
  fields.venue.value = wanted.venue;
  fields.kickoff.value = Number.isNaN(Date.parse(wanted.kickoff)) ? "" : toLocal(wanted.kickoff);
  for (const side of ["home", "away"]) if (chosen[side]?.id !== wanted[side]) fields[side].value = wanted[side];
  place.setAttribute("aria-busy", "true");
  if (!place.hasChildNodes()) place.replaceChildren(loading());
  try {
    const answer = await api.predict({ ...fixtureOf(wanted), explain: true, score_grid: true }, signal);
    const [home, away, played] = await Promise.all([
      page(answer.home.id, answer.as_of, signal),
      page(answer.away.id, answer.as_of, signal),
      result(answer, signal),
    ]);
    if (signal.aborted) return;
    for (const side of ["home", "away"]) {
      chosen[side] = { id: answer[side].id, name: answer[side].name };
      fields[side].value = answer[side].name;
    }
    document.title = `${answer.home.name} v ${answer.away.name} · Awayday`;
    const keep = (changes) => navigate({ ...wanted, changes }, { replace: true, quietly: true });
    place.replaceChildren(...answerView(answer, { home, away }, played, wanted, keep));
    announce(`${answer.home.name} v ${answer.away.name}: the answer is there`);
  } catch (error) {
    if (error.name === "AbortError") return;
    complain(error, wanted);
  } finally {
    if (!signal.aborted) place.removeAttribute("aria-busy");
  }
  suggest(signal);
}

/** A club's page; null where it cannot be had, which costs the answer that part alone. */
async function page(id, asOf, signal) {
  return api.club(id, { as_of: asOf, matches: MATCHES, months: 0 }, signal).catch((error) => {
    if (error.name === "AbortError") throw error;
    return null;
  });
}

/** The match as the data know it by now, if they do. */
async function result(answer, signal) {
  const day = answer.kickoff.slice(0, 10);
  const query = { club: answer.home.id, from: plusDays(day, -1), to: plusDays(day, 1) };
  const { fixtures } = await api.fixtures(query, signal).catch(() => ({ fixtures: [] }));
  return fixtures.find((match) => match.away.id === answer.away.id) ?? null;
}

/** The story that started it; at a later kick-off where the model does not know the past. */
async function example(state) {
  try {
    const { point_in_time: past, data_cut: cut } = await api.model();
    if (past && cut > EXAMPLE.kickoff) return { ...state, ...EXAMPLE };
    const from = [cut.slice(0, 10), new Date().toISOString().slice(0, 10)].sort().at(-1);
    return { ...state, ...EXAMPLE, kickoff: `${plusDays(from, 7)}T16:45Z` };
  } catch (error) {
    complain(error);
    return null;
  }
}

async function suggest(signal) {
  const { fixtures } = await api.fixtures({ limit: NEXT }, signal).catch(() => ({ fixtures: [] }));
  if (signal.aborted) return;
  const links = fixtures.map((match) => link(match));
  if (chosen.home?.id !== EXAMPLE.home || chosen.away?.id !== EXAMPLE.away) {
    links.push(h("a", { class: "chip", href: "?" }, "Kairat v Real Madrid, the first example"));
  }
  suggestions.replaceChildren(...(links.length ? [h("span", { class: "hint" }, fixtures.length ? "Next:" : "Try:"), ...links] : []));
}

const stateOf = (match) => ({
  view: "match",
  home: match.home.id,
  away: match.away.id,
  kickoff: match.kickoff ?? `${match.day}T12:00Z`,
  changes: NO_CHANGES,
});

const link = (match) =>
  h("a", { class: "chip", href: write(stateOf(match)) }, `${match.home.name} v ${match.away.name}`, h("small", {}, ` ${longDay(match.day)}${match.kickoff ? ` ${time(match.kickoff, localZone())}` : ""}`));

/** The home club's next matches as defaults: one press fills in the rest. */
async function proposeNext(club) {
  const found = await api.club(club.id, { matches: 3, months: 0 }).catch(() => null);
  const next = (found?.next_matches ?? []).filter((match) => match.home.id === club.id);
  if (next.length === 0 || chosen.home?.id !== club.id) return;
  const [first] = next;
  if (!fields.away.value) {
    chosen.away = { id: first.away.id, name: first.away.name };
    fields.away.value = first.away.name;
    fields.kickoff.value = toLocal(first.kickoff ?? `${first.day}T12:00Z`);
  }
  suggestions.replaceChildren(h("span", { class: "hint" }, `Next at ${club.name}:`), ...next.map((match) => link(match)));
}

function loading() {
  return h("div", { class: "loading" }, h("p", {}, "Reckoning…"), h("div", { class: "bar empty" }));
}

function complain(error, wanted = null) {
  const candidates = (error.errors ?? []).flatMap((one) => (one.candidates ?? []).map((club) => ({ club, field: one.field })));
  const before = error.type === "before-data-cut";
  const unclear = candidates.length > 0 && `More than one club, or none, goes by “${error.errors[0].value}”. Did you mean one of these?`;
  place.replaceChildren(
    h(
      "div",
      { class: "card problem", role: "alert" },
      h("h2", {}, before ? "The embedded model does not know the past" : unclear ? `Which ${candidates[0].field} club?` : error.title),
      h("p", {}, before ? coded(PAST) : unclear || coded(error.message)),
      unclear && wanted &&
        h(
          "ul",
          { class: "chips" },
          candidates.map(({ club, field }) =>
            h("li", {}, h("a", { class: "chip", href: write({ ...wanted, [field]: club.id }) }, club.name, h("small", {}, ` ${country(club.country)}`))),
          ),
        ),
      before && wanted && h("p", {}, h("a", { class: "chip", href: write({ ...wanted, kickoff: `${plusDays(new Date().toISOString().slice(0, 10), 7)}T16:45Z`, asOf: "" }) }, "Ask for next week instead")),
      error.status === 0 && wanted && h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => show(wanted) }, "Try again")),
    ),
  );
}
