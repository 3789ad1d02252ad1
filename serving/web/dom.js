// Elements from plain calls. Text is always text: nothing here parses markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "style") for (const [property, set] of Object.entries(value)) element.style.setProperty(property, set);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An HTML element: `h("p", {class: "hint"}, "text")`. */
export const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

/** An SVG element, likewise. */
export const s = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** A titled part of the answer. */
export function card(title, kind, ...children) {
  const id = `title-${kind}`;
  return h("section", { class: `card ${kind}`, "aria-labelledby": id }, h("h3", { id }, title), ...children);
}

/** Tell those who do not see the page what changed. */
export function announce(text) {
  document.getElementById("status").textContent = text;
}

/** A function that runs `work` once calls have paused for so many milliseconds. */
export function paused(milliseconds, work) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds, ...given);
  };
}

/** A function that runs `work` at once, or where it is running still, once more when it has ended: the newest call. */
export function latest(apart, work) {
  let [running, wanted] = [false, false];
  return async function run() {
    if (running) {
      wanted = true;
      return;
    }
    running = true;
    do {
      wanted = false;
      await work();
      await new Promise((done) => setTimeout(done, apart));
    } while (wanted);
    running = false;
  };
}

/** Text in which what stands between backticks is code. */
export const coded = (text) => text.split("`").map((piece, i) => (i % 2 ? h("code", {}, piece) : piece));

/** Put new children into an element; the control that has the focus has it again, found by its id. */
export function renew(element, ...children) {
  const id = element.contains(document.activeElement) ? document.activeElement.id : "";
  element.replaceChildren(...children);
  if (id) document.getElementById(id)?.focus({ preventScroll: true });
}
