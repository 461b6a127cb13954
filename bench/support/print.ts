/** A line for whoever runs the bench. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Columns as wide as their widest cell; the first is flush left, the others right. */
export function printTable(header: string[], rows: string[][]): void {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)));
  for (const row of [header, widths.map((width) => '-'.repeat(width)), ...rows]) print(`  ${line(row).join('  ')}`);
}

/** `1,234`: rates and counts. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Milliseconds with as many digits as they are worth. */
export function ms(value: number): string {
  return value < 10 ? value.toFixed(1) : whole(value);
}

/** Says that a promised figure was missed, and makes the program fail. */
export function missed(sentence: string): void {
  process.exitCode = 1;
  print(`  MISSED: ${sentence}`);
}
