// What the manager does with a script: it sends a form when a choice is made, ticks all boxes, asks before it deletes,
// counts characters. Every form works without.
"use strict";

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-toggle]");
  if (toggle) {
    const open = document.getElementById(toggle.dataset.toggle).toggleAttribute("data-open");
    toggle.setAttribute("aria-expanded", String(open));
  }
  const asked = event.target.closest("[data-confirm]");
  if (asked && !window.confirm(asked.dataset.confirm)) event.preventDefault();
  const copied = event.target.closest("[data-copyable]");
  if (copied) navigator.clipboard?.writeText(copied.textContent).then(() => flash(copied));
});

function flash(element) {
  element.animate([{ opacity: 0.2 }, { opacity: 1 }], 400);
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.matches("[data-go]")) window.location.assign(field.value);
  else if (field.matches("[data-all]")) {
    for (const box of document.querySelectorAll('input[form="bulk"]')) box.checked = field.checked;
  } else if (field.matches("[data-change]")) field.form.requestSubmit();
  else if (field.matches("select") && field.closest("[data-autosubmit]")) field.form.requestSubmit();
});

/** A counter says how many characters a field has and may have. */
function count(counter) {
  const field = counter.closest("label").querySelector("input, textarea");
  const show = () => { counter.textContent = `${[...field.value].length} / ${counter.dataset.count}`; };
  field.addEventListener("input", show);
  show();
}
for (const counter of document.querySelectorAll("[data-count]")) count(counter);

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.matches("input, textarea, select")) return;
  const search = document.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
});
