import type { AuditLineRow } from './audit-lines.repository.js';

const COLUMNS = [
  'id',
  'createdAt',
  'actorType',
  'actorId',
  'action',
  'outcome',
  'targetType',
  'targetId',
  'before',
  'after',
  'metadata',
  'address',
  'agent',
  'requestId',
  'sequence',
  'organizationId',
] as const satisfies (keyof AuditLineRow)[];

export const CSV_HEAD = `${COLUMNS.join(',')}\r\n`;

/** One line of RFC 4180 CSV. */
export function toCsv(line: AuditLineRow): string {
  return `${COLUMNS.map((column) => cell(line[column])).join(',')}\r\n`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value);
  // Callers choose what their program is called: a spreadsheet must not take it for a formula.
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
