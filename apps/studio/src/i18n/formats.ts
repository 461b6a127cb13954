import type { Currency } from '#sdk';
import type { Language } from './messages.js';
import { useMessages } from './use-messages.js';

export interface Formats {
  number: (value: number) => string;
  /** `R$ 59,00` */
  money: (cents: number, currency: Currency) => string;
  /** `hoje, 14:32`; `3 de nov.` before, as `shortDay` says it. */
  moment: (value: Date | string) => string;
  /** `sábado, 22 de novembro` */
  day: (value: Date | string) => string;
  /** `22 de nov.`, with the year if it is another one */
  shortDay: (value: Date | string) => string;
  dateTime: (value: Date | string) => string;
  /** `1,4 MB` */
  bytes: (value: number) => string;
  /** `PNG, JPEG ou WebP` */
  list: (values: readonly string[]) => string;
  /** `0:07` */
  duration: (milliseconds: number) => string;
}

/** As the limits of uploads are counted: 10 MiB are written `10 MB`, as people do. */
const KILO = 1024;

/** One set for each language: every card asks for it. */
const made = new Map<Language, Formats>();

/** Numbers, dates and sizes as the language in use writes them, in the browser's time zone. */
export function useFormats(): Formats {
  const { language } = useMessages();
  const formats = made.get(language) ?? makeFormats(language);
  made.set(language, formats);
  return formats;
}

/** Making a formatter takes milliseconds: each is made when it is first asked for. */
function once<Value extends object | string>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= make());
}

function makeFormats(language: Language): Formats {
  const dates = (options: Intl.DateTimeFormatOptions) => once(() => new Intl.DateTimeFormat(language, options));
  const sizes = (unit: string) =>
    once(
      () => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }),
    );
  const number = once(() => new Intl.NumberFormat(language));
  const time = dates({ timeStyle: 'short' });
  const today = once(() => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(0, 'day'));
  const shortDate = dates({ day: 'numeric', month: 'short' });
  const mediumDate = dates({ dateStyle: 'medium' });
  const day = dates({ weekday: 'long', day: 'numeric', month: 'long' });
  const dateTime = dates({ dateStyle: 'medium', timeStyle: 'short' });
  const kilobytes = sizes('kilobyte');
  const megabytes = sizes('megabyte');
  const money = (currency: Currency) => once(() => new Intl.NumberFormat(language, { style: 'currency', currency }));
  const moneys: Record<Currency, () => Intl.NumberFormat> = { BRL: money('BRL'), USD: money('USD') };
  const list = once(() => new Intl.ListFormat(language, { type: 'disjunction' }));
  const shortDay = (value: Date | string) => {
    const date = new Date(value);
    return (isThisYear(date) ? shortDate() : mediumDate()).format(date);
  };
  return {
    number: (value) => number().format(value),
    money: (cents, currency) => moneys[currency]().format(cents / 100),
    moment: (value) => (isToday(new Date(value)) ? `${today()}, ${time().format(new Date(value))}` : shortDay(value)),
    day: (value) => day().format(new Date(value)),
    shortDay,
    dateTime: (value) => dateTime().format(new Date(value)),
    bytes: (value) =>
      value < KILO * KILO ? kilobytes().format(value / KILO) : megabytes().format(value / (KILO * KILO)),
    list: (values) => list().format(values),
    duration: (milliseconds) => {
      const seconds = Math.floor(milliseconds / 1000);
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    },
  };
}

function isThisYear(date: Date): boolean {
  return date.getFullYear() === new Date().getFullYear();
}

function isToday(date: Date): boolean {
  return date.toDateString() === new Date().toDateString();
}
