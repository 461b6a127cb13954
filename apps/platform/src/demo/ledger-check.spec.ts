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

const LINES = [
  line(1, 'grant', 100, 0, [100, 0]),
  line(2, 'hold', -16, 16, [84, 16]),
  line(3, 'settle', 4, -16, [88, 0]),
];
const BALANCE = { available: 88, held: 0, granted: 100, spent: 12, expired: 0 } as CreditBalanceDto;

test('a ledger that adds up has no fault', () => {
  expect(ledgerFaults(LINES, BALANCE)).toEqual([]);
});

test('one credit too many in the balance is found', () => {
  expect(ledgerFaults(LINES, { ...BALANCE, available: 89 })).toEqual([
    'the lines sum to 88, the balance to 89',
    'granted 100 is not available + held + spent + expired',
  ]);
});

test('a line that is missing is found', () => {
  expect(ledgerFaults([...LINES.slice(0, 1), ...LINES.slice(2)], BALANCE)).toContain('line 2 has the number 3');
});

test('a line whose amount is not what it moved is found', () => {
  const wrong = { ...line(2, 'hold', -16, 16, [84, 16]), amount: -16 };
  expect(ledgerFaults([LINES[0] as CreditTransactionDto, wrong, ...LINES.slice(2)], BALANCE)).toContain(
    'line 2 does not add up',
  );
});
