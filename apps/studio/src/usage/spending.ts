import type { CreditTransactionDto } from '#sdk';

export interface SpendingDay {
  /** Midnight where the browser is. */
  day: Date;
  credits: number;
}

export interface Spending {
  days: readonly SpendingDay[];
  totalCredits: number;
  chargedJobs: number;
}

/** What was charged on each of the last days, the oldest first; a job's refund counts against the day it was made. */
export function spendingByDay(lines: readonly CreditTransactionDto[], count: number, today: Date): Spending {
  const days = Array.from({ length: count }, (_, index) => ({
    day: new Date(today.getFullYear(), today.getMonth(), today.getDate() - (count - 1 - index)),
    credits: 0,
  }));
  const byDay = new Map(days.map((entry) => [entry.day.getTime(), entry]));
  let totalCredits = 0;
  let chargedJobs = 0;
  for (const line of lines) {
    // The refunds of payments take credits, and are no spending: they name no job.
    if (line.type !== 'settle' && (line.type !== 'refund' || line.jobId === null)) continue;
    const at = new Date(line.createdAt);
    const entry = byDay.get(new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime());
    if (!entry) continue;
    entry.credits -= line.amount;
    totalCredits -= line.amount;
    if (line.type === 'settle') chargedJobs += 1;
  }
  return { days, totalCredits, chargedJobs };
}
