// The few things the chat cannot do without a script: read receipts by what is on screen, keeping a
// reader's place, Enter to send. Everything else is links and forms.
import "./common";

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
