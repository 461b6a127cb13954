import type { CreditBalanceDto, CreditTransactionDto } from '#sdk';
import { ledgerFaults } from './ledger-check.js';

function line(sequence: number, type: string, availableDelta: number, heldDelta: number, after: [number, number]) {
  const [balanceAfter, heldAfter] = after;
  return {
    sequence,
    type,
    amount: availableDelta + heldDelta,
    availableDelta,
    heldDelta,
    balanceAfter,
    heldAfter,
  } as CreditTransactionDto;
}

const GRANT = line(1, 'grant', 100, 0, [100, 0]);
const HOLD = line(2, 'hold', -16, 16, [84, 16]);
const SETTLE = line(3, 'settle', 4, -16, [88, 0]);
const LINES = [GRANT, HOLD, SETTLE];
const BALANCE = {
  available: 88,
  held: 0,
  granted: 90,
  purchased: 20,
  refunded: 5,
  adjusted: -15,
  spent: 12,
  expired: 0,
} as CreditBalanceDto;

test('a ledger that adds up has no fault', () => {
  expect(ledgerFaults(LINES, BALANCE)).toEqual([]);
});

test('one credit too many in the balance is found', () => {
  expect(ledgerFaults(LINES, { ...BALANCE, available: 89 })).toEqual([
    'the lines sum to 88, the balance to 89',
    '100 granted, purchased, refunded and adjusted are not 101 available, held, spent and expired',
  ]);
});

test('a line that is missing is found', () => {
  expect(ledgerFaults([GRANT, SETTLE], BALANCE)).toContain('line 2 has the number 3');
});

test('a line whose amount is not what it moved is found', () => {
  const wrong = { ...HOLD, amount: -16 };
  expect(ledgerFaults([GRANT, wrong, SETTLE], BALANCE)).toContain('line 2 does not add up');
});
