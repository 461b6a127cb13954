import type { Writable } from 'node:stream';

const RESET = '\u001b[0m';
const STYLES = { bold: '\u001b[1m', dim: '\u001b[2m', red: '\u001b[31m', green: '\u001b[32m', yellow: '\u001b[33m' };
const LABEL_WIDTH = 12;

export type Style = keyof typeof STYLES;

/** Where a command-line program writes: plain lines, in colour on a terminal only. */
export class Terminal {
  constructor(
    private readonly stream: Writable & { isTTY?: boolean },
    private readonly mayColor: boolean,
  ) {
    // A reader that goes away (`| head`) must not end the platform half-way through stopping.
    stream.on('error', () => undefined);
  }

  get isTty(): boolean {
    return this.stream.isTTY === true;
  }

  line(text = ''): void {
    this.stream.write(`${text}\n`);
  }

  /** `  label       value` */
  fact(label: string, value: string): void {
    this.line(`  ${this.style('dim', label.padEnd(LABEL_WIDTH))} ${value}`);
  }

  title(text: string): void {
    this.line(this.style('bold', text));
  }

  /** Something the reader should know about, in yellow. */
  notice(text: string): void {
    this.line(this.style('yellow', text));
  }

  style(style: Style, text: string): string {
    return this.isTty && this.mayColor ? `${STYLES[style]}${text}${RESET}` : text;
  }
}
