import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { HTML_PAGE } from './fake-faults.js';

/** What a fake sends. */
export interface FakeAnswer {
  status: number;
  contentType: string;
  body: Iterable<Buffer> | AsyncIterable<Buffer>;
  headers?: Readonly<Record<string, string>>;
}

export function jsonAnswer(status: number, body: unknown, headers?: Record<string, string>): FakeAnswer {
  return { status, contentType: 'application/json', body: [Buffer.from(JSON.stringify(body))], headers };
}

/** What a proxy shows instead of the API. */
export function htmlPage(status: number): FakeAnswer {
  return { status, contentType: 'text/html; charset=UTF-8', body: [Buffer.from(HTML_PAGE)] };
}

export function fileAnswer(contentType: string, file: Buffer): FakeAnswer {
  return { status: 200, contentType, body: [file], headers: { 'content-length': String(file.length) } };
}

/** A file that ends in the middle, or a web page where it should be. */
export async function spoiled(answer: FakeAnswer, fault: string): Promise<FakeAnswer> {
  if (fault === 'wrong_type') return { ...htmlPage(200), contentType: answer.contentType };
  if (fault !== 'truncated_media') return answer;
  const whole = await buffer(Readable.from(answer.body));
  return { ...answer, headers: {}, body: [whole.subarray(0, Math.floor(whole.length / 2))] };
}
