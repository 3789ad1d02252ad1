// The whole state of the page, as its address has it: any address can be shared, and says the same to whoever opens it.

const SIDES = ["home", "away"];
export const NO_CHANGES = Object.freeze({
  rest: Object.freeze({}),
  travel: Object.freeze({}),
  ground: "",
  back: Object.freeze({ home: Object.freeze([]), away: Object.freeze([]) }),
  out: Object.freeze({ home: 0, away: 0 }),
});

export const EXAMPLE = { home: "kaz-kairat", away: "esp-real-madrid", kickoff: "2025-09-30T16:45Z" };

const number = (text) => (text === null || text === "" || !Number.isFinite(Number(text)) ? undefined : Number(text));

/** The state of an address's query. */
export function read(search) {
  const given = new URLSearchParams(search);
  const text = (name) => given.get(name) ?? "";
  const view = ["fixtures", "outlook", "record"].includes(text("view")) ? text("view") : "match";
  const sides = (name) => Object.fromEntries(SIDES.map((side) => [side, number(given.get(`${name}_${side}`))]));
  return {
    view,
    home: text("home"),
    away: text("away"),
    kickoff: text("kickoff"),
    venue: ["home", "neutral"].includes(text("venue")) ? text("venue") : "",
    competition: text("competition"),
    season: text("season"),
    asOf: text("as_of"),
    from: text("from"),
    changes: {
      rest: sides("rest"),
      travel: sides("travel"),
      ground: ["home", "neutral", "away"].includes(text("ground")) ? text("ground") : "",
      back: Object.fromEntries(SIDES.map((side) => [side, given.getAll(`back_${side}`)])),
      out: Object.fromEntries(SIDES.map((side) => [side, number(given.get(`out_${side}`)) ?? 0])),
    },
  };
}

/** The query of a state; what is as usual is left out. */
export function write(state) {
  const given = new URLSearchParams();
  const put = (name, value) => {
    if (value !== undefined && value !== "" && value !== null) given.append(name, value);
  };
  if (state.view && state.view !== "match") put("view", state.view);
  for (const name of ["home", "away", "kickoff", "venue", "competition", "season", "from"]) put(name, state[name]);
  put("as_of", state.asOf);
  const changes = state.changes ?? NO_CHANGES;
  put("ground", changes.ground);
  for (const side of SIDES) {
    put(`rest_${side}`, changes.rest[side]);
    put(`travel_${side}`, changes.travel[side]);
    for (const player of changes.back[side]) put(`back_${side}`, player);
    put(`out_${side}`, changes.out[side] || undefined);
  }
  // Colons and spaces in this part of an address need no escape, and are nicer to read without.
  return `?${given.toString().replaceAll("%3A", ":")}`;
}

/** The fixture that a state asks about, as the service takes it. */
export function fixtureOf(state) {
  const asked = { home: state.home, away: state.away, kickoff: state.kickoff };
  if (state.competition) asked.competition = state.competition;
  if (state.venue) asked.neutral = state.venue === "neutral";
  if (state.asOf) asked.as_of = state.asOf;
  return asked;
}

/**
 * What the model was given of each side, with the changes of a what-if (null for none).
 * @returns {{now: Function, before: Function}} both take side, family and name; `before` is what a change replaced,
 *   undefined where nothing was changed
 */
export function asChanged(answer, found) {
  const changed = new Map(found?.features.map(({ feature, before, after }) => [feature, { before, after }]));
  const now = (side, family, name) => {
    const change = changed.get(`${side}_${name}`);
    return change ? change.after : answer.features[side][family][name];
  };
  return { now, before: (side, family, name) => changed.get(`${side}_${name}`)?.before };
}

/** The scenario of changes, as the service takes it; null if there are none. */
export function scenarioOf(changes, away) {
  const scenario = {};
  const some = (sides) => Object.fromEntries(SIDES.filter((s) => sides[s] !== undefined).map((s) => [s, sides[s]]));
  const rest = some(changes.rest);
  const travel = changes.ground === "away" ? {} : some(changes.travel);
  if (Object.keys(rest).length) scenario.rest_days = rest;
  if (Object.keys(travel).length) scenario.travel_km = travel;
  if (changes.ground === "away") scenario.venue = { club: away };
  else if (changes.ground) scenario.neutral = changes.ground === "neutral";
  const absences = {};
  for (const side of SIDES) {
    const out = Array.from({ length: changes.out[side] }, () => ({ minutes_share: 0.9, key_player: true }));
    const back = changes.back[side].map((player) => ({ player }));
    if (out.length || back.length) absences[side] = { ...(out.length && { out }), ...(back.length && { back }) };
  }
  if (Object.keys(absences).length) scenario.absences = absences;
  return Object.keys(scenario).length ? scenario : null;
}
