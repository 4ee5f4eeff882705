// Findings drawn over the photo: the face, the crop, and numbers beside what they are about.
import { svg } from "./dom.js";

const RADIUS = 14;

// `faults`: the checks to mark, in order; `polish`: those to mark only while they are pointed at. Drawn anew whenever
// the photo's size on the screen changes.
export function overlay(report, faults, polish) {
  const { width, height } = report.photo;
  const sheet = svg("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", preserveAspectRatio: "none" });
  new ResizeObserver(([entry]) => {
    if (entry.contentRect.width) sheet.replaceChildren(...drawn(report, faults, polish, width / entry.contentRect.width));
  }).observe(sheet);
  return sheet;
}

function drawn(report, faults, polish, k) {
  const { drawing, crop, faces } = report;
  const parts = crop ? cropped(report) : [];
  if (drawing.outline.length) parts.push(svg("polygon", { class: "mark-outline", points: drawing.outline.join(" ") }));
  for (const face of faces.filter((f) => !f.main || !drawing.outline.length)) {
    const [x, y, width, height] = face.box;
    parts.push(svg("rect", { class: "mark-other", x, y, width, height, rx: 6 * k }));
  }
  const places = placed(report, faults, k);
  const quiet = polish.filter(({ id }) => drawing.spots[id]).map(({ id }) => ring(id, drawing.spots[id], k));
  return [...parts, ...quiet, ...faults.map((fault, i) => mark(fault, i + 1, drawing.spots[fault.id], places[i], k))];
}

function cropped({ photo, crop }) {
  const [x, y, width, height] = crop.box;
  const radius = Math.min(width, height) / 2;
  const hole = `M0 0H${photo.width}V${photo.height}H0zM${x} ${y}v${height}h${width}v${-height}z`;
  return [
    svg("path", { class: "mark-shade", d: hole, "fill-rule": "evenodd" }),
    svg("rect", { class: "mark-crop", x, y, width, height }),
    svg("circle", { class: "mark-circle", cx: x + width / 2, cy: y + height / 2, r: radius }),
  ];
}

function ring(id, [cx, cy], k) {
  return svg("g", { class: "mark quiet", "data-check": id }, svg("circle", { class: "mark-ring", cx, cy, r: 1.4 * RADIUS * k }));
}

function mark(fault, number, spot, [x, y], k) {
  const r = RADIUS * k;
  const far = spot && Math.hypot(spot[0] - x, spot[1] - y) > r;
  const badge = fault.status === "fail"
    ? svg("rect", { class: "mark-badge fail", x: x - r, y: y - r, width: 2 * r, height: 2 * r, rx: 0.4 * r })
    : svg("circle", { class: "mark-badge warn", cx: x, cy: y, r });
  return svg("g", { class: "mark", "data-check": fault.id },
    far && svg("line", { class: "mark-line", x1: x, y1: y, x2: spot[0], y2: spot[1] }),
    far && svg("circle", { cx: spot[0], cy: spot[1], r: 3 * k, fill: "#fff" }),
    badge,
    svg("text", { class: "mark-number", x, y, "font-size": 1.15 * r }, String(number)),
    spot && svg("circle", { class: "mark-ring", cx: spot[0], cy: spot[1], r: 1.4 * r }));
}

// A place for each number: outside the head where it is about the face, along the lower edge otherwise.
function placed({ photo, drawing }, faults, k) {
  const taken = [];
  const step = 2.5 * RADIUS * k;
  const spots = faults.map(({ id }) => drawing.spots[id]).filter(Boolean);
  const clear = (others, [x, y], room) => others.every((other) => Math.hypot(other[0] - x, other[1] - y) > room);
  const free = (place) => clear(taken, place, step * 0.95) && clear(spots, place, step * 0.6);
  const inside = ([x, y]) =>
    x > step / 2 && y > step / 2 && x < photo.width - step / 2 && y < photo.height - step / 2;
  const below = () => {
    for (let row = 0; row < 3; row += 1)
      for (let x = step * 0.8; x < photo.width - step / 2; x += step) {
        const place = [x, photo.height - step * (0.8 + row)];
        if (free(place)) return place;
      }
    return [step, step];
  };
  const around = (spot) => {
    const [left, top, width, height] = drawing.head ?? [spot[0], spot[1], 0, 0];
    const middle = [left + width / 2, top + height / 2];
    const start = Math.atan2(spot[1] - middle[1], spot[0] - middle[0]);
    for (const ring of [1.12, 1.4, 1.7, 0.8])
      for (let turn = 0; turn <= 18; turn += 1)
        for (const side of turn ? [1, -1] : [1]) {
          const angle = start + (side * turn * Math.PI) / 18;
          const reach = [(width / 2 + step / 2) * ring, (height / 2 + step / 2) * ring];
          const place = [middle[0] + reach[0] * Math.cos(angle), middle[1] + reach[1] * Math.sin(angle)];
          if (inside(place) && free(place)) return place;
        }
    return below();
  };
  return faults.map(({ id }) => {
    const place = drawing.spots[id] ? around(drawing.spots[id]) : below();
    taken.push(place);
    return place;
  });
}
