/** What a cell can be; null is an empty one. */
export type CsvCell = string | number | bigint | boolean | Date | null;

/** Spreadsheets take a text that begins so for a formula (OWASP, CSV injection); an apostrophe makes it text again. */
const FORMULA = /^[=+\-@\t\r]/;

/** One line of RFC 4180: quoted where needed, ended by CRLF, and safe to open in a spreadsheet. Times are ISO 8601. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  // Only texts come from people; a number may well begin with a minus.
  if (typeof cell !== 'string') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
