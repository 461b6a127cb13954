import type { FileSource } from 'tus-js-client';
import type { Part } from './stream-parts.js';

/**
 * What `tus-js-client` reads a file from. Its own source of a stream holds each chunk in pieces, joined and joined again;
 * here it lies in the buffer that it was gathered in.
 */
export class PartSource implements FileSource {
  /** Not known before the end, which the client is told apart. */
  readonly size = 0;
  private part: Part = { bytes: Buffer.alloc(0), last: false };
  private startsAt = 0;

  constructor(private readonly parts: AsyncGenerator<Part>) {}

  /** The part that begins there, or, when the line broke within the part before, what is left of that. */
  async slice(start: number): Promise<{ value: Buffer; done: boolean }> {
    if (start === this.startsAt + this.part.bytes.length && !this.part.last) {
      const next = await this.parts.next();
      if (!next.done) this.part = next.value;
      this.startsAt = start;
    }
    const bytes = this.part.bytes.subarray(start - this.startsAt);
    // The client counts what has a size, as files of browsers have.
    return { value: Object.assign(bytes, { size: bytes.length }), done: this.part.last };
  }

  close(): void {
    // The stream belongs to whoever gave it.
  }
}
