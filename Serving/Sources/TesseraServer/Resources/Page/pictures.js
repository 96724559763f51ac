// The part for pictures: what the model sees, and where it looked.
import { post } from "./api.js";
import { percentage, showBars, showWarnings } from "./elements.js";
import { whenChosen } from "./files.js";
import { drawHeat, placeOfMost } from "./heat.js";
import { Job } from "./job.js";
import { offerModels, offerPanel } from "./models.js";

const panel = document.getElementById("pictures");
const find = (selector) => panel.querySelector(selector);
let job;
let current = null;

/** Gives the function that takes a picture. */
export function startPictures() {
  offerPanel(panel, ["classify-image"]);
  offerModels(find(".model"), "classify-image");
  job = new Job(panel);
  whenChosen(find("#picture-file"), take);
  find("#pictures-model").addEventListener("change", () => current && take(current));
  find("#heat-strength").addEventListener("input", fadeHeat);
  return take;
}

function take(file) {
  current = file;
  return job.run("Looking…", async (signal) => {
    const picture = await readable(file);
    signal.throwIfAborted();
    showPicture(picture, file.name);
    const query = new URLSearchParams({ attention: "true", top_k: "5" });
    const model = find("#pictures-model").value;
    if (model) query.set("model", model);
    const answer = await post(`v1/images/classifications?${query}`, picture, signal).catch((error) => {
      find(".result").hidden = true;
      throw error;
    });
    showAnswer(answer);
    const [first] = answer.predictions;
    return first ? `${first.label}, ${percentage(first.score)}` : "";
  });
}

function showPicture(picture, name) {
  const image = find("img");
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(picture);
  image.alt = name ? `Your picture, ${name}` : "Your picture";
  find(".heat").hidden = true;
  find(".looked").hidden = true;
  find(".bars").replaceChildren();
  showWarnings(find(".warnings"));
  find(".result").hidden = false;
}

function showAnswer({ predictions, attention, warnings }) {
  showBars(find(".bars"), predictions);
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
