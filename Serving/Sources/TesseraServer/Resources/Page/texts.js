// The part for texts: one field, and what is to be done with it.
import { copyOnClick, element } from "./elements.js";
import { Job } from "./job.js";
import { modelsFor, offerModels, offerPanel } from "./models.js";
import { tasks } from "./text-tasks.js";

const panel = document.getElementById("texts");
const find = (selector) => panel.querySelector(selector);
let job;

/** Gives the function that takes a file of text. */
export function startTexts() {
  job = new Job(panel);
  offerPanel(panel, Object.keys(tasks));
  offerTasks();
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  find("#text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
  });
  find("#texts-model").addEventListener("change", guessLanguages);
  find("#swap").addEventListener("click", swapLanguages);
  copyOnClick(find(".copy"), () => find(".written").textContent);
  return async (file) => {
    find("#text").value = await file.text();
    find("#text").focus();
  };
}

/** A choice for each task that there is a model for. */
function offerTasks() {
  const names = Object.keys(tasks).filter((name) => modelsFor(name).length > 0);
  const choices = names.map((name, index) => {
    const input = element("input", { type: "radio", name: "task", value: name, id: `task-${name}`, class: "unseen" });
    input.checked = index === 0;
    input.addEventListener("change", showTask);
    return element("span", {}, input, element("label", { for: input.id }, tasks[name].name));
  });
  find(".choices").append(...choices);
  if (names.length > 0) showTask();
}

const chosenTask = () => find('[name="task"]:checked').value;

function showTask() {
  const name = chosenTask();
  const { button, label, placeholder } = tasks[name];
  offerModels(find("#texts-model-field"), name);
  for (const field of panel.querySelectorAll("[data-for]")) field.hidden = field.dataset.for !== name;
  find("#run").textContent = button;
  find("#text-label").textContent = label;
  find("#text").placeholder = placeholder;
  find(".answer").replaceChildren();
  find(".copy").hidden = true;
  job.clear();
  if (name === "translate") guessLanguages();
}

/** Takes the languages out of a name such as translate-de-en or opus-mt-en-fr. */
function guessLanguages() {
  const model = find("#texts-model").value;
  const [, from, to] = /-([a-z]{2,3})-([a-z]{2,3})$/.exec(model) ?? [];
  if (chosenTask() !== "translate" || !from) return;
  [find("#from").value, find("#to").value] = [from, to];
}

function swapLanguages() {
  const [from, to] = [find("#from"), find("#to")];
  [from.value, to.value] = [to.value, from.value];
}

function run() {
  const task = tasks[chosenTask()];
  const [text, answer] = [find("#text").value, find(".answer")];
  if (text.trim() === "") return job.explain("There is no text yet.", "input");
  if (task === tasks.answer && find("#question").value.trim() === "") return job.explain("There is no question yet.", "question");
  const fields = {
    text, model: find("#texts-model").value, question: find("#question").value, from: find("#from").value.trim(),
    to: find("#to").value.trim(), most: find("#most").valueAsNumber, temperature: find("#temperature").valueAsNumber,
  };
  return job.run(task.doing, async (signal) => {
    answer.replaceChildren();
    find(".copy").hidden = true;
    find(".result h3").textContent = task.title;
    await task.run(fields, answer, signal);
    find(".copy").hidden = !task.isCopied || !navigator.clipboard;
    return "";
  });
}
