// The models that the server has, and the choice among those of one task.
import { send } from "./api.js";
import { element } from "./elements.js";

let served = [];

export async function loadModels() {
  served = (await (await send("v1/models")).json()).data;
  return served;
}

/** The names of the models for a task, the one that is usual first. */
export const modelsFor = (task) => served.filter((model) => model.tasks.includes(task)).map((model) => model.id);

/** Fills a field's choice with the models for a task; one model needs no choice. */
export function offerModels(field, task) {
  const names = modelsFor(task);
  field.hidden = names.length < 2;
  field.querySelector("select").replaceChildren(...names.map((name) => element("option", { value: name }, name)));
}

/** Shows a part of the page where there are models for one of its tasks, and else says what is missing. */
export function offerPanel(panel, tasks) {
  const isPresent = tasks.some((task) => modelsFor(task).length > 0);
  panel.querySelector(".present").hidden = !isPresent;
  panel.querySelector(".absent").hidden = isPresent;
}
