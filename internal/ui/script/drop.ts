// Pictures that are dropped on a form, or chosen, go up at once and leave their address in the form's field. Without a script they go up
// with the form.
const most = 8 << 20;

function fieldOf(zone: HTMLElement): HTMLInputElement | HTMLTextAreaElement | null {
  return zone.closest("form")?.querySelector(`[name="${CSS.escape(zone.dataset.drop ?? "")}"]`) ?? null;
}

/** Puts the address into the field: the only one of an input, one more line of a text area. */
function put(zone: HTMLElement, link: string): void {
  const field = fieldOf(zone);
  if (!field) return;
  field.value = field instanceof HTMLTextAreaElement ? `${field.value.trimEnd()}\n${link}`.trim() : link;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const shown = document.querySelector<HTMLElement>(".preview .picture");
  if (!shown || field instanceof HTMLTextAreaElement) return;
  const image = document.createElement("img");
  image.src = new URL(link).pathname;
  image.alt = "";
  shown.querySelector("img")?.remove();
  shown.classList.remove("picture--none", "picture--broken");
  shown.append(image);
}

async function send(zone: HTMLElement, file: File): Promise<string> {
  if (file.size > most) return zone.dataset.failed ?? "";
  const form = new FormData();
  form.append("picture", file);
  const answer = await fetch(zone.dataset.to ?? "", { method: "POST", body: form, redirect: "error" }).catch(() => undefined);
  const told = await answer?.json().catch(() => undefined) as { link?: string; error?: string } | undefined;
  if (answer?.ok && told?.link) put(zone, told.link);
  else return told?.error ?? zone.dataset.failed ?? "";
  return "";
}

async function take(zone: HTMLElement, files: File[]): Promise<void> {
  const said = zone.querySelector<HTMLElement>(".drop__said");
  const input = zone.querySelector<HTMLInputElement>(".drop__file");
  const problems: string[] = [];
  zone.setAttribute("aria-busy", "true");
  if (said) said.textContent = zone.dataset.taking ?? "";
  for (const file of input?.multiple ? files : files.slice(0, 1)) {
    const problem = await send(zone, file);
    if (problem) problems.push(`${file.name}: ${problem}`);
  }
  zone.removeAttribute("aria-busy");
  if (said) said.textContent = problems.join(" ");
  said?.toggleAttribute("data-bad", problems.length > 0);
  if (input) input.value = ""; // it is up already
}

document.addEventListener("change", (event) => {
  const input = event.target as HTMLInputElement;
  const zone = input.closest<HTMLElement>("[data-drop]");
  if (zone && input.files?.length) void take(zone, [...input.files]);
});

for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = (event.target as Element).closest<HTMLElement>("[data-drop]");
    const files = [...(event as DragEvent).dataTransfer?.files ?? []];
    if (!zone) return;
    event.preventDefault();
    zone.toggleAttribute("data-over-drop", kind === "dragover" || kind === "dragenter");
    if (kind === "drop" && files.length > 0) void take(zone, files);
  });
}
