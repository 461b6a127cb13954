/** The text that a generation is made from, whatever the model calls it: `prompt`, `text` or `input`. */
export function inputText(input: Readonly<Record<string, unknown>>): string {
  const text = input['prompt'] ?? input['text'] ?? input['input'];
  return typeof text === 'string' ? text : '';
}

/** Characters as providers bill them: Unicode code points, not UTF-16 units. */
export function countCharacters(text: string): bigint {
  return BigInt(Array.from(text).length);
}
