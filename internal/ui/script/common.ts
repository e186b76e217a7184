// What every page does with a script. Each of these works without one, only less smoothly.

/** Anything that says what it did, says it here: a line at the foot of the page that leaves by itself. */
export function toast(text: string, icon = ""): void {
  let place = document.querySelector<HTMLElement>("#toasts");
  if (!place) {
    place = document.createElement("div");
    place.id = "toasts";
    place.className = "toasts";
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  const line = document.createElement("p");
  line.className = "toast";
  line.textContent = icon ? `${icon} ${text}` : text;
  line.addEventListener("animationend", () => line.remove());
  place.append(line);
}

/** The texts that scripts say stand on the page, in its language: data-say-<name> of the body. */
export function say(name: string): string {
  return document.body.dataset["say" + name[0]!.toUpperCase() + name.slice(1)] ?? "";
}

async function copy(text: string): Promise<void> {
  await navigator.clipboard?.writeText(text);
  toast(say("copied"));
}

/** What a copy button copies: the element it names, the code beside it, or its own text. */
function copied(button: HTMLElement): string {
  const named = button.dataset.copy;
  if (named) return document.querySelector(named)?.textContent ?? "";
  return button.closest("figure")?.querySelector("code")?.textContent ?? button.textContent ?? "";
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const asked = target.closest<HTMLElement>("[data-confirm]");
  if (asked && !window.confirm(asked.dataset.confirm)) {
    event.preventDefault();
    return;
  }
  const copies = target.closest<HTMLElement>("[data-copy]");
  if (copies) void copy(copied(copies).trim());
  const copyable = target.closest<HTMLElement>("[data-copyable]");
  if (copyable) void copy((copyable.dataset.copyable || copyable.textContent || "").trim());
  const closes = target.closest<HTMLElement>("[data-close]");
  if (closes) closes.closest("dialog")?.close();
  const opens = target.closest<HTMLElement>("[data-open-dialog]");
  if (opens) {
    const dialog = document.querySelector<HTMLDialogElement>(opens.dataset.openDialog!);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
  }
});

/** A theme is put on at once; the form only remembers it. */
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.matches("[data-theme-form]")) return;
  const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
  if (!button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.documentElement.dataset.theme = button.value;
  for (const one of form.querySelectorAll("button")) {
    if (one === button) one.setAttribute("aria-pressed", "true");
    else one.setAttribute("aria-pressed", "false");
  }
  void fetch(form.action, { method: "POST", body: new URLSearchParams({ theme: button.value }), redirect: "manual" });
}, true);

/** A form marked data-once goes out once, however often it is tapped. */
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "true";
}, true);

/** Pages come back from the browser's memory with their forms usable. */
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLElement>("[data-once][data-sent]")) delete form.dataset.sent;
});

/** A picture that cannot be shown leaves its sign. */
document.addEventListener("error", (event) => {
  if (event.target instanceof HTMLImageElement) event.target.parentElement?.classList.add("picture--broken");
}, true);

/** A line whose time has come goes away: an undo is offered for some seconds. */
document.addEventListener("animationend", (event) => {
  const line = event.target as HTMLElement;
  if (line.matches(".toast, .toast *") && event.animationName === "toast") line.closest(".toast")?.remove();
});

/** Whether somebody is writing, so that keys are letters and not commands. */
export function writing(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  return event.ctrlKey || event.metaKey || event.altKey || target.matches("input, textarea, select, [contenteditable]");
}

/** What offers to take something back goes away after six seconds, unless somebody is at it. */
export function leaving(): void {
  for (const line of document.querySelectorAll<HTMLElement>("[data-leaves]")) {
    if (line.dataset.leaves) continue;
    line.dataset.leaves = "soon";
    const leave = (): void => { if (line.matches(":hover, :focus-within")) window.setTimeout(leave, 2000); else line.remove(); };
    window.setTimeout(leave, 6000);
  }
}
document.addEventListener("htmx:after:swap", leaving);
leaving();

/** A menu closes when somebody goes on elsewhere. */
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll<HTMLDetailsElement>("details.pop[open]")) {
    if (!open.contains(event.target as Node)) open.open = false;
  }
});

/** Over a time stands the exact one, here and in UTC. */
document.addEventListener("pointerover", (event) => {
  const time = (event.target as Element).closest?.("time");
  if (!time?.dateTime || time.dataset.exact) return;
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) return;
  time.dataset.exact = "yes";
  time.title = `${at.toLocaleString(document.documentElement.lang || undefined)} · ${at.toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC")}`;
});
