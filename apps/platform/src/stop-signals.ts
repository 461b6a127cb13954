const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm passes Ctrl-C on to a program that the terminal has told already; the echo is not a second Ctrl-C. */
const ECHO_MS = 1_000;
const PULSE_MS = 500;

export interface StopSignalsOptions {
  /** Whether the end of the process that started this one counts as a signal: npm, when it is killed, cannot pass it on. */
  endsWithParent: boolean;
}

/** Turns the signals to a program into one wish to stop, and a second one into impatience. */
export class StopSignals {
  private readonly first = Promise.withResolvers<undefined>();
  private readonly impatience: (() => void)[] = [];
  private readonly pulse: NodeJS.Timeout;
  private receivedAt: number | undefined;
  private readonly listener = () => this.receive();

  constructor({ endsWithParent }: StopSignalsOptions) {
    for (const signal of SIGNALS) process.on(signal, this.listener);
    const parent = process.ppid;
    // Also what keeps a program running that has nothing to do but wait for a signal.
    this.pulse = setInterval(() => {
      // An orphan is given another parent.
      if (endsWithParent && process.ppid !== parent && !this.isStopping) this.receive();
    }, PULSE_MS);
  }

  get received(): Promise<undefined> {
    return this.first.promise;
  }

  get isStopping(): boolean {
    return this.receivedAt !== undefined;
  }

  /** Called for every signal after the first. */
  onImpatience(act: () => void): void {
    this.impatience.push(act);
  }

  dispose(): void {
    clearInterval(this.pulse);
    for (const signal of SIGNALS) process.off(signal, this.listener);
  }

  private receive(): void {
    const now = performance.now();
    if (this.receivedAt === undefined) {
      this.receivedAt = now;
      this.first.resolve(undefined);
    } else if (now - this.receivedAt > ECHO_MS) {
      for (const act of this.impatience) act();
    }
  }
}
