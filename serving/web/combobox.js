// A text field that suggests clubs while one types: the combobox pattern of the ARIA authoring practices, list popup.

import { announce, h, paused } from "./dom.js";

/**
 * @param {HTMLInputElement} input with `role=combobox`
 * @param {HTMLElement} list its `listbox`
 * @param {{search: (text: string, signal: AbortSignal) => Promise<object[]>, describe: (option: object) => Node[],
 *   choose: (option: object) => void, cleared: () => void}} behaviour
 */
export function combobox(input, list, { search, describe, choose, cleared }) {
  let options = [];
  let active = -1;
  let asking = null;

  function close() {
    asking?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = index;
    for (const [i, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(i === index));
    const marked = list.children[index];
    if (!marked) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", marked.id);
    marked.scrollIntoView({ block: "nearest" });
  }

  function take(index) {
    const option = options[index];
    if (!option) return;
    close();
    input.value = option.name;
    choose(option);
  }

  function show(found) {
    options = found;
    list.replaceChildren(
      ...found.map((option, i) =>
        h(
          "li",
          { id: `${list.id}-${i}`, role: "option", "aria-selected": "false", onpointerdown: (event) => event.preventDefault(), onclick: () => take(i) },
          ...describe(option),
        ),
      ),
    );
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    mark(-1);
    announce(found.length ? `${found.length} clubs; arrow keys choose` : "No club of this name");
  }

  const suggest = paused(120, async () => {
    asking?.abort();
    const text = input.value.trim();
    if (!text || document.activeElement !== input) return close();
    asking = new AbortController();
    const mine = asking;
    try {
      const found = await search(text, mine.signal);
      if (asking === mine && document.activeElement === input) show(found);
    } catch (error) {
      if (error.name === "AbortError") return;
      close();
      announce(error.message);
    }
  });

  input.addEventListener("input", () => {
    cleared();
    suggest();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const last = options.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return suggest();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(active < 0 ? (step > 0 ? 0 : last) : (active + step + options.length) % options.length);
    } else if (list.hidden) {
      // An open list alone has use for the other keys.
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      take(active);
    } else if (event.key === "Tab" && active >= 0) {
      take(active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
}
