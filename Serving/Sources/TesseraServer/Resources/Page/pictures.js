// The part for pictures: what the model sees, and where it looked or found it.
import { post } from "./api.js";
import { drawBoxes } from "./boxes.js";
import { percentage, showBars, showWarnings } from "./elements.js";
import { whenChosen } from "./files.js";
import { drawHeat, placeOfMost } from "./heat.js";
import { Job } from "./job.js";
import { modelsFor, offerModels, offerPanel } from "./models.js";

const panel = document.getElementById("pictures");
const find = (selector) => panel.querySelector(selector);
const tasks = ["classify-image", "detect-objects"];
let job;
let current = null;

/** Gives the function that takes a picture. */
export function startPictures() {
  offerPanel(panel, tasks);
  offerTasks();
  job = new Job(panel);
  whenChosen(find("#picture-file"), take);
  find("#picture-task").addEventListener("change", () => offerModels(find(".model"), find("#picture-task").value));
  for (const id of ["picture-task", "pictures-model", "picture-labels"]) {
    find(`#${id}`).addEventListener("change", () => current && take(current));
  }
  find("#heat-strength").addEventListener("input", fadeHeat);
  return take;
}

/** Offers what there is a model for; one thing needs no choice. */
function offerTasks() {
  const served = tasks.filter((task) => modelsFor(task).length > 0);
  find("#picture-task").value = served[0] ?? tasks[0];
  find("#picture-task-field").hidden = served.length < 2;
  offerModels(find(".model"), find("#picture-task").value);
}

function take(file) {
  current = file;
  return job.run("Looking…", async (signal) => {
    const picture = await readable(file);
    signal.throwIfAborted();
    showPicture(picture, file.name);
    const answer = await post(address(), picture, signal).catch((error) => {
      find(".result").hidden = true;
      throw error;
    });
    showAnswer(answer);
    const [first] = answer.predictions ?? answer.objects;
    return first ? `${first.label}, ${percentage(first.score)}` : "Nothing found";
  });
}

/** Where the picture is sent, with what is chosen. */
function address() {
  const query = new URLSearchParams();
  const model = find("#pictures-model").value;
  const labels = find("#picture-labels").value.trim();
  if (model) query.set("model", model);
  if (labels) query.set("labels", labels);
  if (find("#picture-task").value === "detect-objects") {
    // Detectors of what words name are less sure of it.
    if (labels) query.set("threshold", "0.1");
    return `v1/images/detections?${query}`;
  }
  query.set("attention", "true");
  return `v1/images/classifications?${query}`;
}

function showPicture(picture, name) {
  const image = find("img");
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(picture);
  image.alt = name ? `Your picture, ${name}` : "Your picture";
  find(".heat").hidden = true;
  find(".looked").hidden = true;
  find(".boxes").replaceChildren();
  find(".bars").replaceChildren();
  showWarnings(find(".warnings"));
  find(".result").hidden = false;
}

function showAnswer(answer) {
  const { predictions, objects, attention, warnings } = answer;
  showBars(find(".bars"), predictions ?? objects);
  if (objects) drawBoxes(find(".boxes"), answer);
  showWarnings(find(".warnings"), warnings);
  find(".heat").hidden = !attention;
  find(".looked").hidden = !attention;
  if (!attention) return;
  drawHeat(find(".heat"), attention);
  fadeHeat();
  find(".where").textContent = `It looked most at ${placeOfMost(attention)}.`;
}

function fadeHeat() {
  find(".heat").style.opacity = find("#heat-strength").value / 100;
}

/** The picture as PNG or JPEG, which the server reads; the browser turns the other kinds that it knows into PNG. */
async function readable(file) {
  if (["image/png", "image/jpeg", ""].includes(file.type)) return file;
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    const canvas = document.createElement("canvas");
    const scale = Math.min(1, 2048 / Math.max(image.naturalWidth, image.naturalHeight));
    [canvas.width, canvas.height] = [image.naturalWidth * scale, image.naturalHeight * scale];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/png"));
  } catch {
    // The server says what is wrong with it.
    return file;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
