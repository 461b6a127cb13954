import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffWords } from './word-diff.js';

const text = fc
  .array(fc.constantFrom('luz', 'suave', 'farol', 'mar', 'azul'), { maxLength: 12 })
  .map((words) => words.join(' '));
const without = (before: string, after: string, kind: 'added' | 'removed') =>
  diffWords(before, after)
    .filter((part) => part.kind !== kind)
    .map((part) => part.text.trim())
    .filter(Boolean)
    .join(' ');

describe('what became of a text', () => {
  it('is the new text without what was removed, and the old one without what was added', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(without(before, after, 'removed')).toBe(after);
        expect(without(before, after, 'added')).toBe(before);
      }),
    );
  });

  it('names only what changed', () => {
    expect(diffWords('Um farol no mar', 'Um farol antigo no mar, luz suave')).toEqual([
      { text: 'Um farol ', kind: 'same' },
      { text: 'antigo ', kind: 'added' },
      { text: 'no ', kind: 'same' },
      { text: 'mar, luz suave', kind: 'added' },
      { text: 'mar', kind: 'removed' },
    ]);
  });
});
