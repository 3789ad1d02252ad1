// What the service is asked. Every failure is a `Problem` with words for people.

export class Problem extends Error {
  /** @param {{title: string, detail: string, status?: number, errors?: object[]}} document as RFC 9457 has it */
  constructor(document) {
    super(document.detail);
    this.title = document.title;
    this.status = document.status ?? 0;
    this.type = (document.type ?? "").split(":").at(-1);
    this.errors = document.errors ?? [];
  }
}

const AWAY = {
  title: "The service cannot be reached",
  detail: "Is it running, and is this computer connected? Nothing was lost; try again.",
};

async function ask(path, { query = {}, body, signal } = {}) {
  const address = new URL(path, document.baseURI);
  address.hash = "";
  address.search = "";
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") address.searchParams.set(name, value);
  }
  const posted = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(address, { signal, ...(body === undefined ? {} : posted) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(AWAY);
  }
  const told = await response.json().catch(() => null);
  if (response.ok && told !== null) return told;
  throw new Problem(
    told?.detail ? told : { title: "No answer", detail: `The service said ${response.status}.`, status: response.status },
  );
}

export const predict = (body, signal) => ask("v1/predictions", { body, signal });
export const findClubs = (q, signal) => ask("v1/clubs", { query: { q, limit: 8 }, signal });
export const club = (id, query, signal) => ask(`v1/clubs/${encodeURIComponent(id)}`, { query, signal });
export const fixtures = (query, signal) => ask("v1/fixtures", { query, signal });
export const outlook = (id, query, signal) => ask(`v1/competitions/${encodeURIComponent(id)}/outlook`, { query, signal });
export const trackRecord = () => ask("v1/track-record");
export const backtest = () => ask("v1/track-record/backtest");

let listed;
/** All competitions; asked for once. */
export function competitions() {
  listed ??= ask("v1/competitions").catch((error) => {
    listed = undefined;
    throw error;
  });
  return listed;
}

let described;
/** The model that answers; asked for once. */
export function model() {
  described ??= ask("v1/model").catch((error) => {
    described = undefined;
    throw error;
  });
  return described;
}
