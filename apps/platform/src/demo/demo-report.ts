import type { CreditBalanceDto, CreditTransactionDto, JobOutputDto } from '#sdk';
import type { Terminal } from '../terminal.js';
import type { JobMoment } from './job-life.js';
import { Timeline } from './timeline.js';

const WIDTH = { label: 8, state: 12, type: 8, description: 26, number: 9 };

const credits = new Intl.NumberFormat('en-US');

/** How the demo looks: plain lines, within 80 columns. */
export class DemoReport {
  constructor(private readonly terminal: Terminal) {}

  heading(text: string): void {
    this.terminal.line();
    this.terminal.title(text);
  }

  fact(label: string, value: string): void {
    this.terminal.fact(label, value);
  }

  timeline(): Timeline {
    return new Timeline((moment, sinceMs) => this.moment(moment, sinceMs));
  }

  private moment({ label, state, event }: JobMoment, sinceMs: number): void {
    const seconds = (sinceMs / 1000).toFixed(2).padStart(6);
    const padded = state.padEnd(WIDTH.state);
    const shown = state === 'succeeded' ? this.terminal.style('green', padded) : padded;
    this.terminal.line(
      `  ${seconds} s  ${label.padEnd(WIDTH.label)} ${shown} ${detailOf(state, event.data)}`.trimEnd(),
    );
  }

  file(output: JobOutputDto, file: string): void {
    const size = output.width && output.height ? `${output.width}x${output.height}, ` : '';
    const length = output.durationMs === null ? '' : `${(output.durationMs / 1000).toFixed(1)} s, `;
    this.terminal.line(`  ${file.padEnd(32)} ${size}${length}${formatBytes(output.bytes)}, checksum ok`);
  }

  ledger(lines: readonly CreditTransactionDto[], balance: CreditBalanceDto, labels: ReadonlyMap<string, string>): void {
    const row = (...cells: [string, string, string, string, string, string]) => {
      const [number, type, description, amount, available, held] = cells;
      this.terminal.line(
        `  ${number.padStart(3)} ${type.padEnd(WIDTH.type)} ${cut(description, WIDTH.description)} ${[amount, available, held].map((cell) => cell.padStart(WIDTH.number)).join(' ')}`,
      );
    };
    row('', '', '', 'credits', 'available', 'held');
    for (const line of lines) {
      row(
        String(line.sequence),
        line.type,
        (line.jobId && labels.get(line.jobId)) ?? line.description ?? '',
        signed(line.amount),
        credits.format(line.balanceAfter),
        credits.format(line.heldAfter),
      );
    }
    const sum = lines.reduce((total, line) => total + line.amount, 0);
    row('', 'sum', '', credits.format(sum), credits.format(balance.available), credits.format(balance.held));
  }

  table(titles: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = titles.map((title, column) =>
      Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
    );
    for (const row of [titles, ...rows]) {
      this.terminal.line(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
    }
  }

  success(text: string): void {
    this.terminal.line();
    this.terminal.line(this.terminal.style('green', text));
  }

  failure(logTail: readonly string[]): void {
    if (logTail.length === 0) return;
    this.heading('What the services said last');
    for (const line of logTail) this.terminal.line(`  ${line}`);
  }
}

export function formatCredits(amount: number): string {
  return `${credits.format(amount)} ${amount === 1 ? 'credit' : 'credits'}`;
}

function detailOf(state: string, data: Record<string, unknown>): string {
  if (state === 'queued' && typeof data['heldCredits'] === 'number')
    return `${formatCredits(data['heldCredits'])} held`;
  if (state === 'progress' && typeof data['progress'] === 'number') return `${data['progress']} %`;
  if (typeof data['chargedCredits'] === 'number') return `${formatCredits(data['chargedCredits'])} charged`;
  return '';
}

function formatBytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function signed(amount: number): string {
  return amount > 0 ? `+${credits.format(amount)}` : credits.format(amount);
}

function cut(text: string, width: number): string {
  return (text.length > width ? `${text.slice(0, width - 1)}…` : text).padEnd(width);
}
