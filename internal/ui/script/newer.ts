// Who reads further up in a chat is told how many messages came in meanwhile; a press leads down to them.
import { say } from "./common";

/** How far up one reads before the newest message is out of sight. A log counts its place from its foot. */
const away = 120;

const pill = document.createElement("button");
pill.type = "button";
pill.className = "button newer";
pill.hidden = true;
const place = document.createElement("div");
place.setAttribute("role", "status");
place.append(pill);
document.body.append(place);

let chat = "";
let known = new Set<string>();
let waiting = 0;

function log(): HTMLElement | null {
  return document.querySelector<HTMLElement>(".log[id]");
}

function up(of: HTMLElement): boolean {
  return of.scrollTop < -away;
}

function show(of: HTMLElement | null): void {
  if (!of || !up(of)) waiting = 0;
  if (pill.hidden !== (waiting === 0)) pill.hidden = waiting === 0;
  if (!of || waiting === 0) return;
  const text = say("newer").replace("{n}", String(waiting));
  if (pill.textContent !== text) pill.textContent = text;
  const box = of.getBoundingClientRect();
  pill.style.left = `${box.left + box.width / 2}px`;
  pill.style.top = `${box.bottom - 12}px`;
}

function look(): void {
  const of = log();
  const came = of ? [...of.querySelectorAll<HTMLElement>(".message:not(.message--mine)[data-wamid]")].map((m) => m.dataset.wamid!) : [];
  if (of?.id !== chat) {
    chat = of?.id ?? "";
    known = new Set(came);
    waiting = 0;
  }
  for (const wamid of came) {
    if (known.has(wamid)) continue;
    known.add(wamid);
    waiting++;
  }
  show(of);
}

pill.addEventListener("click", () => {
  log()?.scrollTo({ top: 0 });
  show(log());
});
document.addEventListener("scroll", (event) => { if (event.target === log()) show(log()); }, { capture: true, passive: true });
window.addEventListener("resize", () => show(log()));
new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
look();
