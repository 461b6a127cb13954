const MAX_LENGTH = 500;

/**
 * A provider's own words made fit for logs: known secrets, anything shaped like a key (also the partly masked ones
 * providers like to echo: `Incorrect API key provided: sk-proj-****abcd`) and bearer tokens are blanked, the rest is
 * cut to 500 characters.
 */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  let redacted = text;
  for (const secret of secrets) {
    if (secret !== '') redacted = redacted.replaceAll(secret, '[redacted]');
  }
  return redacted
    .replaceAll(/\bBearer\s+\S+/gi, 'Bearer [redacted]')
    .replaceAll(/\bKey\s+[\w-]{6,}\S*/g, 'Key [redacted]')
    .replaceAll(/\b(?:(?:sk|pk|rk|sess)[-_]|r8_|FPSX)[\w*-]{4,}/g, '[redacted]')
    .replaceAll(/(api key provided:\s*)[^\s"]+/gi, '$1[redacted]')
    .replaceAll(/[^\s"]*\*{3,}[^\s"]*/g, '[redacted]')
    .slice(0, MAX_LENGTH);
}
