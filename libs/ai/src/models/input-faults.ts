import type { z } from 'zod';
import type { FieldError } from '#core/errors';

/** A fault that Zod found, as the API tells it. @param place where the checked value stands in the body */
export function toFieldErrors(issue: z.core.$ZodIssue, place: readonly string[]): FieldError[] {
  const pointer = [...place, ...issue.path.map(String)].join('/');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: `${pointer}/${key}`,
      code: 'unknown_field',
      message: 'is not a parameter of this model',
    }));
  }
  if (isMissing(issue)) return [{ pointer, code: 'required', message: 'is missing' }];
  return [{ pointer, code: codeOf(issue), message: sentenceOf(issue) }];
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
}

/** A check of our own names its code. */
function codeOf(issue: z.core.$ZodIssue): string {
  const code: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  return typeof code === 'string' ? code : issue.code;
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'text',
};

/** Zod's own words speak of TypeScript; what a schema says itself stays. */
function sentenceOf(issue: z.core.$ZodIssue): string {
  if (!/^(Invalid|Too) /.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `must ${boundOf(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${boundOf(issue.origin, 'at most', issue.maximum)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return 'does not have the form that the description of the parameter asks for';
    default:
      return 'is not what the description of the parameter asks for';
  }
}

function boundOf(origin: string, least: string, bound: number | bigint): string {
  if (origin === 'string') return `have ${least} ${bound} characters`;
  if (origin === 'array') return `have ${least} ${bound} of them`;
  return `be ${least} ${bound}`;
}
