// Changes the rate of samples that come in blocks, with a windowed sinc: what the new rate cannot hold is left out, and does not
// come back as other tones.

/** Zero crossings of the sinc at each side, and steps of its table between two of them. */
const crossings = 16;
const steps = 256;

const table = Float32Array.from({ length: crossings * steps + 2 }, (_, index) => {
  const x = index / steps;
  if (x >= crossings) return 0;
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  // Blackman's window.
  const turn = (Math.PI * x) / crossings;
  return sinc * (0.42 + 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn));
});

export class Resampler {
  #step;
  #scale;
  #reach;
  #held = new Float32Array(0);
  /** Where the next sample is, counted in samples that are held. */
  #position = 0;

  constructor(from, to) {
    this.#step = from / to;
    // A little below the half of the lower rate, where the filter has its slope.
    this.#scale = Math.min(1, (to / from) * 0.94);
    this.#reach = crossings / this.#scale;
  }

  /** Takes samples, and gives those of the new rate that can be told so far. */
  add(samples) {
    this.#held = joined([this.#held, samples]);
    const count = Math.max(0, Math.ceil((this.#held.length - this.#reach - this.#position) / this.#step));
    const output = Float32Array.from({ length: count }, (_, index) => this.#value(this.#position + index * this.#step));
    this.#position += count * this.#step;
    this.#forget();
    return output;
  }

  /** The samples that are still owed, at the end. */
  rest() {
    return this.add(new Float32Array(Math.ceil(this.#reach)));
  }

  #value(position) {
    const first = Math.max(0, Math.ceil(position - this.#reach));
    const last = Math.min(this.#held.length - 1, Math.floor(position + this.#reach));
    let sum = 0;
    for (let index = first; index <= last; index += 1) {
      const place = Math.abs(index - position) * this.#scale * steps;
      const whole = Math.floor(place);
      sum += this.#held[index] * (table[whole] + (table[whole + 1] - table[whole]) * (place - whole));
    }
    return sum * this.#scale;
  }

  /** Lets go of what no sample to come needs. */
  #forget() {
    const count = Math.max(0, Math.floor(this.#position - this.#reach) - 1);
    this.#held = this.#held.slice(count);
    this.#position -= count;
  }
}

/** Blocks of samples as one. */
export function joined(parts) {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
