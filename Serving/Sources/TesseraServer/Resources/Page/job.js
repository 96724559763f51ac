// What one part of the page is doing: one thing at a time, which can be cancelled, and whose errors stand near their cause.
import { ServerError } from "./api.js";

const duration = (milliseconds) =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

export class Job {
  #panel;
  #said;
  #cancelButton;
  #error;
  #errorPlace;
  #controller = null;

  constructor(panel) {
    this.#panel = panel;
    this.#said = panel.querySelector(".said");
    this.#cancelButton = panel.querySelector(".cancel");
    this.#error = panel.querySelector(".error");
    this.#errorPlace = this.#error.previousElementSibling;
    this.#cancelButton.addEventListener("click", () => this.cancel());
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.cancel();
    });
  }

  /** Does something in place of what is being done: `work` gets a signal, and what tells people how far it is. */
  async run(text, work) {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.#clearError();
    this.#setBusy(true);
    const say = (words) => {
      if (this.#controller === controller) this.#said.textContent = words;
    };
    say(text);
    const start = performance.now();
    try {
      const summary = await work(controller.signal, say);
      say(`${summary || "Done"} · ${duration(performance.now() - start)}`);
    } catch (error) {
      if (controller.signal.aborted) return;
      say("");
      this.fail(error);
    } finally {
      if (this.#controller === controller) this.#finish();
    }
  }

  cancel() {
    if (!this.#controller) return;
    this.#controller.abort();
    this.#said.textContent = "Cancelled.";
    this.#finish();
  }

  /** Forgets what was done. */
  clear() {
    this.cancel();
    this.#said.textContent = "";
    this.#clearError();
  }

  /** Says what a request still needs before it can be sent. */
  explain(text, parameter) {
    this.clear();
    this.fail(new ServerError(text, parameter));
  }

  /** Shows an error beside the field that caused it, or below what was given. */
  fail(error) {
    if (!(error instanceof ServerError)) console.warn(error);
    this.#clearError();
    this.#error.textContent = error.message;
    this.#error.hidden = false;
    const field = error.parameter && this.#field(error.parameter);
    if (!field) return;
    // Below the row of a field, whose others stay where they are.
    const row = field.closest(".fields");
    if (row) row.after(this.#error);
    else field.append(this.#error);
    const control = field.querySelector("input, select, textarea");
    control.setAttribute("aria-invalid", "true");
    this.#error.id = `${this.#panel.id}-error`;
    control.setAttribute("aria-errormessage", this.#error.id);
  }

  /** The field for a member such as `input` or `input.0.question`, where people can see one. */
  #field(parameter) {
    const names = parameter.split(/[.[\]]+/).reverse();
    const fields = names.map((name) => this.#panel.querySelector(`[data-parameter~="${CSS.escape(name)}"]:not([hidden])`));
    return fields.find((field) => field !== null);
  }

  #clearError() {
    this.#error.hidden = true;
    this.#errorPlace.after(this.#error);
    for (const control of this.#panel.querySelectorAll("[aria-invalid]")) {
      control.removeAttribute("aria-invalid");
      control.removeAttribute("aria-errormessage");
    }
  }

  #setBusy(isBusy) {
    this.#panel.classList.toggle("busy", isBusy);
    // What grows letter by letter is read out when it is whole.
    this.#panel.querySelector(".answer")?.setAttribute("aria-busy", isBusy);
    this.#cancelButton.hidden = !isBusy;
  }

  #finish() {
    // A button that vanishes would take the focus of the keyboard with it.
    if (document.activeElement === this.#cancelButton) {
      this.#panel.querySelector(".drop input, button.main").focus();
    }
    this.#controller = null;
    this.#setBusy(false);
  }
}
