// Times as the server writes them, which have no zone here: what is written is what is shown.

/** Milliseconds of a time such as `2024-07-08 00:00:00`. */
export function milliseconds(text) {
  const [, year, month, day, hour = 0, minute = 0, second = 0] =
    /^(-?\d+)-(\d+)-(\d+)(?:[ T](\d+):(\d+):([\d.]+))?/.exec(text) ?? [];
  return Date.UTC(year, month - 1, day, hour, minute) + second * 1000;
}

const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
const clock = format({ hour: "2-digit", minute: "2-digit" });
const day = format({ day: "numeric", month: "short" });
const month = format({ month: "short" });
const year = format({ year: "numeric" });
const wholeDay = format({ weekday: "short", day: "numeric", month: "short", year: "numeric" });

/** A time in full, without a clock where all times are midnights. */
export const fullTime = (time, hasClock) => wholeDay.format(time) + (hasClock ? `, ${clock.format(time)}` : "");

const minute = 60_000;
const hour = 60 * minute;
const wholeDays = 24 * hour;

/** Steps of an axis of times: milliseconds, or months. */
const steps = [
  ...[1, 5, 15, 30].map((count) => ({ length: count * 1000 })),
  ...[1, 5, 15, 30].map((count) => ({ length: count * minute })),
  ...[1, 3, 6, 12].map((count) => ({ length: count * hour })),
  ...[1, 2, 7, 14].map((count) => ({ length: count * wholeDays })),
  ...[1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200].map((months) => ({ length: months * 30.44 * wholeDays, months })),
];

/** Marks of an axis of times, at most `most`: each with its time and a label. */
export function timeMarks(start, end, most) {
  const step = steps.find(({ length }) => (end - start) / length <= most) ?? steps.at(-1);
  const times = step.months ? monthTimes(start, end, step.months) : evenTimes(start, end, step.length);
  return times.map((time) => ({ time, label: label(time, step) }));
}

function evenTimes(start, end, length) {
  // Weeks begin on Mondays; the day from which times count was a Thursday.
  const shift = length % (7 * wholeDays) === 0 ? 4 * wholeDays : 0;
  const first = Math.ceil((start - shift) / length) * length + shift;
  return Array.from({ length: Math.max(0, Math.floor((end - first) / length) + 1) }, (_, index) => first + index * length);
}

function monthTimes(start, end, months) {
  const date = new Date(start);
  let count = Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months) * months;
  const times = [];
  for (;; count += months) {
    const time = Date.UTC(Math.floor(count / 12), count % 12);
    if (time > end) return times;
    if (time >= start) times.push(time);
  }
}

function label(time, { length, months }) {
  if (months) return months % 12 === 0 || new Date(time).getUTCMonth() === 0 ? year.format(time) : month.format(time);
  return length < wholeDays && time % wholeDays !== 0 ? clock.format(time) : day.format(time);
}
