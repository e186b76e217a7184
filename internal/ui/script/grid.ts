// Cells copied from a spreadsheet and pasted into a table of fields fill it from the field at hand, to the right and down.
import { say, toast } from "./common";

type Cell = HTMLInputElement | HTMLSelectElement;

/** Letters without marks and case: how somebody names a choice. */
function plain(text: string): string {
  return text.trim().toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d");
}

/** Rows of cells as spreadsheets copy them: a cell in quotes may hold tabs, line ends and doubled quotes. */
export function cells(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "", quoted = false;
  const end = (): void => { rows[rows.length - 1]!.push(cell); cell = ""; };
  for (let n = 0; n < text.length; n++) {
    const c = text[n]!;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[n + 1] === '"') { cell += c; n++; }
      else quoted = false;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === "\t") end();
    else if (c === "\n") { end(); rows.push([]); }
    else if (c !== "\r") cell += c;
  }
  end();
  return rows.filter((row) => row.join("") !== "");
}

/** Puts a text into a field; a choice is found by its value or its words. */
function put(field: Cell, text: string): boolean {
  if (field instanceof HTMLInputElement) field.value = text.trim();
  else {
    const found = [...field.options].find((option) => plain(option.value) === plain(text) || plain(option.text) === plain(text));
    if (!found) return false;
    field.value = found.value;
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

document.addEventListener("paste", (event) => {
  const here = event.target as HTMLElement;
  const table = here.closest<HTMLElement>("[data-grid]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!table || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const fields = [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll<Cell>("input, select")]);
  const top = fields.findIndex((row) => row.includes(here as Cell));
  const left = fields[top]!.indexOf(here as Cell);
  let over = 0;
  cells(text).forEach((row, y) => row.forEach((value, x) => {
    const field = fields[top + y]?.[left + x];
    if (!field || !put(field, value)) over++;
    else field.toggleAttribute("data-pasted", true);
  }));
  if (over > 0) toast(say("over").replace("{n}", String(over)));
});
