import { storableJson, storableText } from './storable.js';

it('text keeps whole characters only, and no NUL', () => {
  expect(storableText('a\0b')).toBe('ab');
  expect(storableText(`${'a'.repeat(9)}😀`, 10)).toBe('a'.repeat(9));
  expect(storableText('\ude00 and \ud83d again')).toBe('� and � again');
});

it('JSON is kept of whatever texts it has, at any depth', () => {
  const words = { text: 'fine \ud83d', segments: [{ text: 'a\0', start: 1 }] };
  expect(JSON.parse(storableJson(words))).toEqual({ text: 'fine ', segments: [{ text: 'a', start: 1 }] });
});
