// Numbers and moments as people read them.

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** A share as "6.3 %"; what would round to nothing as "<0.1 %". */
export function percent(share, digits = 1) {
  const least = 10 ** -digits;
  const shown = 100 * share;
  if (shown > 0 && shown < least / 2) return `<${least.toFixed(digits)}\u00a0%`;
  return `${shown.toFixed(digits)}\u00a0%`;
}

/** Percentage points with their sign: "+1.3", "−0.4", "0.0". */
export function points(value, digits = 1) {
  const shown = Math.abs(value).toFixed(digits);
  if (Number(shown) === 0) return shown;
  return (value < 0 ? "−" : "+") + shown;
}

export const km = (value) => `${whole.format(value)}\u00a0km`;
export const count = (value) => whole.format(value);
export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** "30 Sep 2025" of a day such as 2025-09-30. */
export const day = (iso) => date(`${iso.slice(0, 10)}T12:00Z`, { day: "numeric", month: "short", year: "numeric" });

/** "Tue 30 Sep 2025" likewise. */
export const longDay = (iso) =>
  date(`${iso.slice(0, 10)}T12:00Z`, { weekday: "short", day: "numeric", month: "short", year: "numeric" });

/** "21:45" of a moment in a time zone. */
export const time = (iso, zone) => date(iso, { hour: "2-digit", minute: "2-digit", hour12: false }, zone);

function date(iso, parts, zone = "UTC") {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...parts }).format(new Date(iso)).replaceAll(",", "");
}

/** The zone of this browser, and moments in it as `datetime-local` has them. */
export const localZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function toLocal(iso) {
  const moment = new Date(iso);
  return new Date(moment.getTime() - 60_000 * moment.getTimezoneOffset()).toISOString().slice(0, 16);
}

export const fromLocal = (text) => new Date(text).toISOString().replace(/:00\.000Z$/, "Z");

export const today = () => new Date().toISOString().slice(0, 10);

/** The day so many days after another. */
export function plusDays(iso, days) {
  const moment = new Date(`${iso}T12:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
}

/** Whole days from one moment or day to another. */
export const daysBetween = (from, to) => Math.floor((new Date(to) - new Date(from)) / 86_400_000);
