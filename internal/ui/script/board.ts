// Cards of the board are dragged from column to column; the buttons on them do the same.
let dragged: HTMLElement | undefined;

function column(event: Event): HTMLElement | null {
  return dragged ? (event.target as Element).closest<HTMLElement>("[data-column]") : null;
}

document.addEventListener("dragstart", (event) => {
  dragged = (event.target as Element).closest?.<HTMLElement>(".board__card") ?? undefined;
});
document.addEventListener("dragover", (event) => {
  const over = column(event);
  if (!over) return;
  event.preventDefault();
  for (const one of document.querySelectorAll("[data-over]")) if (one !== over) one.removeAttribute("data-over");
  over.setAttribute("data-over", "");
});
document.addEventListener("dragend", () => {
  dragged = undefined;
  for (const one of document.querySelectorAll("[data-over]")) one.removeAttribute("data-over");
});
document.addEventListener("drop", (event) => {
  const to = column(event), card = dragged;
  if (!to || !card || card.closest("[data-column]") === to) return;
  event.preventDefault();
  card.querySelector<HTMLButtonElement>(`button[value="${to.dataset.column}"]`)?.click();
});
