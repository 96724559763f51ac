// Small helpers that make and fill elements. Data becomes text, never markup.

/** Makes an element with attributes, and children that are elements or texts. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** Makes an element of a drawing. */
export function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function percentage(share) {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  return `${percent >= 10 || percent === 0 ? percent.toFixed(0) : percent.toPrecision(2)} %`;
}

/** Fills a list with labels and their shares of one, each as a bar. */
export function showBars(list, entries) {
  list.replaceChildren(
    ...entries.map(({ label, score }) => {
      const bar = element("span", { class: "bar", "aria-hidden": "true" }, element("span"));
      bar.firstChild.style.transform = `scaleX(${Math.min(Math.max(score, 0), 1)})`;
      return element(
        "li", {}, element("span", { class: "name" }, label), " ", element("span", { class: "share" }, percentage(score)), bar);
    }),
  );
}

/** Tells what the server remarks about what it was given. */
export function showWarnings(paragraph, warnings = []) {
  paragraph.textContent = warnings.map((text) => `Note: ${text}.`.replace(/\.\.$/, ".")).join(" ");
  paragraph.hidden = warnings.length === 0;
}

/** Lets a button copy a text, and say so. */
export function copyOnClick(button, text) {
  const name = button.textContent;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text());
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = name), 1500);
  });
}
