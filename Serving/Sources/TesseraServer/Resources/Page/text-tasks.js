// What can be done with a text: the words on the page for it, what is asked of the server, and how its answer is shown.
import { post, postForEvents } from "./api.js";
import { element } from "./elements.js";
import { showAnswers, showEntities, showLabels, showLikeness, showText } from "./text-results.js";

/** What the server takes leaves out what people left open. */
const asked = (members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== "" && !Number.isNaN(value)));

const first = async (path, members, signal) => (await post(path, asked(members), signal)).data[0];

export const tasks = {
  classify: {
    name: "Classify", button: "Classify", doing: "Reading…", title: "What kind of text it is", label: "Text",
    placeholder: "The film was a delight from beginning to end.",
    async run({ text, model }, place, signal) {
      showLabels(place, await first("v1/text/classify", { input: text, model, top_k: 5 }, signal));
    },
  },
  translate: {
    name: "Translate", button: "Translate", doing: "Translating…", title: "Translation", label: "Text", isCopied: true,
    placeholder: "Das Haus ist groß.",
    async run({ text, model, from, to }, place, signal) {
      showText(place, await first("v1/text/translate", { input: text, model, from, to }, signal), to);
    },
  },
  summarize: {
    name: "Summarise", button: "Summarise", doing: "Summarising…", title: "Summary", label: "Text", isCopied: true,
    placeholder: "A long text, of which little is to remain.",
    async run({ text, model }, place, signal) {
      showText(place, await first("v1/text/summarize", { input: text, model }, signal));
    },
  },
  tag: {
    name: "Tag", button: "Find names", doing: "Reading…", title: "What is named", label: "Text",
    placeholder: "Ada Lovelace met Charles Babbage in London.",
    async run({ text, model }, place, signal) {
      showEntities(place, text, await first("v1/text/tag", { input: text, model }, signal));
    },
  },
  answer: {
    name: "Answer", button: "Find the answer", doing: "Reading…", title: "Answer", label: "Text in which the answer stands",
    placeholder: "Amsterdam has been the capital of the Netherlands since 1814.",
    async run({ text, model, question }, place, signal) {
      const input = { question, context: text };
      showAnswers(place, text, await first("v1/text/answer", { input, model, top_k: 3 }, signal));
    },
  },
  complete: {
    name: "Complete", button: "Go on writing", doing: "Writing…", title: "How it goes on", label: "How the text begins", isCopied: true,
    placeholder: "Once upon a time",
    async run({ text, model, most, temperature }, place, signal) {
      const body = asked({ prompt: text, model, max_tokens: most, temperature });
      const paragraph = showText(place, { output: "" });
      paragraph.append(element("span", { class: "given" }, text));
      for await (const { choices } of postForEvents("v1/completions", { ...body, stream: true }, signal)) {
        paragraph.append(choices[0]?.text ?? "");
      }
    },
  },
  embed: {
    name: "Compare", button: "Compare", doing: "Reading…", title: "How alike each is to the first", label: "Texts, one on each line",
    placeholder: "A fine day.\nThe weather is lovely.\nThe trains are late.",
    async run({ text, model }, place, signal) {
      const input = text.split("\n").map((line) => line.trim()).filter(Boolean);
      showLikeness(place, input, (await post("v1/embeddings", asked({ input, model }), signal)).data);
    },
  },
};
