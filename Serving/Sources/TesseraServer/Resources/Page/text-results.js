// How the answers on texts are shown.
import { element, percentage, showBars } from "./elements.js";

/** Labels as bars. */
export function showLabels(place, { predictions, truncated }) {
  const list = element("ol", { class: "bars" });
  showBars(list, predictions);
  place.replaceChildren(list, ...cutNote(truncated));
}

/** A text that the model wrote; gives its paragraph, which may grow. */
export function showText(place, { output, truncated }, language = "") {
  const paragraph = element("p", { class: "written", dir: "auto" }, output);
  if (language) paragraph.lang = language;
  place.replaceChildren(paragraph, ...cutNote(truncated));
  return paragraph;
}

/** The text with its names marked. */
export function showEntities(place, text, { entities }) {
  place.replaceChildren(marked(text, entities.map((entity) => ({ ...entity, note: entity.label }))));
  if (entities.length === 0) place.append(element("p", { class: "hint" }, "Nothing is named."));
}

/** Answers with how sure the model is, and where the best one stands. */
export function showAnswers(place, text, { answers }) {
  const found = answers.filter(({ answer }) => answer !== "");
  if (found.length === 0) {
    place.replaceChildren(element("p", {}, "The text does not say."));
    return;
  }
  const list = element("ol", { class: "bars" });
  showBars(list, found.map(({ answer, score }) => ({ label: answer, score })));
  place.replaceChildren(list, marked(text, [{ ...found[0], note: "" }]));
}

/** How alike texts are to the first: the cosine between what the model makes of them. */
export function showLikeness(place, texts, data) {
  if (data.length < 2) {
    place.replaceChildren(element("p", {}, "Give two texts or more, one on each line."));
    return;
  }
  const product = (one, other) => one.reduce((sum, value, index) => sum + value * other[index], 0);
  const [head, ...rest] = data.map(({ embedding }) => embedding);
  const size = (vector) => Math.sqrt(product(vector, vector));
  const entries = rest.map((vector, index) => ({
    label: texts[index + 1], score: product(head, vector) / (size(head) * size(vector) || 1),
  }));
  const list = element("ol", { class: "bars" });
  showBars(list, entries.sort((one, other) => other.score - one.score));
  place.replaceChildren(list);
}

/** A text with some ranges marked. The server counts code points, of which a string here may need two units for one. */
function marked(text, ranges) {
  const points = Array.from(text);
  const paragraph = element("p", { class: "written", dir: "auto" });
  let end = 0;
  for (const range of ranges.toSorted((one, other) => one.start - other.start)) {
    paragraph.append(points.slice(end, range.start).join(""));
    const words = points.slice(range.start, range.end).join("");
    const title = percentage(range.score);
    const notes = range.note ? [" ", element("small", {}, range.note)] : [];
    paragraph.append(element("mark", { title }, words, ...notes));
    end = range.end;
  }
  paragraph.append(points.slice(end).join(""));
  return paragraph;
}

const cutNote = (isCut) => (isCut ? [element("p", { class: "hint" }, "The text was too long for the model, and its end was left out.")] : []);
