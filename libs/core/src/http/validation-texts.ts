import type { ValidationError } from '@nestjs/common';
import type { FieldError } from '#core/errors';

interface RuleText {
  /** Left out: the rule's own name in snake case. */
  code?: string;
  /** What the field must be. Left out: what the rule says itself. @param given taken from the rule's own text */
  text?: (given: Given) => string;
  /** What kind of value it asks for: where it is broken, nothing else about the field is worth saying. */
  isType?: boolean;
  /** It is about text: a value that is none breaks it, and is told to be text. */
  isOfText?: boolean;
}

interface Given {
  numbers: string[];
  said: string;
}

/** How each rule of class-validator is told, by its name there. What is not here speaks for itself. */
export const RULE_TEXTS: Readonly<Record<string, RuleText>> = {
  whitelistValidation: { code: 'unknown_field', text: () => 'is not a field of this request', isType: true },
  isString: { text: () => 'must be text', isType: true },
  isInt: { text: () => 'must be a whole number', isType: true },
  isNumber: { text: () => 'must be a number', isType: true },
  isBoolean: { text: () => 'must be true or false', isType: true },
  isArray: { text: () => 'must be a list', isType: true },
  isObject: { text: () => 'must be an object', isType: true },
  nestedValidation: { text: () => 'must be an object', isType: true },
  isIn: { text: ({ said }) => `must be one of ${said.slice(said.indexOf(': ') + 2)}`, isType: true },
  isUuid: { text: () => 'must be a UUID', isType: true },
  isDefined: { code: 'required', text: () => 'must not be null', isType: true },
  isDateTime: { code: 'is_rfc3339', isOfText: true },
  isISO31661Alpha2: { code: 'country_code', text: () => 'must be a country of two letters, e.g. BR', isOfText: true },
  isTimeZone: { text: () => 'must be a time zone, e.g. America/Sao_Paulo', isOfText: true },
  isLength: { text: lengthText, isOfText: true },
  minLength: { text: lengthText, isOfText: true },
  maxLength: { text: lengthText, isOfText: true },
  matches: { isOfText: true },
  isEmailAddress: { isOfText: true },
  isDisplayName: { isOfText: true },
  min: { text: ({ numbers }) => `must be at least ${numbers[0]}` },
  max: { text: ({ numbers }) => `must be at most ${numbers[0]}` },
  arrayMinSize: { text: ({ numbers }) => `must have at least ${numbers[0]} of them` },
  arrayMaxSize: { text: ({ numbers }) => `must have at most ${numbers[0]} of them` },
  arrayUnique: { text: () => 'must not name anything twice' },
};

/** How the library begins when a rule is about each element of a list. */
const EACH = 'each value in ';
const MISSING = { code: 'required', message: 'is missing' };
const NO_TEXT = { code: 'is_string', message: 'must be text' };

/** The faults of a request, field by field: one for a field that is missing or of the wrong type, else all of them. */
export function fieldErrorsOf(faults: ValidationError[], parent = ''): FieldError[] {
  return faults.flatMap((fault) => {
    const pointer = `${parent}/${escapePointer(fault.property)}`;
    return [...faultsOf(fault).map((told) => ({ pointer, ...told })), ...fieldErrorsOf(fault.children ?? [], pointer)];
  });
}

function faultsOf({ constraints, property, value }: ValidationError): Pick<FieldError, 'code' | 'message'>[] {
  const broken = Object.entries(constraints ?? {});
  if (broken.length === 0) return [];
  const isUnknown = 'whitelistValidation' in (constraints ?? {});
  if (value === undefined && !isUnknown) return [MISSING];
  const type = broken.find(([rule]) => RULE_TEXTS[rule]?.isType);
  if (type) return [told(type, property)];
  // A rule about each element of a list is handed the whole list.
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  if (texts.some((text) => typeof text !== 'string') && broken.some(([rule]) => RULE_TEXTS[rule]?.isOfText))
    return [NO_TEXT];
  return broken.map((each) => told(each, property));
}

function told([rule, said]: [string, string], property: string): Pick<FieldError, 'code' | 'message'> {
  const { code = snakeCase(rule), text } = RULE_TEXTS[rule] ?? {};
  const isOfEach = said.startsWith(EACH);
  const own = withoutStart(withoutStart(said, EACH), `${property} `);
  const numbers = own.match(/-?\d+(\.\d+)?/g) ?? [];
  const message = text ? text({ numbers, said: own }) : own;
  return { code, message: isOfEach ? `each ${message}` : message };
}

function withoutStart(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : text;
}

function lengthText({ numbers: [first, second], said }: Given): string {
  if (second !== undefined) return `must have ${first} to ${second} characters`;
  const bound = said.includes('shorter') ? 'at most' : 'at least';
  return `must have ${bound} ${first} ${first === '1' ? 'character' : 'characters'}`;
}

/** RFC 6901 escapes. */
function escapePointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
