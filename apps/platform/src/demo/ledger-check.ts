import type { CreditBalanceDto, CreditTransactionDto } from '#sdk';

/**
 * Adds the ledger up, line by line, and compares it with the balance.
 * @param lines oldest first
 * @returns every difference, in words; none is the promise
 */
export function ledgerFaults(lines: readonly CreditTransactionDto[], balance: CreditBalanceDto): string[] {
  const faults: string[] = [];
  let available = 0;
  let held = 0;
  for (const [index, line] of lines.entries()) {
    available += line.availableDelta;
    held += line.heldDelta;
    if (line.sequence !== index + 1) faults.push(`line ${index + 1} has the number ${line.sequence}`);
    if (line.amount !== line.availableDelta + line.heldDelta) faults.push(`line ${line.sequence} does not add up`);
    if (line.balanceAfter !== available || line.heldAfter !== held) {
      faults.push(`after line ${line.sequence}: ${line.balanceAfter} + ${line.heldAfter}, not ${available} + ${held}`);
    }
  }
  const sum = lines.reduce((total, line) => total + line.amount, 0);
  if (sum !== balance.available + balance.held) {
    faults.push(`the lines sum to ${sum}, the balance to ${balance.available + balance.held}`);
  }
  const came = balance.granted + balance.purchased + balance.refunded + balance.adjusted;
  const become = balance.available + balance.held + balance.spent + balance.expired;
  if (came !== become) {
    faults.push(
      `${came} granted, purchased, refunded and adjusted are not ${become} available, held, spent and expired`,
    );
  }
  return faults;
}
