// What was said: text that grows, then words that light up while the recording plays.
import { element } from "./elements.js";

export class Transcript {
  text = "";
  recording = null;
  #player;
  #paragraph;
  #group;
  #copy;
  #again;
  #words = [];
  #lit = null;

  constructor(panel) {
    this.#player = panel.querySelector("audio");
    this.#paragraph = panel.querySelector(".transcript");
    this.#group = panel.querySelector(".words");
    this.#copy = panel.querySelector(".copy");
    this.#again = panel.querySelector(".again");
    // A browser may not know a kind of recording that the server reads.
    this.#player.addEventListener("error", () => (this.#player.hidden = true));
    this.#player.addEventListener("play", () => this.#follow());
    this.#player.addEventListener("seeked", () => this.#light());
    this.#group.addEventListener("click", (event) => this.#seek(event.target.closest("button")));
    this.#group.addEventListener("keydown", (event) => this.#move(event));
  }

  /** Begins anew. */
  begin() {
    this.#player.hidden = true;
    this.#again.hidden = true;
    this.recording = null;
    this.text = "";
    this.#words = [];
    this.#lit = null;
    this.#paragraph.textContent = "";
    this.#paragraph.classList.remove("unseen");
    this.#group.hidden = true;
    this.#copy.hidden = true;
  }

  /** Gives people the recording that the words are of. */
  offer(recording) {
    URL.revokeObjectURL(this.#player.src);
    this.#player.src = URL.createObjectURL(recording);
    this.#player.hidden = false;
    this.#again.hidden = false;
    this.recording = recording;
  }

  add(delta) {
    this.text += delta;
    this.#paragraph.textContent = this.text;
  }

  finish(text) {
    this.text = text;
    // What is already there is not read out a second time.
    if (this.#paragraph.textContent !== text) this.#paragraph.textContent = text;
    this.#copy.hidden = !text || !navigator.clipboard;
  }

  /** Puts words with times in the place of the text, which stays for screen readers to read as one. */
  showWords(words) {
    if (words.length === 0) return;
    this.#words = words;
    const buttons = words.map(({ word, start }) => {
      const title = `${start.toFixed(1)} s`;
      return element("button", { type: "button", tabindex: "-1", title }, word.trim());
    });
    buttons[0].tabIndex = 0;
    // Spaces between them let the line break, and the text be copied.
    this.#group.replaceChildren(...buttons.flatMap((button) => [button, " "]));
    this.#group.hidden = false;
    this.#paragraph.classList.add("unseen");
  }

  #seek(button) {
    const index = [...this.#group.children].indexOf(button);
    if (index < 0) return;
    this.#makeReachable(index);
    this.#player.currentTime = this.#words[index].start;
    // A browser may refuse to play; the word is lit all the same.
    this.#player.play().catch(() => {});
    this.#light();
  }

  #move(event) {
    const buttons = [...this.#group.children];
    const index = buttons.indexOf(document.activeElement);
    const last = buttons.length - 1;
    const targets = { ArrowRight: index + 1, ArrowDown: index + 1, ArrowLeft: index - 1, ArrowUp: index - 1, Home: 0, End: last };
    if (!(event.key in targets) || index < 0) return;
    event.preventDefault();
    const target = Math.min(Math.max(targets[event.key], 0), last);
    this.#makeReachable(target);
    buttons[target].focus();
  }

  /** Of all the words one is reached with the tabulator; the arrow keys go on from there. */
  #makeReachable(index) {
    [...this.#group.children].forEach((button, position) => (button.tabIndex = position === index ? 0 : -1));
  }

  /** The event of a player that plays comes a few times a second, which is too seldom for short words. */
  #follow() {
    this.#light();
    if (!this.#player.paused) requestAnimationFrame(() => this.#follow());
  }

  #light() {
    const time = this.#player.currentTime;
    const index = this.#player.ended ? -1 : this.#words.findIndex(({ start, end }) => time >= start && time < end);
    const button = this.#group.children[index] ?? null;
    if (button === this.#lit) return;
    this.#lit?.removeAttribute("aria-current");
    button?.setAttribute("aria-current", "true");
    this.#lit = button;
  }
}
