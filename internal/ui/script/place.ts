// A reader's place is kept: going back, by the browser or by the arrow in the bar, or loading the page anew, shows the
// list where it was left. A link followed forward starts at the top, as everywhere. The arrow goes to where the reader came
// from, a list or a cart, and to the chat only for who came from nowhere.

const kind = (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined)?.type;
let back = kind === "reload" || kind === "back_forward";

function here(): string { return location.pathname + location.search; }

/** The pages of this window up to the one at hand. */
function trail(change: (list: string[]) => void): string[] {
  const list = JSON.parse(sessionStorage.getItem("trail") ?? "[]") as string[];
  change(list);
  sessionStorage.setItem("trail", JSON.stringify(list.slice(-40)));
  return list;
}
const forward = (list: string[]): void => { if (list[list.length - 1] !== here()) list.push(here()); };
const backward = (list: string[]): void => { if (list[list.length - 2] === here()) list.pop(); else forward(list); };
trail(kind === "back_forward" ? backward : forward);
document.addEventListener("htmx:after:history:push", () => { trail(forward); });
document.addEventListener("htmx:after:history:replace", () => { trail((list) => { list[Math.max(0, list.length - 1)] = here(); }); });
window.addEventListener("popstate", () => { back = true; trail(backward); }, true);

function put(): void {
  if (!back) return;
  const list = document.querySelector<HTMLElement>("#screen .scroll, #screen .log");
  const at = sessionStorage.getItem("place:" + here());
  if (!list) return;
  back = false;
  if (at !== null) list.scrollTop = Number(at);
}

/** The list tells its place whenever it has moved. */
document.addEventListener("scroll", (event) => {
  const list = event.target;
  if (list instanceof HTMLElement && list.matches(".scroll, .log")) sessionStorage.setItem("place:" + here(), String(Math.round(list.scrollTop)));
}, { capture: true, passive: true });

document.addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
  if (!link) return;
  back = link.matches(".bar__back");
  if (!back || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const list = trail(() => undefined), last = list[list.length - 2];
  // From a chat the arrow leads to the chats, wherever its reader was before.
  if (!last?.startsWith(link.pathname) || link.pathname === "/chat" || history.length < 2) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  history.back();
}, true);
document.addEventListener("htmx:after:swap", put);
put();
