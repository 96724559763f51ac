// The four tabs: one is open, the arrow keys go from tab to tab, and the address remembers the open one.

const tabs = () => [...document.querySelectorAll('[role="tab"]')];

export function openTab(name, { focus = false } = {}) {
  const known = tabs().some((tab) => tab.getAttribute("aria-controls") === name);
  if (!known) return;
  for (const tab of tabs()) {
    const isOpen = tab.getAttribute("aria-controls") === name;
    tab.setAttribute("aria-selected", isOpen);
    tab.tabIndex = isOpen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !isOpen;
    if (isOpen && focus) tab.focus();
  }
  history.replaceState(null, "", `#${name}`);
}

export const openedTab = () => tabs().find((tab) => tab.getAttribute("aria-selected") === "true").getAttribute("aria-controls");

export function startTabs() {
  const list = tabs();
  for (const [index, tab] of list.entries()) {
    tab.addEventListener("click", () => openTab(tab.getAttribute("aria-controls")));
    tab.addEventListener("keydown", (event) => {
      const targets = { ArrowRight: index + 1, ArrowLeft: index - 1 + list.length, Home: 0, End: list.length - 1 };
      if (!(event.key in targets)) return;
      event.preventDefault();
      openTab(list[targets[event.key] % list.length].getAttribute("aria-controls"), { focus: true });
    });
  }
  const openNamed = () => openTab(location.hash.slice(1));
  addEventListener("hashchange", openNamed);
  openNamed();
}
