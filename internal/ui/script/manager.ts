// What the manager does with a script: it sends a form when a choice is made, ticks all boxes, counts characters.
// Every form works without.
import { writing } from "./common";

document.addEventListener("click", (event) => {
  const toggle = (event.target as Element).closest<HTMLElement>("[data-toggle]");
  if (!toggle) return;
  const open = document.getElementById(toggle.dataset.toggle ?? "")?.toggleAttribute("data-open");
  toggle.setAttribute("aria-expanded", String(open));
});

document.addEventListener("change", (event) => {
  const field = event.target as HTMLInputElement | HTMLSelectElement;
  if (field.matches("[data-go]")) window.location.assign(field.value);
  else if (field.matches("[data-all]")) {
    for (const box of document.querySelectorAll<HTMLInputElement>('input[form="bulk"]')) box.checked = (field as HTMLInputElement).checked;
  } else if (field.matches("[data-change]") || (field.matches("select") && field.closest("[data-autosubmit]"))) field.form?.requestSubmit();
});

/** A counter says how many characters a field has and may have. */
function count(counter: HTMLElement): void {
  const field = counter.closest("label")?.querySelector<HTMLInputElement>("input, textarea");
  if (!field) return;
  const show = (): void => { counter.textContent = `${[...field.value].length} / ${counter.dataset.count}`; };
  field.addEventListener("input", show);
  show();
}
for (const counter of document.querySelectorAll<HTMLElement>("[data-count]")) count(counter);

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || writing(event)) return;
  const search = document.querySelector<HTMLElement>("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
});
