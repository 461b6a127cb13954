/**
 * Faults of the transport or of the answer itself, the same for every fake. The first three happen before anything is
 * accepted (`redirect` is a 307 back to the same path), the others to an accepted generation: `reset` (connection cut
 * instead of an answer), `hang` (no answer), `slow_drip` (the right answer, in twenty pieces), `truncated` (cut in the
 * middle of the body), `html` (a proxy's page with 200), `broken_json`, `error_in_200`, `wrong_type` (text where media
 * should be), `empty`, `truncated_media` (files that are cut in half, in a whole answer), `bad_gateway` (a 502 page),
 * `expired` (a file that is gone). A fake's own error answers have names of their own; `unauthorized` answers as to a
 * wrong key.
 */
export const BREAKAGES = [
  'redirect',
  'bad_gateway_before',
  'reset_before',
  'bad_gateway',
  'reset',
  'hang',
  'slow_drip',
  'truncated',
  'truncated_media',
  'html',
  'broken_json',
  'error_in_200',
  'wrong_type',
  'empty',
  'expired',
] as const;

export type FakeBreakage = (typeof BREAKAGES)[number];

export const HTML_PAGE =
  '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

export interface FaultOptions {
  /** How many requests it hits; 1. `Infinity`: all, until the faults are forgotten. */
  times?: number;
  /** What it hits; `create`. */
  on?: FakeRequestKind;
  /** How many of these pass before; 0. */
  after?: number;
  /** For the faults that are refusals to be asked again later; `null` leaves the header out. */
  retryAfterSeconds?: number | null;
  /** Between the pieces of `slow_drip`; 50. */
  dripMs?: number;
}

/** What a request is for. */
export type FakeRequestKind = 'create' | 'poll' | 'cancel' | 'file' | 'other';

/** An answer that is kept back. */
export interface FakeHold {
  /** Settles when there is an answer to keep back: whatever was asked for is accepted and done. */
  reached: Promise<undefined>;
  /** Lets the answer go. */
  release(): void;
}

/** A fault that is still to come. */
export type PlannedFault = Omit<FaultOptions, 'times'> & {
  fault: string;
  /** How many requests it is still to hit. */
  left: number;
  /** Makes known that there is an answer, and waits until it may go. */
  keepBack?(): Promise<undefined>;
};
