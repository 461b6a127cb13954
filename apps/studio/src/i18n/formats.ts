import type { Language } from './messages.js';
import { useMessages } from './use-messages.js';

export interface Formats {
  number: (value: number) => string;
  /** `14:32` today, `3 de nov.` before. */
  moment: (value: Date | string) => string;
  /** `sábado, 22 de novembro` */
  day: (value: Date | string) => string;
  /** `22 de nov.` */
  shortDay: (value: Date | string) => string;
  dateTime: (value: Date | string) => string;
  /** `1,4 MB` */
  bytes: (value: number) => string;
  /** `PNG, JPEG ou WebP` */
  list: (values: readonly string[]) => string;
  /** `0:07` */
  duration: (milliseconds: number) => string;
}

const KILO = 1000;

/** Making formatters is slow, and every card asks for them: one set for each language. */
const made = new Map<Language, Formats>();

/** Numbers, dates and sizes as the language in use writes them, in the browser's time zone. */
export function useFormats(): Formats {
  const { language } = useMessages();
  const formats = made.get(language) ?? makeFormats(language);
  made.set(language, formats);
  return formats;
}

function makeFormats(language: Language): Formats {
  const number = new Intl.NumberFormat(language);
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  const shortDate = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  const day = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const size = (unit: string) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 });
  const list = new Intl.ListFormat(language, { type: 'disjunction' });
  const kilobytes = size('kilobyte');
  const megabytes = size('megabyte');
  return {
    number: (value) => number.format(value),
    moment: (value) => (isToday(new Date(value)) ? time : shortDate).format(new Date(value)),
    day: (value) => day.format(new Date(value)),
    shortDay: (value) => shortDate.format(new Date(value)),
    dateTime: (value) => dateTime.format(new Date(value)),
    bytes: (value) => (value < KILO * KILO ? kilobytes.format(value / KILO) : megabytes.format(value / (KILO * KILO))),
    list: (values) => list.format(values),
    duration: (milliseconds) => {
      const seconds = Math.floor(milliseconds / 1000);
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    },
  };
}

function isToday(date: Date): boolean {
  return date.toDateString() === new Date().toDateString();
}
