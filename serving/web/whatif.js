// What if: controls that change the fixture, and what comes of it, told to all parts of the answer.

import { predict } from "./api.js";
import { outcomeBar } from "./bar.js";
import { announce, h, latest, paused } from "./dom.js";
import { km, percent, plural } from "./format.js";
import { NO_CHANGES, asChanged, fixtureOf, scenarioOf } from "./state.js";

const MOST_REST = 14;
const MOST_OUT = 3;
const STEP_KM = 50;
const APART_MS = 60;
const ADDRESS_MS = 150;
const SAID_MS = 400;

/**
 * @param {object} answer the prediction as things are
 * @param {object} clubs both clubs' pages, or null each
 * @param {object} state of the page; its `changes` are where the controls start
 * @param {{changed: (changes: object) => void, show: (found: object|null, changes: object) => void}} told what to do
 *   with new changes, and with what comes of them: the answer's `what_if`, null without changes
 */
export function whatIf(answer, clubs, state, { changed, show }) {
  let changes = structuredClone({ ...NO_CHANGES, ...state.changes });
  const names = { home: answer.home.name, away: answer.away.name };
  const bar = outcomeBar(names, answer.probabilities);
  const notes = h("div", { class: "notes" });
  const refreshers = [];
  let told = asChanged(answer, null);
  const say = paused(SAID_MS, announce);

  // At once, and while a slider is drawn as often as answers come: one question at a time, the newest next.
  const ask = latest(APART_MS, async () => {
    const asked = changes;
    const scenario = scenarioOf(asked, answer.away.id);
    if (scenario === null) return present(null, asked);
    try {
      const { what_if: found } = await predict({ ...fixtureOf(state), scenario, explain: true, score_grid: true });
      if (panel.isConnected) present(found, asked);
    } catch (error) {
      notes.replaceChildren(h("p", { class: "bad", role: "alert" }, error.message));
    }
  });
  // Browsers allow an address few changes a second.
  const share = paused(ADDRESS_MS, () => panel.isConnected && changed(changes));

  function present(found, asked) {
    const now = found?.changed ?? answer.probabilities;
    bar.show(now, found?.baseline ?? null);
    show(found, asked);
    told = asChanged(answer, found);
    refreshers.forEach((refresh) => refresh());
    notes.replaceChildren(...(found?.notes ?? []).map((note) => h("p", { class: "hint" }, note)));
    say(`${found ? "With your changes" : "As it is"}: ${names.home} ${percent(now.home_win)}, draw ${percent(now.draw)}, ${names.away} ${percent(now.away_win)}`);
  }

  function change(update) {
    changes = { ...changes };
    update();
    refreshers.forEach((refresh) => refresh());
    share();
    ask();
  }

  function slider(title, side, kind, { actual, least, most, step, worded }) {
    const id = `if-${kind}-${side}`;
    // Another ground is another journey.
    const elsewhere = () => kind === "travel" && changes.ground !== "";
    const shown = h("output", { for: id });
    const input = h("input", {
      id,
      type: "range",
      min: least,
      max: most,
      step,
      oninput: () => change(() => {
        const value = Number(input.value);
        changes[kind] = { ...changes[kind], [side]: value === rounded && !elsewhere() ? undefined : value };
      }),
    });
    const rounded = actual === null ? null : Math.min(Math.max(Math.round(actual / step) * step, least), most);
    const refresh = () => {
      const fixed = elsewhere() && changes.ground === "away";
      const set = fixed ? undefined : changes[kind][side];
      const asItIs = set === undefined && !elsewhere();
      const value = asItIs ? actual : (set ?? told.now(side, "travel", "travel_km"));
      input.value = (asItIs ? rounded : value) ?? least;
      input.disabled = fixed;
      const text = value === null ? "unknown" : asItIs ? `${worded(value)}, as it is` : worded(value);
      shown.textContent = text;
      input.setAttribute("aria-valuetext", text);
      shown.classList.toggle("set", !asItIs);
    };
    refreshers.push(refresh);
    return h("div", { class: "slide" }, h("label", { for: id }, title), shown, input);
  }

  function sideControls(side) {
    const { rest, travel } = answer.features[side];
    const known = (clubs[side]?.absences ?? []).filter((one) => one.status !== "available");
    return h(
      "fieldset",
      { class: `side ${side}` },
      h("legend", {}, names[side]),
      slider("Rest", side, "rest", { actual: rest.rest_days, least: 1, most: MOST_REST, step: 1, worded: (days) => (days > MOST_REST ? `over ${MOST_REST} days` : plural(Math.round(days), "day")) }),
      slider("Journey", side, "travel", { actual: travel.travel_km, least: 0, most: Math.max(8000, Math.ceil((travel.travel_km ?? 0) / 1000) * 1000 + 2000), step: STEP_KM, worded: km }),
      known.map((one) => toggle(side, one.player, one.status)),
      stepper(side),
    );
  }

  function toggle(side, player, status) {
    const input = h("input", {
      type: "checkbox",
      role: "switch",
      onchange: () => change(() => {
        const others = changes.back[side].filter((name) => name !== player);
        changes.back = { ...changes.back, [side]: input.checked ? others : [...others, player] };
      }),
    });
    refreshers.push(() => {
      input.checked = !changes.back[side].includes(player);
    });
    return h("label", { class: "toggle" }, input, h("span", {}, `${player} ${status}`));
  }

  function stepper(side) {
    const shown = h("output", {});
    const set = (by) => change(() => {
      changes.out = { ...changes.out, [side]: Math.min(Math.max(changes.out[side] + by, 0), MOST_OUT) };
    });
    const fewer = h("button", { type: "button", class: "quiet", "aria-label": `${names[side]}: one key player fewer out`, onclick: () => set(-1) }, "−");
    const more = h("button", { type: "button", class: "quiet", "aria-label": `${names[side]}: one key player more out`, onclick: () => set(1) }, "+");
    refreshers.push(() => {
      shown.textContent = changes.out[side];
      fewer.disabled = changes.out[side] === 0;
      more.disabled = changes.out[side] === MOST_OUT;
    });
    return h("div", { class: "stepper" }, h("span", {}, "Key players out besides"), h("span", { class: "steps" }, fewer, shown, more));
  }

  function venue() {
    const choices = [
      ["", answer.neutral ? "As it is: neutral" : `As it is: ${names.home}`],
      answer.neutral ? ["home", `At ${names.home}`] : ["neutral", "Neutral ground"],
      ["away", `At ${names.away}`],
    ];
    const select = h(
      "select",
      { id: "if-ground", onchange: () => change(() => { changes.ground = select.value; }) },
      choices.map(([value, text]) => h("option", { value }, text)),
    );
    refreshers.push(() => { select.value = changes.ground; });
    return h("div", { class: "field" }, h("label", { for: "if-ground" }, "Ground"), select);
  }

  const reset = h("button", { type: "button", class: "quiet reset", onclick: () => change(() => { changes = structuredClone(NO_CHANGES); }) }, "Back to the match as it is");
  refreshers.push(() => { reset.disabled = scenarioOf(changes, answer.away.id) === null; });
  const body = h("div", { class: "body" }, bar.element, venue(), sideControls("home"), sideControls("away"), reset, notes);
  // Beside the answer there is room; below the chances of a small screen it opens when asked for.
  const open = matchMedia("(min-width: 68rem)").matches || scenarioOf(changes, answer.away.id) !== null;
  const panel = h(
    "details",
    { class: "card whatif", open },
    h("summary", {}, h("h3", { id: "title-whatif" }, "What if?"), h("span", { class: "hint" }, "rest · travel · players")),
    body,
  );
  refreshers.forEach((refresh) => refresh());
  if (scenarioOf(changes, answer.away.id) !== null) ask();
  return panel;
}
