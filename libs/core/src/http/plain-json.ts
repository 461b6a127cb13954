import { InvalidRequest } from '#core/errors';

/** Deeper than any request of ours; far below where recursive readers run out of stack. */
const MAX_DEPTH = 32;

/**
 * Refuses bodies that JSON allows and nothing behind us can hold: text that is not well-formed Unicode or contains NUL
 * (PostgreSQL stores neither), and nesting without end. Walks without recursion.
 * @throws InvalidRequest with the pointer of the fault
 */
export function assertPlainJson(body: unknown): void {
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value: body, pointer: '', depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, pointer, depth } = next;
    if (typeof value === 'string') {
      assertText(value, pointer);
    } else if (value !== null && typeof value === 'object') {
      if (depth >= MAX_DEPTH) throw refused('', 'too_deep', `is nested more than ${MAX_DEPTH} levels deep`);
      for (const [key, inner] of Object.entries(value)) {
        assertText(key, pointer);
        open.push({ value: inner, pointer: `${pointer}/${key}`, depth: depth + 1 });
      }
    }
  }
}

function assertText(text: string, pointer: string): void {
  if (text.includes('\0')) throw refused(pointer, 'nul_character', 'must not contain the NUL character');
  if (!text.isWellFormed())
    throw refused(pointer, 'malformed_unicode', 'must be well-formed Unicode (a lone surrogate is not)');
}

function refused(pointer: string, code: string, message: string): Error {
  return InvalidRequest({ detail: 'Mend the fields listed in errors.', errors: [{ pointer, code, message }] });
}
