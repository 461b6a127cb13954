/** Text as PostgreSQL keeps it: without NUL, and no halves of characters. @param maxLength in UTF-16 units */
export function storableText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  return text
    .replaceAll('\0', '')
    .slice(0, maxLength)
    .replace(/[\ud800-\udbff]$/, '')
    .toWellFormed();
}

/** JSON as PostgreSQL keeps it, of values whose texts were written by others. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'string' ? storableText(each) : each));
}
