const MAX_LENGTH = 60;

/**
 * What somebody chose to be called, for a mail that goes to a stranger: no longer than a name has to be, on one line,
 * and nothing that a mail program would make a link of.
 */
export function nameInMail(name: string): string {
  const plain = name
    .replace(/\b[a-z][a-z0-9+.-]*:\/+/giu, '')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/(?<=[\p{L}\p{N}])[./@:](?=[\p{L}\p{N}])/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  const characters = Array.from(plain);
  return characters.length <= MAX_LENGTH
    ? plain
    : `${characters
        .slice(0, MAX_LENGTH - 1)
        .join('')
        .trimEnd()}…`;
}
