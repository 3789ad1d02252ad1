// From the baseline to the answer: what each family of features adds, in percentage points.

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

/** What drives the answer; for the outcome that has moved most from the baseline, or another. */
export function reasonsCard(answer) {
  const { explanation, probabilities } = answer;
  const title = { home: `${answer.home.name} win`, draw: "Draw", away: `${answer.away.name} win` };
  const moved = ([outcome]) => Math.abs(probabilities[outcome] - explanation.baseline[outcome]);
  const first = [...OUTCOMES].sort((a, b) => moved(b) - moved(a))[0][0];
  const chart = h("div", { class: "falls" });
  const draw = (outcome, kind) => chart.replaceChildren(waterfall(answer, outcome, kind));
  const choice = h(
    "fieldset",
    { class: "choice" },
    h("legend", { class: "unseen" }, "Outcome to explain"),
    OUTCOMES.map(([outcome, kind]) =>
      h(
        "label",
        { class: kind },
        h("input", { type: "radio", name: "outcome", value: outcome, checked: outcome === first, onchange: () => draw(outcome, kind) }),
        h("span", {}, title[kind]),
      ),
    ),
  );
  draw(first, OUTCOMES.find(([outcome]) => outcome === first)[1]);
  const sentences = explanation.parts.filter((part) => part.sentence);
  return card(
    "What drives it",
    "reasons",
    choice,
    chart,
    h("ul", { class: "sentences" }, sentences.map((part) => h("li", {}, part.sentence))),
    h(
      "details",
      {},
      h("summary", {}, "How this is reckoned"),
      h("p", {}, `The baseline: ${explanation.baseline_is}.`),
      h("p", {}, `${explanation.method}.`),
    ),
  );
}

function waterfall({ explanation, probabilities }, outcome, kind) {
  const start = 100 * explanation.baseline[outcome];
  const end = 100 * probabilities[outcome];
  const shown = explanation.parts.filter((part) => Math.abs(part[outcome]) >= LEAST);
  const few = explanation.parts.filter((part) => Math.abs(part[outcome]) < LEAST).reduce((sum, part) => sum + part[outcome], 0);
  const steps = shown.map((part) => ({ label: FAMILIES[part.family] ?? part.family, by: part[outcome] }));
  if (Math.abs(few) >= LEAST) steps.push({ label: "All else", by: few });
  const totals = [start];
  for (const step of steps) totals.push(totals.at(-1) + step.by);
  const low = Math.min(0, ...totals);
  const span = Math.max(...totals, end) - low || 1;
  const at = (value) => `${((100 * (value - low)) / span).toFixed(2)}%`;
  const width = (a, b) => `${Math.max((100 * Math.abs(b - a)) / span, 0.6).toFixed(2)}%`;
  const row = (label, value, classes, from, to, link) =>
    h(
      "tr",
      { class: classes },
      h("th", { scope: "row" }, label),
      h(
        "td",
        { class: "chart" },
        s(
          "svg",
          { "aria-hidden": "true", width: "100%", height: 26 },
          s("rect", { x: at(Math.min(from, to)), y: 4, width: width(from, to), height: 18, rx: 2 }),
          link !== undefined && s("line", { class: "link", x1: at(link), x2: at(link), y1: 22, y2: 26 }),
        ),
      ),
      h("td", { class: "number" }, value),
    );
  return h(
    "table",
    { class: `waterfall ${kind}` },
    h("caption", { class: "unseen" }, "From the baseline to the answer, in percentage points"),
    h(
      "tbody",
      {},
      row("Baseline", percent(start / 100), "end", 0, start, start),
      steps.map((step, i) => row(step.label, points(step.by), step.by < 0 ? "down" : "up", totals[i], totals[i + 1], totals[i + 1])),
      row("Answer", percent(end / 100), "end answer", 0, end),
    ),
  );
}
