// How loud the microphone is: bars that wander to the left, or one bar that stands still where people want no motion.

const barWidth = 3;
const gap = 2;
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Level {
  #canvas;
  #clock;
  #loudness = new Array(400).fill(0);

  constructor(canvas, clock) {
    this.#canvas = canvas;
    this.#clock = clock;
    new ResizeObserver(() => this.#draw()).observe(canvas);
  }

  clear() {
    // Silence, as a row of dots.
    this.#loudness = new Array(400).fill(0);
    this.show(0, 0);
  }

  show(loudness, seconds) {
    this.#loudness = [...this.#loudness.slice(1), loudness];
    const whole = Math.floor(seconds);
    const clock = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    if (this.#clock.textContent !== clock) this.#clock.textContent = clock;
    this.#draw();
  }

  #draw() {
    const canvas = this.#canvas;
    const scale = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    [canvas.width, canvas.height] = [width * scale, height * scale];
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    context.fillStyle = getComputedStyle(canvas).color;
    if (still.matches) {
      context.fillRect(0, height / 2 - 4, width * this.#loudness.at(-1), 8);
      return;
    }
    const count = Math.floor(width / (barWidth + gap));
    const shown = this.#loudness.slice(-count);
    shown.forEach((loudness, index) => {
      const tall = Math.max(2, loudness * height);
      const x = width - (shown.length - index) * (barWidth + gap);
      context.fillRect(x, (height - tall) / 2, barWidth, tall);
    });
  }
}
