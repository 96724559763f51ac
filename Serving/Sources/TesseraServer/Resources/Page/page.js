// Starts the page: asks which models there are, and opens the parts that they serve.
import { element } from "./elements.js";
import { startDrops } from "./files.js";
import { loadModels } from "./models.js";
import { startPictures } from "./pictures.js";
import { startSeries } from "./series.js";
import { startSpeech } from "./speech.js";
import { startTabs } from "./tabs.js";
import { startTexts } from "./texts.js";

const notice = document.getElementById("loading");

function tellServed(models) {
  const names = models.flatMap((model, index) => [index ? ", " : "Served here: ", element("b", {}, model.id)]);
  document.getElementById("served").replaceChildren(...names);
}

function offerLanguages() {
  const names = new Intl.DisplayNames(["en-GB"], { type: "language" });
  const codes = "ar cs da de el en es fa fi fr he hi hu it ja ko nl no pl pt ro ru sv tr uk vi zh".split(" ");
  const options = codes.map((code) => element("option", { value: code }, names.of(code)));
  document.getElementById("languages").replaceChildren(...options);
}

async function start() {
  startTabs();
  offerLanguages();
  try {
    tellServed(await loadModels());
    startDrops({ pictures: startPictures(), speech: startSpeech(), series: startSeries(), texts: startTexts() });
    document.body.classList.add("ready");
  } catch (error) {
    const again = element("button", { type: "button", class: "quiet" }, "Try again");
    again.addEventListener("click", () => location.reload());
    notice.replaceChildren(element("span", {}, error.message), again);
    notice.hidden = false;
    document.body.classList.add("failed");
  }
}

start();
