// A chart of a series and its forecast, which is read with a pointer, or with a slider's keys.
import { area, line } from "./curves.js";
import { drawn } from "./elements.js";
import { hasClocks, pointsOf, reading } from "./forecast.js";
import { markFormat, numberMarks, scale } from "./scales.js";
import { timeMarks } from "./times.js";

const height = 300;
const margin = { top: 12, right: 12, bottom: 28 };

export class Chart {
  #place;
  #slider;
  #readout;
  #points = [];
  #label = "";
  #hasClock = false;
  #x;
  #y;
  #cursor;

  /** @param slider chooses the point that is read; @param readout says it. */
  constructor(place, slider, readout) {
    [this.#place, this.#slider, this.#readout] = [place, slider, readout];
    slider.addEventListener("input", () => this.#read());
    place.addEventListener("pointermove", (event) => this.#point(event));
    place.addEventListener("pointerdown", (event) => this.#point(event));
    // Drawn anew at each width, so that letters keep their size on a telephone.
    new ResizeObserver(() => this.#draw()).observe(place);
  }

  show(forecast, label) {
    this.#points = pointsOf(forecast);
    this.#label = label;
    this.#hasClock = hasClocks(this.#points);
    this.#slider.max = this.#points.length - 1;
    this.#slider.value = Math.max(0, this.#points.findIndex((point) => point.isForecast));
    this.#draw();
  }

  #draw() {
    const width = this.#place.clientWidth;
    if (this.#points.length === 0 || width === 0) return;
    const all = this.#points.flatMap(({ value, low, high }) => [value, low, high]).filter(Number.isFinite);
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const span = most - least;
    // What differs by no more than rounding is drawn as level.
    const isLevel = span <= 1e-5 * Math.max(Math.abs(most), Math.abs(least));
    const room = isLevel ? Math.abs(most) * 0.02 || 1 : span * 0.06;
    const marks = numberMarks(least - room, most + room, 5);
    const write = markFormat(marks);
    const left = 14 + 7.2 * Math.max(...marks.map((mark) => write(mark).length));
    this.#x = scale(this.#points[0].time, this.#points.at(-1).time, left, width - margin.right);
    this.#y = scale(least - room, most + room, height - margin.bottom, margin.top);
    this.#cursor = drawn("g", { class: "cursor" });
    const svg = drawn(
      "svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": this.#label },
      ...this.#valueAxis(marks, write, left, width), ...this.#timeAxis(left, width), ...this.#curves(), this.#cursor);
    this.#place.replaceChildren(svg);
    // The slider's thumb, which is about 16 pixels wide, stands below the point that it chooses.
    this.#slider.style.marginLeft = `${left - 8}px`;
    this.#slider.style.width = `${width - margin.right - left + 16}px`;
    this.#read();
  }

  #valueAxis(marks, write, left, width) {
    return marks.flatMap((mark) => {
      const y = this.#y(mark);
      const text = drawn("text", { x: left - 8, y: y + 4, "text-anchor": "end" }, write(mark));
      return [drawn("line", { class: "grid", x1: left, x2: width - margin.right, y1: y, y2: y }), text];
    });
  }

  #timeAxis(left, width) {
    const marks = timeMarks(this.#points[0].time, this.#points.at(-1).time, Math.max(2, (width - left) / 64));
    return marks.flatMap(({ time, label }) => {
      const x = this.#x(time);
      const tick = drawn("line", { class: "tick", x1: x, x2: x, y1: height - margin.bottom, y2: height - margin.bottom + 5 });
      // Labels at the edges are kept within the chart.
      const middle = Math.min(Math.max(x, left), width - 4 - label.length * 3.4);
      return [tick, drawn("text", { x: middle, y: height - 6, "text-anchor": "middle" }, label)];
    });
  }

  #curves() {
    const at = ({ time, value }) => (value === null ? null : [this.#x(time), this.#y(value)]);
    const past = this.#points.filter((point) => !point.isForecast);
    const future = this.#points.filter((point) => point.isForecast);
    // The forecast is drawn on from the last value there is.
    const last = past.at(-1);
    const joint = last && last.value !== null ? [{ ...last, low: last.value, high: last.value }] : [];
    const banded = [...joint, ...future];
    const edge = (name) => banded.map((point) => [this.#x(point.time), this.#y(point[name])]);
    const band = future[0].low === null ? [] : [drawn("path", { class: "band", d: area(edge("high"), edge("low")) })];
    return [
      ...band, drawn("path", { class: "past", d: line(past.map(at)) }), drawn("path", { class: "median", d: line(banded.map(at)) }),
    ];
  }

  #point(event) {
    const x = event.clientX - this.#place.getBoundingClientRect().left;
    if (this.#points.length === 0) return;
    const distances = this.#points.map((point) => Math.abs(this.#x(point.time) - x));
    this.#slider.value = distances.indexOf(Math.min(...distances));
    this.#read();
  }

  #read() {
    const point = this.#points[Number(this.#slider.value)];
    const words = reading(point, this.#hasClock);
    this.#readout.textContent = words;
    this.#slider.setAttribute("aria-valuetext", words);
    const x = this.#x(point.time);
    const across = drawn("line", { x1: x, x2: x, y1: margin.top, y2: height - margin.bottom });
    const dot = point.value === null ? [] : [drawn("circle", { cx: x, cy: this.#y(point.value), r: 4.5 })];
    this.#cursor.replaceChildren(across, ...dot);
  }
}
