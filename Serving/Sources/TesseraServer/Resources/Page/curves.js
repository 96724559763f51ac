// Paths of a chart, out of points that are already in pixels.

const place = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** A line through points; null breaks it. */
export function line(points) {
  let isOpen = false;
  return points
    .map((point) => {
      if (point === null) {
        isOpen = false;
        return "";
      }
      const part = `${isOpen ? "L" : "M"}${place(point)}`;
      // A point that stands alone still shows, as a round end of a line without length.
      const isFirst = !isOpen;
      isOpen = true;
      return isFirst ? `${part}l0 0` : part;
    })
    .join("");
}

/** The area between an upper and a lower line. */
export const area = (upper, lower) => `M${upper.map(place).join("L")}L${lower.toReversed().map(place).join("L")}Z`;
