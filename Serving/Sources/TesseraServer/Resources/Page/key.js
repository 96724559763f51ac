// The key that a server may ask for. It lives as long as the tab does.

const name = "tessera-key";

export const storedKey = () => sessionStorage.getItem(name);

let asking = null;

/** Asks for a key; gives whether there is one now. Requests that are refused at the same time share one question. */
export function askForKey() {
  asking ??= ask().finally(() => (asking = null));
  return asking;
}

function ask() {
  const dialog = document.getElementById("key-dialog");
  const field = document.getElementById("key");
  dialog.querySelector(".error").hidden = storedKey() === null;
  field.value = "";
  dialog.showModal();
  field.focus();
  return new Promise((resolve) => {
    let isGiven = false;
    dialog.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      isGiven = field.value.trim() !== "";
      if (isGiven) sessionStorage.setItem(name, field.value.trim());
      dialog.close();
    };
    document.getElementById("no-key").onclick = () => dialog.close();
    dialog.onclose = () => resolve(isGiven);
  });
}
