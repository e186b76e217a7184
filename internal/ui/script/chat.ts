// The few things the chat cannot do without a script: read receipts by what is on screen, keeping a
// reader's place, Enter to send. Everything else is links and forms.
import { say, toast } from "./common";
import "./newer";
import "./place";
import "./sending";
import "./touch";
import "./voice";

/** The messages of a chat. Stays at the newest message, and tells the shop what was on screen. */
class ChatLog extends HTMLElement {
  private seen = "";
  private observer?: IntersectionObserver;
  private watch?: MutationObserver;
  private readonly onVisible = (): void => this.again();

  connectedCallback(): void {
    this.observer = new IntersectionObserver((entries) => this.look(entries), { threshold: 0.5 });
    this.watch = new MutationObserver(() => this.observe());
    this.watch.observe(this, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-wamid"] });
    document.addEventListener("visibilitychange", this.onVisible);
    this.observe();
  }

  disconnectedCallback(): void {
    this.observer?.disconnect();
    this.watch?.disconnect();
    document.removeEventListener("visibilitychange", this.onVisible);
  }

  private theirs(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(".message:not(.message--mine)")];
  }

  private observe(): void {
    for (const message of this.theirs()) this.observer?.observe(message);
  }

  private again(): void {
    this.observer?.disconnect();
    this.observe();
  }

  private look(entries: IntersectionObserverEntry[]): void {
    if (document.visibilityState !== "visible") return;
    const order = this.theirs().map((m) => m.dataset.wamid ?? "");
    let last = order.indexOf(this.seen);
    for (const entry of entries) {
      if (entry.isIntersecting) last = Math.max(last, order.indexOf((entry.target as HTMLElement).dataset.wamid ?? ""));
    }
    const newest = order[last];
    if (newest === undefined || newest === this.seen) return;
    this.seen = newest;
    fetch(this.dataset.read ?? "", {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ up_to: newest }),
      keepalive: true,
    }).catch(() => { this.seen = ""; });
  }
}
customElements.define("chat-log", ChatLog);

/** Enter sends, Shift+Enter makes a line; the field grows with its text. */
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLTextAreaElement) || !field.closest("[data-composer]")) return;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (field.value.trim() !== "") field.form?.requestSubmit();
});

/** A new screen starts where its reader looks first. */
document.addEventListener("htmx:after:swap", () => {
  const first = document.querySelector<HTMLElement>("#screen [autofocus]");
  if (first && document.activeElement !== first) first.focus({ preventScroll: true });
});

/** Escape closes a sheet or dialog, as the back button does. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector<HTMLDetailsElement>(".menu[open], .attach[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary")?.focus();
    return;
  }
  document.querySelector<HTMLElement>(".dialog .button, .quote__close, .bar__back")?.click();
});

/** Whoever is writing stops being so after a while, when no message came of it. */
class TypingNote extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    this.timer = window.setTimeout(() => this.remove(), 25_000);
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer);
  }
}
customElements.define("typing-note", TypingNote);

/** The count between − and +: a long press, or Enter, lets a customer type it. */
class CountStepper extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    this.tabIndex = 0;
    this.setAttribute("role", "button");
    this.setAttribute("aria-label", this.dataset.label ?? "");
    this.addEventListener("pointerdown", this.press);
    this.addEventListener("pointerup", this.release);
    this.addEventListener("pointerleave", this.release);
    this.addEventListener("keydown", this.key);
    this.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  private readonly press = (): void => { window.clearTimeout(this.timer); this.timer = window.setTimeout(() => this.type(), 450); };
  private readonly release = (): void => { window.clearTimeout(this.timer); };
  private readonly key = (event: KeyboardEvent): void => {
    if (event.target !== this || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    this.type();
  };

  private type(): void {
    const form = this.closest("form");
    if (!form || this.querySelector("input")) return;
    const now = this.textContent?.trim() ?? "";
    const field = document.createElement("input");
    Object.assign(field, { type: "number", name: "quantity", min: "0", max: "99", value: now, inputMode: "numeric" });
    field.setAttribute("aria-label", this.dataset.label ?? "");
    this.removeAttribute("role");
    this.replaceChildren(field);
    field.focus();
    field.select();
    const done = (): void => {
      if (!field.isConnected) return;
      if (field.value !== "" && field.value !== now && field.reportValidity()) form.requestSubmit();
      else this.put(now);
    };
    field.addEventListener("blur", done, { once: true });
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") { event.preventDefault(); field.blur(); }
      if (event.key === "Escape") { field.value = now; field.blur(); this.focus(); }
    });
  }

  private put(count: string): void {
    const output = document.createElement("output");
    output.textContent = count;
    this.setAttribute("role", "button");
    this.replaceChildren(output);
  }
}
customElements.define("count-stepper", CountStepper);

/** A long description begins with its first lines; a button behind it shows the rest. */
class ReadMore extends HTMLElement {
  connectedCallback(): void {
    this.classList.add("cut");
    if (this.scrollHeight <= this.clientHeight + 2) {
      this.classList.remove("cut");
      return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = this.dataset.more ?? "";
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => { this.classList.remove("cut"); button.remove(); });
    this.after(button);
  }
}
customElements.define("read-more", ReadMore);

/** The dot of the picture that is seen is filled. */
function follow(gallery: Element): void {
  if (gallery.hasAttribute("data-followed")) return;
  gallery.setAttribute("data-followed", "");
  const dots = gallery.parentElement?.querySelectorAll(".dots a") ?? [];
  const pictures = [...gallery.querySelectorAll(".gallery__image")];
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      const at = pictures.indexOf(entry.target);
      dots.forEach((dot, n) => { if (n === at) dot.setAttribute("aria-current", "true"); else dot.removeAttribute("aria-current"); });
    }
  }, { root: gallery, threshold: 0.6 });
  for (const picture of pictures) watch.observe(picture);
}

/** Dots turn the pictures without moving the page. */
function ready(): void {
  for (const gallery of document.querySelectorAll(".gallery")) follow(gallery);
}
document.addEventListener("htmx:after:swap", ready);
ready();

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const dot = target.closest<HTMLAnchorElement>(".dots a");
  if (dot) {
    event.preventDefault();
    document.querySelector(dot.getAttribute("href") ?? "")?.scrollIntoView({ behavior: "smooth", block: "nearest", inline: "center" });
    return;
  }
  const share = target.closest<HTMLAnchorElement>("a[data-share]");
  if (!share) return;
  event.preventDefault();
  const data = { title: document.title, url: share.href };
  if (typeof navigator.share === "function") navigator.share(data).catch(() => undefined);
  else void navigator.clipboard?.writeText(share.href).then(() => toast(say("copied")));
});
