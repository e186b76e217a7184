// Lines of a list in the order of their fields are dragged to another place; the arrows on them do the same.
let held: HTMLElement | undefined;

function list(of: HTMLElement | undefined): HTMLElement | null {
  return of?.closest<HTMLElement>("[data-sortable]") ?? null;
}

document.addEventListener("dragstart", (event) => {
  const line = (event.target as Element).closest?.<HTMLElement>("[data-sortable] > li");
  if (!line) return;
  held = line;
  line.toggleAttribute("data-held", true);
  event.dataTransfer?.setData("text/plain", line.textContent?.trim() ?? ""); // Firefox drags nothing without
});

document.addEventListener("dragover", (event) => {
  const over = (event.target as Element).closest<HTMLElement>("[data-sortable] > li");
  if (!held || !over || list(over) !== list(held)) return;
  event.preventDefault();
  if (over === held) return;
  const box = over.getBoundingClientRect();
  if (event.clientY > box.top + box.height / 2) over.after(held);
  else over.before(held);
});

document.addEventListener("drop", (event) => {
  if (held && list(event.target as HTMLElement) === list(held)) event.preventDefault();
});

document.addEventListener("dragend", () => {
  held?.removeAttribute("data-held");
  held?.dispatchEvent(new Event("input", { bubbles: true })); // what stands beside the form follows
  held = undefined;
});
