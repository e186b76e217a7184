// What waits for somebody stands beside the pages in the side bar, and is told by the browser where it was allowed.
import { say } from "./common";

const from = document.body.dataset.pulse;
const title = document.title;
let before: Record<string, number> | undefined;

function mark(section: string, n: number): void {
  for (const link of document.querySelectorAll<HTMLElement>(`a.nav[data-section="${section}"]`)) {
    let badge = link.querySelector<HTMLElement>(".nav__count");
    if (n === 0) badge?.remove();
    else {
      if (!badge) {
        badge = document.createElement("span");
        badge.className = "badge nav__count";
        link.append(badge);
      }
      badge.textContent = n > 99 ? "99+" : String(n);
    }
  }
}

function tell(section: string): void {
  if (!("Notification" in window) || Notification.permission !== "granted" || !document.hidden) return;
  const link = document.querySelector<HTMLAnchorElement>(`a.nav[data-section="${section}"]`);
  const note = new Notification(say(section), { body: document.querySelector<HTMLSelectElement>("[data-business] select")?.selectedOptions[0]?.text ?? "", tag: section });
  note.addEventListener("click", () => { window.focus(); if (link) window.location.assign(link.href); });
}

async function look(): Promise<void> {
  if (!from) return;
  const answer = await fetch(from, { headers: { Accept: "application/json" }, redirect: "error" }).catch(() => undefined);
  if (!answer?.ok) return;
  const now = await answer.json() as Record<string, number>;
  for (const [section, n] of Object.entries(now)) {
    mark(section, n);
    if (before && n > (before[section] ?? 0)) tell(section);
  }
  before = now;
  document.body.dataset.pulsed = "yes";
  const waits = (now.inbox ?? 0) + (now.orders ?? 0);
  document.title = waits > 0 ? `(${waits}) ${title}` : title;
}

if (from) {
  void look();
  window.setInterval(() => void look(), 15_000);
  document.addEventListener("visibilitychange", () => void look());
}

const ask = document.querySelector<HTMLElement>("[data-notify]");
if (ask && "Notification" in window && Notification.permission === "default") {
  ask.hidden = false;
  ask.addEventListener("click", () => void Notification.requestPermission().then(() => { ask.hidden = true; }));
}
