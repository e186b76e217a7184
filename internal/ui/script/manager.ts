// What the manager does with a script: it ticks all boxes, counts characters. Every form works without.
import "./office";
import "./picker";
import "./grid";
import "./board";
import "./pulse";
import "./drop";
import "./sort";

document.addEventListener("change", (event) => {
  const field = event.target as HTMLInputElement;
  if (!field.matches("[data-all]")) return;
  for (const box of document.querySelectorAll<HTMLInputElement>('input[form="bulk"]')) box.checked = field.checked;
});

/** A counter says how many characters a field has and may have. */
function count(counter: HTMLElement): void {
  const field = counter.closest("label")?.querySelector<HTMLInputElement>("input, textarea");
  if (!field) return;
  const most = Number(counter.dataset.count);
  const now = [...field.value].length;
  counter.textContent = `${now} / ${most}`;
  counter.toggleAttribute("data-over", now > most);
}

function countAll(): void {
  for (const counter of document.querySelectorAll<HTMLElement>("[data-count]")) count(counter);
}

document.addEventListener("input", (event) => {
  const counter = (event.target as Element).closest("label")?.querySelector<HTMLElement>("[data-count]");
  if (counter) count(counter);
});
document.addEventListener("htmx:after:swap", countAll);
countAll();

/** What is written into a form shows beside it as customers will see it. */
document.addEventListener("input", (event) => {
  const field = event.target as HTMLInputElement;
  if (!field.closest("[data-mirrored]")) return;
  const shown = document.querySelector<HTMLElement>(`[data-mirror="${CSS.escape(field.name)}"]`);
  if (shown) shown.textContent = field.value;
});
