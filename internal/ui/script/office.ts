// What pages with a side bar share: the menu on small screens, fields that send their form, the palette.
import "./common";
import "./palette";

document.addEventListener("click", (event) => {
  const toggle = (event.target as Element).closest<HTMLElement>("[data-toggle]");
  if (!toggle) return;
  event.preventDefault();
  const open = document.getElementById(toggle.dataset.toggle ?? "")?.toggleAttribute("data-open");
  toggle.setAttribute("aria-expanded", String(open));
});

document.addEventListener("change", (event) => {
  const field = event.target as HTMLInputElement | HTMLSelectElement;
  if (field.matches("[data-go]")) window.location.assign(field.value);
  else if (field.matches("[data-change]") || (field.matches("select") && field.closest("[data-autosubmit]"))) field.form?.requestSubmit();
});

/** How long until something happens, told while one looks. */
function countdown(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-until]")) {
    const left = Math.round((Date.parse(time.dateTime) - Date.now()) / 1000);
    time.title = time.title || time.textContent || "";
    if (left > 0 && left < 3600) time.textContent = left < 60 ? `${left} s` : `${Math.floor(left / 60)} min ${left % 60} s`;
  }
}
countdown();
window.setInterval(countdown, 1000);
