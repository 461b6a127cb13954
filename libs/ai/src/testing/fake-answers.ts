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
