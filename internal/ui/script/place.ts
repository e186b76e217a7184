// A reader's place is kept: going back, by the browser or by the arrow in the bar, or loading the page anew, shows the
// list where it was left. A link followed forward starts at the top, as everywhere.

const key = "place:";
let back = returned();

function returned(): boolean {
  const entry = performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined;
  return entry?.type === "reload" || entry?.type === "back_forward";
}

function page(): string { return key + location.pathname + location.search; }

function put(): void {
  if (!back) return;
  back = false;
  const list = document.querySelector<HTMLElement>("#screen .scroll, #screen .log");
  const at = sessionStorage.getItem(page());
  if (list && at !== null) list.scrollTop = Number(at);
}

/** The list tells its place whenever it has moved. */
document.addEventListener("scroll", (event) => {
  const list = event.target;
  if (list instanceof HTMLElement && list.matches(".scroll, .log")) sessionStorage.setItem(page(), String(Math.round(list.scrollTop)));
}, { capture: true, passive: true });

window.addEventListener("popstate", () => { back = true; }, true);
document.addEventListener("click", (event) => {
  const link = (event.target as Element).closest("a[href]");
  if (link) back = link.matches(".bar__back");
}, true);
document.addEventListener("htmx:after:swap", put);
put();
