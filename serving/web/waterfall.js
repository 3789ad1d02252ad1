// From the baseline to the answer: what each family of features adds, in percentage points; a what-if moves it.

import { OUTCOMES } from "./bar.js";
import { card, h, s } from "./dom.js";
import { percent, points } from "./format.js";

const FAMILIES = {
  home_advantage: "Home advantage",
  strength: "Strength",
  shots: "Earlier shots",
  odds: "Earlier odds",
  form: "Form",
  rest: "Rest",
  travel: "Travel",
  injuries: "Absences",
  context: "Kind of match",
  calibration: "Calibration",
};
const LEAST = 0.05;
/** What a sentence says is known, without what that gives or costs. */
const known = (sentence) => sentence?.slice(0, sentence.lastIndexOf(":"));
const NARROWEST = 0.6;

/**
 * What drives the answer; for the outcome that has moved most from the baseline, or another.
 * @returns {{element: Element, show: (found: object|null) => void}} `show` takes a what-if, or null for none
 */
export function reasonsCard(answer) {
  const asItIs = { chances: answer.probabilities, explanation: answer.explanation };
  const title = { home: `${answer.home.name} win`, draw: "Draw", away: `${answer.away.name} win` };
  const moved = ([outcome]) => Math.abs(answer.probabilities[outcome] - answer.explanation.baseline[outcome]);
  let [chosen] = [...OUTCOMES].sort((a, b) => moved(b) - moved(a));
  let [now, before] = [asItIs, null];
  const chart = waterfall(answer.explanation.parts.map((part) => part.family));
  const sentences = h("ul", { class: "sentences" });
  const draw = () => chart.draw(chosen, now, before);
  const choice = h(
    "fieldset",
    { class: "choice" },
    h("legend", { class: "unseen" }, "Outcome to explain"),
    OUTCOMES.map((one) =>
      h(
        "label",
        { class: one[1] },
        h("input", { type: "radio", name: "outcome", value: one[0], checked: one === chosen, onchange: () => { chosen = one; draw(); } }),
        h("span", {}, title[one[1]]),
      ),
    ),
  );

  function show(found) {
    now = found ? { chances: found.changed, explanation: found.changed.explanation } : asItIs;
    before = found ? { chances: found.baseline, explanation: found.baseline.explanation } : null;
    const told = new Set(before?.explanation.parts.map((part) => known(part.sentence)));
    const said = now.explanation.parts.map((part) => part.sentence).filter(Boolean);
    sentences.replaceChildren(...said.map((sentence) => h("li", { class: before && !told.has(known(sentence)) && "new" }, sentence)));
    draw();
  }

  show(null);
  const element = card(
    "What drives it",
    "reasons",
    choice,
    chart.element,
    sentences,
    h(
      "details",
      {},
      h("summary", {}, "How this is reckoned"),
      h("p", {}, `The baseline: ${answer.explanation.baseline_is}.`),
      h("p", {}, `${answer.explanation.method}.`),
    ),
  );
  return { element, show };
}

/** The chart: a row a family, of which those that do little are one. Its elements stay, so that they move. */
function waterfall(families) {
  const rows = ["baseline", ...families, "else", "answer"].map((name) => ({ name, ...row(FAMILIES[name] ?? TITLES[name] ?? name) }));
  const element = h("table", { class: "waterfall" }, h("caption", { class: "unseen" }, "From the baseline to the answer, in percentage points"), h("tbody", {}, rows.map((one) => one.element)));

  function draw([outcome, kind], now, before) {
    const small = new Set(families.filter((family) => [now, before].every((of) => !of || Math.abs(part(of, family, outcome)) < LEAST)));
    const steps = stepsOf(now, outcome, small);
    const earlier = before && stepsOf(before, outcome, small);
    const ends = [...steps.values(), ...(earlier?.values() ?? [])].flatMap(({ from, to }) => [from, to]);
    const low = Math.min(0, ...ends);
    const span = Math.max(...ends) - low || 1;
    const at = (value) => (100 * (value - low)) / span;
    element.className = `waterfall ${kind}${before ? " compared" : ""}`;
    for (const one of rows) {
      const step = steps.get(one.name);
      const was = earlier?.get(one.name);
      const nothing = [step, was].every((of) => !of || Math.abs(of.by) < LEAST);
      one.element.hidden = small.has(one.name) || (one.name === "else" && nothing);
      if (one.element.hidden) continue;
      place(one.bar, step, at);
      if (was) place(one.ghost, was, at);
      one.ghost.toggleAttribute("hidden", !was);
      one.link.style.transform = `translateX(${at(step.to)}%)`;
      const end = one.name === "baseline" || one.name === "answer";
      one.element.className = end ? `end ${one.name}` : step.by < 0 ? "down" : "up";
      one.number.textContent = end ? percent(step.by / 100) : points(step.by);
      const by = was ? step.by - was.by : 0;
      one.change.textContent = Math.abs(by) < LEAST ? "" : points(by);
    }
  }

  return { element, draw };
}

const TITLES = { baseline: "Baseline", else: "All else", answer: "Answer" };
const part = ({ explanation }, family, outcome) => explanation.parts.find((one) => one.family === family)?.[outcome] ?? 0;

/** By row: what it adds, and from where to where; percentage points. */
function stepsOf(told, outcome, small) {
  const start = 100 * told.explanation.baseline[outcome];
  const found = new Map([["baseline", { by: start, from: 0, to: start }]]);
  let [total, rest] = [start, 0];
  for (const { family, [outcome]: by } of told.explanation.parts) {
    if (small.has(family)) rest += by;
    else {
      found.set(family, { by, from: total, to: total + by });
      total += by;
    }
  }
  found.set("else", { by: rest, from: total, to: total + rest });
  const end = 100 * told.chances[outcome];
  return found.set("answer", { by: end, from: 0, to: end });
}

function place(rect, { from, to }, at) {
  rect.style.setProperty("x", `${at(Math.min(from, to)).toFixed(2)}%`);
  rect.style.setProperty("width", `${Math.max(Math.abs(at(to) - at(from)), NARROWEST).toFixed(2)}%`);
}

function row(label) {
  const ghost = s("rect", { class: "ghost", y: 1.5, height: 23, rx: 3 });
  const bar = s("rect", { y: 4, height: 18, rx: 2 });
  const link = s("g", { class: "link" }, s("line", { x1: 0, x2: 0, y1: 22, y2: 26 }));
  const number = h("td", { class: "number" });
  const change = h("td", { class: "by" });
  const svg = s("svg", { "aria-hidden": "true", width: "100%", height: 26 }, bar, ghost, link);
  return { element: h("tr", {}, h("th", { scope: "row" }, label), h("td", { class: "chart" }, svg), number, change), bar, ghost, link, number, change };
}
