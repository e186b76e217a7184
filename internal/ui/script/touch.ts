// What fingers expect of a chat: a long press on a bubble opens its menu, a swipe to the right answers it, a tap beside
// a menu closes it. The same is behind the three dots for mice and keys.

const pressTime = 450;
const reach = 64; // pixels of a swipe that answers

/** What a finger is doing, from where it came down. */
interface Finger { message: HTMLElement; bubble: HTMLElement; x: number; y: number; timer: number; far: number }
let finger: Finger | undefined;
let opened = false; // a long press has opened a menu: the click that ends it is none

function still(): void {
  if (!finger) return;
  window.clearTimeout(finger.timer);
  finger.bubble.style.translate = "";
  finger.message.classList.remove("message--pulled");
  finger = undefined;
}

document.addEventListener("pointerdown", (event) => {
  still();
  opened = false;
  const target = event.target as Element;
  const bubble = target.closest<HTMLElement>(".message .bubble");
  const message = bubble?.closest<HTMLElement>(".message");
  if (!bubble || !message || event.pointerType === "mouse" || target.closest("input, textarea, select, audio, video")) return;
  const timer = window.setTimeout(() => {
    const menu = message.querySelector<HTMLDetailsElement>(".menu");
    still();
    if (!menu) return;
    opened = true;
    menu.open = true;
    navigator.vibrate?.(10);
  }, pressTime);
  // What lies in a row of cards is swiped by the browser.
  finger = { message, bubble, x: event.clientX, y: event.clientY, timer, far: target.closest(".cards") ? -1 : 0 };
}, { passive: true });

document.addEventListener("pointermove", (event) => {
  if (!finger) return;
  const dx = event.clientX - finger.x, dy = event.clientY - finger.y;
  if (Math.hypot(dx, dy) > 10) window.clearTimeout(finger.timer);
  if (finger.far < 0 || Math.abs(dy) > 24 || !finger.message.querySelector("a.message__reply")) return;
  finger.far = Math.max(0, dx - 10);
  finger.bubble.style.translate = `${Math.min(finger.far, reach + 12)}px`;
  finger.message.classList.toggle("message--pulled", finger.far >= reach);
}, { passive: true });

document.addEventListener("pointerup", () => {
  const answer = finger && finger.far >= reach ? finger.message.querySelector<HTMLAnchorElement>("a.message__reply") : null;
  still();
  if (!answer) return;
  opened = true; // the bubble may be a link
  answer.click();
});
document.addEventListener("pointercancel", still);

/** A long press is neither a click on what lies under the finger nor the browser's own menu. */
document.addEventListener("click", (event) => {
  if (!opened || !event.isTrusted) return;
  opened = false;
  if (!(event.target as Element).closest(".bubble")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("contextmenu", (event) => { if (finger || opened) event.preventDefault(); });

/** A tap beside an open menu closes it. */
document.addEventListener("pointerdown", (event) => {
  for (const open of document.querySelectorAll<HTMLDetailsElement>(".menu[open], .attach[open]")) {
    if (!open.contains(event.target as Node)) open.open = false;
  }
});
