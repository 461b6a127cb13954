import { Readable } from 'node:stream';

const HEAD = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[\w.+-]+=[\w.+-]+)*;base64,/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** A file that is written in a reference to it (RFC 2397). */
export interface WrittenFile {
  /** What the reference says it is. */
  declaredType: string | undefined;
  body: Readable;
}

/** Whether a reference is a data URL in base64; the others hold text. */
export function isDataUrl(reference: string): boolean {
  const [head] = HEAD.exec(reference) ?? [];
  return head !== undefined && BASE64.test(reference.slice(head.length));
}

/** The file in a data URL; undefined for other references. */
export function readDataUrl(reference: string): WrittenFile | undefined {
  const [head = '', declaredType] = HEAD.exec(reference) ?? [];
  if (head === '') return undefined;
  return { declaredType, body: Readable.from([Buffer.from(reference.slice(head.length), 'base64')]) };
}
