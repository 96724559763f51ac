// Numbers on an axis: where its marks are, and how numbers are written.

/** Round marks between two numbers, about `count` of them. */
export function numberMarks(low, high, count) {
  const rough = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Writes the marks of an axis, all alike. */
export function markFormat(marks) {
  const most = Math.max(...marks.map(Math.abs));
  const isCompact = most >= 100_000;
  const step = Math.abs((marks[1] ?? 1) - (marks[0] ?? 0));
  const digits = isCompact ? 2 : Math.min(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), 12);
  const options = isCompact ? { notation: "compact" } : { minimumFractionDigits: digits };
  // In British English millions would be written with a small m, which looks like metres.
  const format = new Intl.NumberFormat("en-US", { maximumFractionDigits: digits, ...options });
  return (value) => format.format(value === 0 ? 0 : value);
}

const plain = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 4 });
const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** Writes a value for people. */
export const number = (value) => (Math.abs(value) >= 1000 ? whole : plain).format(value);

/** A line from one range to another. */
export const scale = (low, high, from, to) => (value) => from + ((value - low) / (high - low || 1)) * (to - from);
