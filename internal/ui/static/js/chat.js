// The few things the chat cannot do without a script: read receipts by what is on screen, keeping a
// reader's place, one submit per form, Enter to send. Everything else is links and forms.
"use strict";

/** The messages of a chat. Stays at the newest message, and tells the shop what was on screen. */
class ChatLog extends HTMLElement {
  connectedCallback() {
    this.seen = "";
    this.observer = new IntersectionObserver((entries) => this.look(entries), { threshold: 0.5 });
    this.watch = new MutationObserver(() => this.observe());
    this.watch.observe(this, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-wamid"] });
    this.onVisible = () => this.again();
    document.addEventListener("visibilitychange", this.onVisible);
    this.observe();
  }

  disconnectedCallback() {
    this.observer.disconnect();
    this.watch.disconnect();
    document.removeEventListener("visibilitychange", this.onVisible);
  }

  theirs() {
    return [...this.querySelectorAll(".message:not(.message--mine)")];
  }

  observe() {
    for (const message of this.theirs()) this.observer.observe(message);
  }

  again() {
    this.observer.disconnect();
    this.observe();
  }

  look(entries) {
    if (document.visibilityState !== "visible") return;
    const order = this.theirs().map((m) => m.dataset.wamid);
    let last = order.indexOf(this.seen);
    for (const entry of entries) {
      if (entry.isIntersecting) last = Math.max(last, order.indexOf(entry.target.dataset.wamid));
    }
    if (last < 0 || order[last] === this.seen) return;
    this.seen = order[last];
    fetch(this.dataset.read, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ up_to: this.seen }),
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
  if (field.value.trim() !== "") field.form.requestSubmit();
});

/** A form marked data-once goes out once, however often it is tapped. */
document.addEventListener("submit", (event) => {
  const form = event.target;
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
  for (const form of document.querySelectorAll("[data-once][data-sent]")) delete form.dataset.sent;
});

/** A new screen starts where its reader looks first. */
document.addEventListener("htmx:after:swap", () => {
  const first = document.querySelector("#screen [autofocus]");
  if (first && document.activeElement !== first) first.focus({ preventScroll: true });
});

/** Escape closes a sheet or dialog, as the back button does. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const close = document.querySelector(".dialog .button, .quote__close, .bar__back");
  if (close) close.click();
});

/** A command's button copies the command. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = button.closest("figure").querySelector("code").textContent;
  await navigator.clipboard.writeText(text);
  const label = button.textContent;
  button.textContent = "✓";
  setTimeout(() => { button.textContent = label; }, 1500);
});

// A picture that cannot be shown leaves its sign.
document.addEventListener("error", (event) => {
  if (event.target instanceof HTMLImageElement) event.target.parentElement?.classList.add("picture--broken");
}, true);
