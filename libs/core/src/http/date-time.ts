import { ValidateBy } from 'class-validator';

const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})[Tt ](?:[01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * What keeps a text from being a point in time as RFC 3339 writes it; undefined: nothing, and `new Date` reads it right.
 * `new Date` alone makes 2 March of 30 February, and nothing of a leap second, which neither it nor PostgreSQL counts.
 */
export function dateTimeFault(value: unknown): string | undefined {
  const [text = '', day = '', seconds] = (typeof value === 'string' ? DATE_TIME.exec(value) : null) ?? [];
  if (text === '') return 'must be a time with its zone, e.g. 2026-11-22T10:00:00Z';
  if (seconds === '60') return 'must not be a leap second (:60), which is not counted here; end it with :59';
  if (!isInCalendar(day)) return 'must name a day that exists';
  const year = new Date(text).getUTCFullYear();
  // PostgreSQL and clients that read four digits would each make something else of it.
  if (year < 1 || year > 9999) return 'must lie in the years 0001 to 9999 of UTC';
  return undefined;
}

function isInCalendar(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

/** A DTO field that is a point in time, written as RFC 3339 has it, with its offset; `new Date` reads it. */
export function IsDateTime(): PropertyDecorator {
  return ValidateBy({
    name: 'isDateTime',
    validator: {
      validate: (value: unknown) => dateTimeFault(value) === undefined,
      defaultMessage: (given) => dateTimeFault(given?.value) ?? '',
    },
  });
}

/** The time in a field that was checked; undefined where it was left out. */
export function instantOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
