import { describe, expect, it } from '@jest/globals';
import { dateTimeFault } from './date-time.js';

describe('a point in time', () => {
  it.each([
    '2026-11-22T10:00:00Z',
    '2026-11-22t10:00:00.123456789+05:30',
    '2028-02-29T23:59:59-12:00',
    '9999-12-31T23:59:59Z',
  ])('can be %s, and is read as it is', (text) => {
    expect(dateTimeFault(text)).toBeUndefined();
    expect(new Date(text).getTime()).not.toBeNaN();
  });

  it.each([
    ['2027-W01', 'must be a time with its zone'],
    ['2027-01-01', 'must be a time with its zone'],
    ['2027-01-01T10:00:00', 'must be a time with its zone'],
    ['2027-01-01T24:00:00Z', 'must be a time with its zone'],
    ['2026-12-31T23:59:60Z', 'must not be a leap second'],
    ['2027-02-30T00:00:00Z', 'must name a day that exists'],
    ['2027-02-29T00:00:00Z', 'must name a day that exists'],
    ['2027-13-01T00:00:00Z', 'must name a day that exists'],
    ['9999-12-31T23:59:59-12:00', 'must lie in the years'],
    ['0000-06-01T00:00:00Z', 'must lie in the years'],
    [20270101, 'must be a time with its zone'],
  ])('cannot be %s: it %s', (value, fault) => {
    expect(dateTimeFault(value)).toContain(fault);
  });
});
