// What is made of a forecast: points of a chart, a table, a file, and a sentence.
import { element } from "./elements.js";
import { number } from "./scales.js";
import { fullTime, milliseconds } from "./times.js";

/** The points of a series and its forecast, in the order of their times. */
export function pointsOf({ history = [], forecast, quantiles }) {
  // The server leaves out a value that is missing.
  const past = history.map(({ time, value = null }) => ({ time: milliseconds(time), value, isForecast: false }));
  const median = quantiles.indexOf(0.5);
  const future = forecast.map(({ time, mean, values }) => ({
    time: milliseconds(time),
    value: median < 0 ? mean : values[median],
    low: values[0] ?? null,
    high: values.at(-1) ?? null,
    isForecast: true,
  }));
  return [...past, ...future];
}

/** A point in words. */
export function reading(point, hasClock) {
  const time = fullTime(point.time, hasClock);
  if (!point.isForecast) return `${time}: ${point.value === null ? "missing" : number(point.value)}`;
  const range = point.low === null || point.low === point.high ? "" : `, from ${number(point.low)} to ${number(point.high)}`;
  return `${time}: about ${number(point.value)}${range}`;
}

/** A sentence on a forecast, for those who do not see the chart. */
export function summary(forecast) {
  const points = pointsOf(forecast).filter((point) => point.isForecast);
  const values = points.map((point) => point.value);
  const hasClock = hasClocks(points);
  const [first, last] = [points[0], points.at(-1)].map((point) => fullTime(point.time, hasClock));
  return `Chart of ${forecast.id}: forecast from ${first} to ${last}, between ${number(Math.min(...values))} and ${number(Math.max(...values))}.`;
}

/** Whether times are finer than days. */
export const hasClocks = (points) => points.some(({ time }) => time % 86_400_000 !== 0);

/** The steps as a table. */
export function tableOf({ forecast, quantiles }) {
  const hasClock = hasClocks(forecast.map(({ time }) => ({ time: milliseconds(time) })));
  const heads = ["Time", "Mean", ...quantiles.map((level) => `${number(level * 100)} %`)];
  const row = ({ time, mean, values }) =>
    element(
      "tr", {}, element("th", { scope: "row" }, fullTime(milliseconds(time), hasClock)),
      ...[mean, ...values].map((value) => element("td", {}, number(value))));
  return element(
    "table", {}, element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
    element("tbody", {}, ...forecast.map(row)));
}

/** All series as CSV, with the columns that the command `forecast-series` writes. */
export function csvOf(forecasts) {
  const head = ["id", "time", "mean", ...forecasts[0].quantiles];
  const rows = forecasts.flatMap(({ id, forecast }) => forecast.map(({ time, mean, values }) => [id, time, mean, ...values]));
  return [head, ...rows].map((row) => row.map(cell).join(",") + "\n").join("");
}

const cell = (value) => (/[",\r\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
