import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/** A run without a break longer than this is cut: merging takes time that grows with the square of a run's length. */
const LONG_RUN = /\S{257}|\s{257}/;
const PIECES = /\s{0,256}\S{1,256}|\s{1,256}/gu;
/** Names of control tokens are plain text to whoever writes them into a prompt. */
const PLAIN = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };

/**
 * Tokens of a text in `o200k_base`, the encoding of OpenAI's models since GPT-4o. Exact, unless a run of more than 256
 * characters must be cut; then it is a token more for a cut at most. The entry of a thread: the tables take 80 MB.
 */
export default function count(text: string): number {
  const pieces = LONG_RUN.test(text) ? (text.match(PIECES) ?? []) : [text];
  return pieces.reduce((sum, piece) => sum + countTokens(piece, PLAIN), 0);
}
