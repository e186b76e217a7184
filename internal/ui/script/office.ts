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
/** How long a chat stays open is counted from when the page came: the server's clock may be moved. */
const came = Date.now();
function windows(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-left]")) {
    const minutes = Math.max(0, Math.floor((Number(time.dataset.left) - (Date.now() - came) / 1000) / 60));
    time.textContent = (time.dataset.text ?? "").replace("{h}", String(Math.floor(minutes / 60))).replace("{m}", String(minutes % 60));
  }
}
window.setInterval(windows, 10_000);

/** Ctrl Enter sends what was written; a chat begins at its end. */
document.addEventListener("keydown", (event) => {
  const field = event.target as HTMLTextAreaElement;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field.matches("[data-send]")) field.form?.requestSubmit();
});
const talk = document.querySelector("#talk");
if (talk) talk.scrollTop = talk.scrollHeight;

countdown();
window.setInterval(countdown, 1000);
