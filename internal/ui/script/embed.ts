// Puts a business's chat into a page of its own site: a button that opens the chat in a frame. Nothing is loaded from
// Hawker, and nothing is kept, before a visitor opens it.
(() => {
  const script = document.currentScript;
  const number = script instanceof HTMLScriptElement ? script.dataset.number ?? "" : "";
  if (!(script instanceof HTMLScriptElement) || !/^\d+$/.test(number)) {
    console.error("embed.js: data-number names the phone number id of the chat");
    return;
  }
  const vietnamese = (script.dataset.lang ?? document.documentElement.lang ?? navigator.language).toLowerCase().startsWith("vi");
  const label = script.dataset.label ?? (vietnamese ? "Nhắn tin" : "Chat with us");
  const address = new URL(`/embed/${number}?lang=${vietnamese ? "vi" : "en"}`, script.src).href;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; }
    button { position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; min-height: 48px; padding: 0 20px; border: 0; border-radius: 24px; cursor: pointer;
      background: #0b6b4f; color: #fff; font: 600 16px/1.5 system-ui, sans-serif; box-shadow: 0 4px 16px rgb(0 0 0 / .25); }
    button:focus-visible { outline: 3px solid #0b6b4f; outline-offset: 3px; }
    iframe { position: fixed; right: 20px; bottom: 80px; z-index: 2147483000; width: 380px; height: min(640px, calc(100vh - 100px)); border: 0; border-radius: 16px; background: #fff; box-shadow: 0 8px 32px rgb(0 0 0 / .3); }
    iframe[hidden] { display: none; }
    @media (max-width: 480px) { iframe { inset: 0 0 72px; width: 100%; height: calc(100vh - 72px); height: calc(100dvh - 72px); border-radius: 0; } button { bottom: 12px; right: 12px; } }
  `);
  const place = document.createElement("div");
  place.id = "hawker-chat";
  const root = place.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  root.append(button);

  let frame: HTMLIFrameElement | undefined;
  const show = (open: boolean): void => {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = label;
      frame.src = address;
      root.prepend(frame);
    }
    frame.hidden = !open;
    button.textContent = open ? "×" : label;
    button.setAttribute("aria-label", open ? (vietnamese ? "Đóng" : "Close") : label);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(!frame || frame.hidden));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && frame && !frame.hidden) { show(false); button.focus(); }
  });
  const put = (): void => { document.body.append(place); if (script.dataset.open === "true") show(true); };
  if (document.body) put(); else document.addEventListener("DOMContentLoaded", put);
})();
