// A message stands in the chat as soon as it is sent, with a clock until the server has it: nobody waits to see their own
// words. What could not be sent goes back into the field.

/** The message on its way, and how to take it back. */
let waiting: { text: string; field: HTMLTextAreaElement; line: HTMLElement } | undefined;

function clock(like: Element | null): SVGElement | undefined {
  const icon = like?.querySelector("svg.icon")?.cloneNode(true) as SVGElement | undefined;
  const use = icon?.querySelector("use");
  use?.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*/, "#clock-3"));
  return icon;
}

document.addEventListener("htmx:before:request", (event) => {
  const form = event.target as Element;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-composer]")) return;
  const field = form.querySelector("textarea"), lists = document.querySelectorAll<HTMLElement>("#screen .messages");
  const list = lists[lists.length - 1];
  if (!field || !list || waiting) return;
  const line = document.createElement("li"), bubble = document.createElement("div"), text = document.createElement("p"), meta = document.createElement("span");
  line.className = "message message--mine message--waiting";
  bubble.className = "bubble";
  text.className = "bubble__text";
  meta.className = "meta";
  text.textContent = field.value.trim();
  const icon = clock(form.querySelector(".composer__send"));
  if (icon) meta.append(icon);
  text.append(meta);
  bubble.append(text);
  line.append(bubble);
  list.append(line);
  list.closest(".log")?.scrollTo({ top: 0 });
  waiting = { text: field.value, field, line };
  field.value = "";
});

/** Nothing came of it: the words are not lost. */
function undo(): void {
  if (!waiting) return;
  waiting.line.remove();
  if (waiting.field.isConnected && waiting.field.value === "") waiting.field.value = waiting.text;
  waiting = undefined;
}
document.addEventListener("htmx:error", undo);
document.addEventListener("htmx:response:error", undo);
document.addEventListener("htmx:after:swap", () => { waiting?.line.remove(); waiting = undefined; });
