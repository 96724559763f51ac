// The boxes of what a detector found in a picture.
import { drawn, percentage } from "./elements.js";

/** Draws a box for each object over the whole picture, the likeliest on top. */
export function drawBoxes(drawing, { width, height, objects }) {
  drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const size = Math.max(width, height) / 28;
  drawing.replaceChildren(...objects.toReversed().map((object) => drawnBox(object, width, height, size)));
}

function drawnBox({ label, index, score, box }, width, height, size) {
  // What reaches beyond the picture is cut, so that every edge is seen.
  const [left, top] = [Math.max(box.xmin, 0), Math.max(box.ymin, 0)];
  const [right, bottom] = [Math.min(box.xmax, width), Math.min(box.ymax, height)];
  const frame = { x: left, y: top, width: Math.max(right - left, 0), height: Math.max(bottom - top, 0) };
  const name = drawn("text", { x: left + size * 0.25, y: top + size, "font-size": size }, label);
  return drawn(
    "g", { class: `box kind-${index % 4}` }, drawn("title", {}, `${label}, ${percentage(score)}`), drawn("rect", frame), name);
}
