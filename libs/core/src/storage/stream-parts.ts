/** Beyond this a file is worth the buffer of a whole part. */
const LARGEST_SMALL_BUFFER_BYTES = 1024 ** 2;
const SMALLEST_BUFFER_BYTES = 64 * 1024;

/** A piece of a file that is sent by a request of its own. */
export interface Part {
  /** Good until the next part is asked for. */
  bytes: Buffer;
  /** Nothing follows. */
  last: boolean;
}

/**
 * Gathers a stream into parts of one length; the last may be shorter, and is empty when all is. They follow each other in
 * one buffer, so that a file costs the memory of one part however long it is: buffers that were let go, outside of the heap
 * and old, would wait for V8 to look there. Nothing is read while a part is sent; other files' transfers use the time.
 */
export async function* inParts(chunks: AsyncIterable<Buffer>, partBytes: number): AsyncGenerator<Part> {
  let gathered: Buffer = Buffer.alloc(0);
  let length = 0;
  for await (const chunk of chunks) {
    for (let taken = 0; taken < chunk.length;) {
      if (length === partBytes) {
        yield { bytes: gathered, last: false };
        length = 0;
      }
      gathered = withRoom(gathered, Math.min(length + chunk.length - taken, partBytes), partBytes);
      const copied = chunk.copy(gathered, length, taken);
      taken += copied;
      length += copied;
    }
  }
  yield { bytes: gathered.subarray(0, length), last: true };
}

function withRoom(buffer: Buffer, neededBytes: number, partBytes: number): Buffer {
  if (buffer.length >= neededBytes) return buffer;
  const wanted = Math.max(neededBytes, buffer.length * 2, SMALLEST_BUFFER_BYTES);
  const larger = Buffer.allocUnsafeSlow(wanted > LARGEST_SMALL_BUFFER_BYTES ? partBytes : Math.min(wanted, partBytes));
  buffer.copy(larger);
  return larger;
}
