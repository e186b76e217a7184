// The moderator's queue by keyboard: a approves, x rejects, h holds, s asks for a second opinion, r reviews again, 1 to 9
// choose the policy, j and k go from case to case. Every key presses a button that is there without a script too.
import { writing } from "./common";

const cases = [...document.querySelectorAll<HTMLElement>("[data-case]")];

/** The case at hand is the one that has the focus, else the first. */
function current(): HTMLElement | undefined {
  return document.activeElement?.closest<HTMLElement>("[data-case]") ?? cases[0];
}

function go(by: number): void {
  const here = document.activeElement?.closest<HTMLElement>("[data-case]");
  const at = here ? cases.indexOf(here) + by : 0;
  const next = cases[Math.min(Math.max(at, 0), cases.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "start" });
}

function press(key: string): boolean {
  const button = current()?.querySelector<HTMLElement>(`[data-key="${key}"]`);
  button?.closest("details")?.setAttribute("open", "");
  button?.click();
  return button !== null && button !== undefined;
}

function choose(n: number): boolean {
  const choice = current()?.querySelectorAll<HTMLInputElement>('input[name="policy"]')[n - 1];
  if (!choice) return false;
  choice.checked = true;
  const other = choice.form?.querySelector<HTMLSelectElement>('[name="policy_other"]');
  if (other) other.value = "";
  return true;
}

document.addEventListener("keydown", (event) => {
  const chosen = (event.target as HTMLElement).matches('input[type="radio"]');
  if ((writing(event) && !chosen) || event.ctrlKey || event.metaKey || event.altKey) return;
  const { key } = event;
  let done = true;
  if (key === "j") go(1);
  else if (key === "k") go(-1);
  else if (/^[1-9]$/.test(key)) done = choose(Number(key));
  else if (/^[axhsr]$/.test(key)) done = press(key);
  else done = false;
  if (done) event.preventDefault();
});

document.querySelector("[data-keys]")?.removeAttribute("hidden");
cases[0]?.focus({ preventScroll: true });
