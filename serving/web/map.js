// The journey on a small map: the great circle between the clubs' homes, on an outline of the land.

import { card, h, s } from "./dom.js";
import { km } from "./format.js";
import { asChanged } from "./state.js";

/** The map's measures, in units that are near to pixels: text keeps its size on small screens. */
const measures = () => (matchMedia("(min-width: 40rem)").matches ? [440, 250] : [310, 200]);
const LEAST_DEGREES = 14;
const RADIAN = Math.PI / 180;

let outline;
const land = () => (outline ??= fetch(new URL("land.json", import.meta.url)).then((answer) => answer.json()));

/**
 * The part of the answer about the journey; a what-if changes its length, or where it goes.
 * @returns {{element: Element, show: (found: object|null, changes: object) => void}}
 */
export function journeyCard(answer, clubs) {
  const facts = h("div", {});
  const ground = h("div", {});
  const element = card("Journey", "journey", facts, ground);
  const grounds = { home: at(answer, clubs, "away"), away: at(answer, clubs, "home"), neutral: [h("p", { class: "hint" }, "Neutral ground; the place is not known.")] };
  const asItIs = answer.neutral ? "neutral" : "home";
  let shown;

  function show(found, changes) {
    const where = (found && changes.ground) || asItIs;
    const told = ["away", "home"].map((side) => journey(answer, side, where, asChanged(answer, found))).filter(Boolean);
    const moved = found?.features.some(({ feature }) => feature.endsWith("_travel_km")) && where === asItIs;
    facts.replaceChildren(...told, ...(moved && where === "home" ? [h("p", { class: "hint" }, "The map has the journey as it is.")] : []));
    // The map stays while sliders move.
    if (where !== shown) ground.replaceChildren(...grounds[where]);
    shown = where;
  }

  show(null, null);
  return { element, show };
}

/** The map of one side's journey to the other's ground. */
function at(answer, clubs, side) {
  const other = side === "home" ? "away" : "home";
  const [from, to] = [place(clubs[side]), place(clubs[other])];
  if (!from || !to) return [h("p", { class: "hint" }, `Where ${answer[from ? other : side].name} are at home is not known.`)];
  return [drawn({ ...from, side }, { ...to, side: other })];
}

/** What is told of a side's journey; nothing of a home side that stays at home. */
function journey(answer, side, where, { now, before }) {
  const length = now(side, "travel", "travel_km");
  if (side === "home" && where === "home" && !length) return null;
  const was = before(side, "travel", "travel_km");
  const climb = now(side, "travel", "climb_m");
  const told = [
    length === null ? "length unknown" : `${km(length)} one way`,
    was === undefined ? null : was === null ? "unknown as it is" : `${km(was)} as it is`,
    zones(now(side, "travel", "time_zone_shift_hours")),
    climb && Math.abs(climb) >= 100 ? `${Math.round(climb)} m ${climb > 0 ? "up" : "down"}` : null,
  ].filter(Boolean);
  return h("p", {}, h("b", {}, answer[side].name), ` ${told.join(" · ")}`);
}

const zones = (hours) => (hours === null || hours === undefined || hours === 0 ? null : `clocks ${hours > 0 ? "+" : "−"}${Math.abs(hours)} h`);

const place = (page) => (page?.latitude == null || page?.longitude == null ? null : page);

/** Points of the great circle, longitude and latitude in degrees, the longitude running on past 180. */
export function greatCircle(from, to, steps = 48) {
  const vector = ({ latitude, longitude }) => {
    const [a, b] = [latitude * RADIAN, longitude * RADIAN];
    return [Math.cos(a) * Math.cos(b), Math.cos(a) * Math.sin(b), Math.sin(a)];
  };
  const [p, q] = [vector(from), vector(to)];
  const angle = Math.acos(Math.min(1, Math.max(-1, p[0] * q[0] + p[1] * q[1] + p[2] * q[2])));
  const points = [];
  let before = from.longitude;
  for (let i = 0; i <= steps; i += 1) {
    const t = i / steps;
    const [a, b] = angle < 1e-6 ? [1 - t, t] : [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
    const [x, y, z] = p.map((value, k) => a * value + b * q[k]);
    let longitude = Math.atan2(y, x) / RADIAN;
    while (longitude - before > 180) longitude -= 360;
    while (longitude - before < -180) longitude += 360;
    before = longitude;
    points.push([longitude, Math.atan2(z, Math.hypot(x, y)) / RADIAN]);
  }
  return points;
}

function drawn(from, to) {
  const [width, height] = measures();
  const points = greatCircle(from, to);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
  const centre = [middle(xs), middle(ys)];
  // A degree of longitude is as wide as it is at the middle of the journey.
  const squeeze = Math.max(Math.cos(centre[1] * RADIAN), 0.25);
  const wide = Math.max((Math.max(...xs) - Math.min(...xs)) * squeeze * 1.4, LEAST_DEGREES);
  const tall = Math.max((Math.max(...ys) - Math.min(...ys)) * 1.6, (LEAST_DEGREES * height) / width);
  const scale = Math.min(width / wide, height / tall);
  const spot = ([x, y]) => [width / 2 + (x - centre[0]) * squeeze * scale, height / 2 - (y - centre[1]) * scale];
  const line = points.map((point, i) => `${i ? "L" : "M"}${spot(point).map((v) => v.toFixed(1)).join(",")}`).join("");
  const earth = s("g", { class: "land" });
  const stroke = { "vector-effect": "non-scaling-stroke" };
  land()
    .then(({ path }) => {
      // The path is in tenths of a degree, south down; its copies stand where the map runs on past the 180th meridian.
      const shift = [-360, 0, 360].filter((by) => Math.abs(centre[0] - by) < 270);
      earth.replaceChildren(
        ...shift.map((by) => {
          const [x, y] = spot([by, 0]);
          const k = scale / 10;
          return s("path", { d: path, "fill-rule": "evenodd", transform: `translate(${x} ${y}) scale(${k * squeeze} ${k})`, ...stroke });
        }),
      );
    })
    .catch(() => {}); // The journey is drawn all the same, on an empty map.
  const end = (page, point, kind, other) => {
    const [x, y] = spot(point);
    const left = point[0] <= other[0];
    const above = point[1] > other[1] || y > height - 40;
    return s(
      "g",
      { class: `end ${kind}` },
      s("circle", { cx: x, cy: y, r: 6 }),
      s("text", { x: Math.min(Math.max(x, 8), width - 8), y: y + (above ? -14 : 24), "text-anchor": x < width * 0.3 ? "start" : x > width * 0.7 ? "end" : left ? "end" : "start" }, page.city ?? page.name),
    );
  };
  return h(
    "figure",
    { class: "map" },
    s(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Map: from ${from.city ?? from.name} to ${to.city ?? to.name} along the great circle` },
      s("rect", { class: "sea", width: width, height: height }),
      earth,
      s("path", { class: `journey-line ${from.side}`, d: line }),
      end(from, points[0], from.side, points.at(-1)),
      end(to, points.at(-1), to.side, points[0]),
    ),
  );
}
