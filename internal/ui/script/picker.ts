// The picker of products by keyboard: from the field the arrow down leads to the first product, arrows go from one to the
// next, Enter takes it, and a letter goes on writing in the field.
document.addEventListener("keydown", (event) => {
  const here = event.target as HTMLElement;
  const box = here.closest<HTMLElement>("[data-picker]");
  if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = box.querySelector<HTMLInputElement>("[data-search]");
  const picks = [...box.querySelectorAll<HTMLButtonElement>(".offer:enabled")];
  const at = picks.indexOf(here as HTMLButtonElement);
  if (here !== field && at < 0) return;
  if (here === field && event.key === "Enter") event.preventDefault(); // what is looked for is found while one writes
  let to: HTMLElement | undefined | null;
  if (event.key === "ArrowDown" || (event.key === "ArrowRight" && here !== field)) to = picks[at + 1];
  else if (event.key === "ArrowUp" || (event.key === "ArrowLeft" && here !== field)) to = at > 0 ? picks[at - 1] : field;
  else if (here !== field && event.key.length === 1 && event.key !== " ") {
    field?.focus(); // the letter itself comes into the field by the key's own way
    return;
  }
  if (!to) return;
  event.preventDefault();
  to.focus();
});

/** What is checked while somebody types is older than what a button of the form answers, and must not come after it. */
let pressed = false;

function forgetCheck(): void {
  document.querySelector("[data-checks]")?.dispatchEvent(new Event("htmx:abort"));
}

document.addEventListener("click", (event) => {
  if (!(event.target as Element).closest("#composing button[hx-post]")) return;
  pressed = true;
  forgetCheck();
});
document.addEventListener("htmx:after:swap", () => {
  if (!pressed) return;
  pressed = false;
  forgetCheck();
});
