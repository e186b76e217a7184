// The command palette (Ctrl K), the sheet of keys (?), and the keys of lists: j, k, Enter, r, c, /.
import { writing } from "./common";

interface Found { kind: string; title: string; note?: string; href: string }

const palette = document.querySelector<HTMLDialogElement>("#palette");
const field = palette?.querySelector<HTMLInputElement>("input");
const list = palette?.querySelector<HTMLElement>(".palette__list");
let entries: Found[] = [];
let chosen = 0;
let asked = 0;

/** Letters without marks: "ca phe" finds "cà phê". */
function plain(text: string): string {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d");
}

/** The pages in the side bar are always at hand. */
function places(): Found[] {
  return [...document.querySelectorAll<HTMLAnchorElement>("a.nav[href]")].map((a) => ({ kind: "", title: a.textContent?.trim() ?? "", href: a.href }));
}

function draw(): void {
  if (!list || !field) return;
  list.replaceChildren(...entries.map((entry, n) => {
    const item = document.createElement("li");
    item.id = `palette-${n}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(n === chosen));
    item.className = "palette__item";
    const title = document.createElement("span");
    title.textContent = entry.title;
    item.append(title);
    const note = document.createElement("small");
    note.textContent = [entry.kind, entry.note].filter(Boolean).join(" · ");
    item.append(note);
    item.addEventListener("click", () => go(entry));
    item.addEventListener("pointermove", () => { if (chosen !== n) { chosen = n; mark(); } });
    return item;
  }));
  mark();
}

function mark(): void {
  list?.querySelectorAll("[role=option]").forEach((item, n) => {
    item.setAttribute("aria-selected", String(n === chosen));
    if (n === chosen) item.scrollIntoView({ block: "nearest" });
  });
  if (entries.length > 0) field?.setAttribute("aria-activedescendant", `palette-${chosen}`);
  else field?.removeAttribute("aria-activedescendant");
}

function go(entry: Found): void {
  palette?.close();
  window.location.assign(entry.href);
}

async function look(): Promise<void> {
  if (!field) return;
  const text = field.value.trim();
  const turn = ++asked;
  chosen = 0;
  entries = places().filter((p) => plain(p.title).includes(plain(text)));
  draw();
  const from = document.body.dataset.palette;
  if (text.length < 2 || !from) return;
  const answer = await fetch(`${from}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
  if (turn !== asked || !answer.ok) return;
  entries = [...entries, ...(await answer.json() as Found[])];
  draw();
}

function open(): void {
  if (!palette || palette.open || !field) return;
  palette.showModal();
  field.value = "";
  field.focus();
  void look();
}

let wait = 0;
field?.addEventListener("input", () => {
  window.clearTimeout(wait);
  wait = window.setTimeout(() => void look(), 120);
});
field?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : entries.length - 1)) % Math.max(entries.length, 1);
    mark();
  } else if (event.key === "Enter") {
    event.preventDefault();
    const entry = entries[chosen];
    if (entry) go(entry);
  }
});

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}

document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-open-palette]")) open();
});

/** The row at hand, and the one before or behind it. */
function step(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  if (rows.length === 0) return;
  const at = rows.indexOf(document.activeElement as HTMLElement);
  rows[Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open();
    return;
  }
  if (writing(event) || document.querySelector("dialog[open]")) return;
  switch (event.key) {
    case "?": document.querySelector<HTMLDialogElement>("#keys")?.showModal(); break;
    case "j": step(1); break;
    case "k": step(-1); break;
    case "/": {
      const search = document.querySelector<HTMLElement>("[data-search]");
      if (!search) return;
      search.focus();
      break;
    }
    default: {
      const key = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`);
      if (!key) return;
      key.click();
    }
  }
  event.preventDefault();
});
