// Files that are chosen, dropped or pasted, and the part of the page that takes each.
import { openTab, openedTab } from "./tabs.js";

/** Calls `take` with each file that is chosen with an input. */
export function whenChosen(input, take) {
  input.addEventListener("change", () => {
    const [file] = input.files;
    // Emptied, so that the same file can be chosen once more.
    input.value = "";
    if (file) take(file);
  });
}

/** Lets files be dropped and pasted anywhere: `takers` has a function for each tab. */
export function startDrops(takers) {
  const mark = (isOver) => document.body.classList.toggle("dragging", isOver);
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    mark(true);
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  addEventListener("drop", (event) => {
    mark(false);
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    hand(file, takers);
  });
  addEventListener("paste", (event) => {
    const [file] = event.clipboardData.files;
    // What is copied out of a word processor is a text with a picture of it; in a text's field the text is meant.
    if (!file || (event.target.matches("textarea, input") && event.clipboardData.types.includes("text/plain"))) return;
    event.preventDefault();
    hand(file, takers);
  });
}

function hand(file, takers) {
  const name = tabFor(file);
  openTab(name);
  takers[name](file);
}

function tabFor({ name, type }) {
  if (type.startsWith("image/")) return "pictures";
  if (/^(audio|video)\//.test(type) || /\.(flac|wav|ogg|opus|mp3|m4a|aiff?|au|caf)$/i.test(name)) return "speech";
  if (/\.(csv|tsv)$/i.test(name) || type === "text/csv") return "series";
  if (/\.(txt|md)$/i.test(name) && openedTab() !== "series") return "texts";
  // The server says what is wrong with a file that nothing here knows.
  return openedTab();
}
