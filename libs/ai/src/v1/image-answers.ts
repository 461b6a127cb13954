import { Readable } from 'node:stream';
import { isAppError } from '#core/errors';
import { toOpenAiError } from '#core/http';
import type { JobDto } from '../jobs/jobs.dto.js';
import type { GenerationRow } from '../jobs/jobs.repository.js';
import { secondsOf } from './v1-answers.js';
import type { FinishedJob } from './v1-jobs.service.js';

/** Tells proxies that the connection lives. */
const HEARTBEAT_MS = 15_000;

/** Where the files of a job are read from. */
type ReadFile = (path: string) => Readable;

/** The answer to a request for pictures, a piece at a time: encoded files are never whole in memory. */
export function imagesBody(finished: FinishedJob, format: 'url' | 'b64_json', read: ReadFile): Readable {
  return Readable.from(imagesJson(finished, format, read), { objectMode: false });
}

async function* imagesJson({ job, files }: FinishedJob, format: 'url' | 'b64_json', read: ReadFile) {
  yield `{"created":${secondsOf(job.finishedAt ?? new Date())},"data":[`;
  for (const [index, file] of files.entries()) {
    yield index === 0 ? '{' : ',{';
    if (format === 'url') {
      yield `"url":${JSON.stringify(job.outputs[index]?.url ?? '')}`;
    } else {
      yield '"b64_json":"';
      yield* base64Of(read(file.storagePath));
      yield '"';
    }
    yield '}';
  }
  yield `],${JSON.stringify(particularsOf(job, files)).slice(1)}`;
}

/** What OpenAI says beside the pictures, as far as it is known of them. */
function particularsOf({ input }: JobDto, [first]: readonly GenerationRow[]): Record<string, unknown> {
  const one = (name: string, values: readonly string[]) =>
    values.includes(String(input[name])) ? { [name]: input[name] } : {};
  return {
    output_format: first?.mimeType.replace('image/', ''),
    ...(first?.width && { size: `${first.width}x${first.height}` }),
    ...one('quality', ['low', 'medium', 'high']),
    ...one('background', ['transparent', 'opaque']),
    usage: first?.metadata['usage'],
  };
}

/**
 * The same as events (`stream: true`): one for each picture when it is there, comments while it is waited for, and an
 * `error` event when it does not come.
 */
export function imagesStream(
  waiting: Promise<FinishedJob>,
  kind: 'image_generation' | 'image_edit',
  read: ReadFile,
): Readable {
  return Readable.from(imageEvents(waiting, kind, read), { objectMode: false });
}

async function* imageEvents(waiting: Promise<FinishedJob>, kind: string, read: ReadFile) {
  try {
    const finished = yield* beating(waiting);
    for (const file of finished.files) {
      const told = {
        type: `${kind}.completed`,
        created_at: secondsOf(finished.job.finishedAt ?? new Date()),
        ...particularsOf(finished.job, [file]),
      };
      yield `event: ${told.type}\ndata: ${JSON.stringify(told).slice(0, -1)},"b64_json":"`;
      yield* base64Of(read(file.storagePath));
      yield '"}\n\n';
    }
  } catch (error) {
    if (!isAppError(error)) throw error;
    yield `event: error\ndata: ${JSON.stringify(toOpenAiError(error).body)}\n\n`;
  }
}

/** Comments until the promise is settled. */
async function* beating<T>(promise: Promise<T>): AsyncGenerator<string, T> {
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const beat = new Promise<'beat'>((resolve) => (timer = setTimeout(resolve, HEARTBEAT_MS, 'beat')));
    const first = await Promise.race([promise.then((value) => ({ value })), beat]).finally(() => clearTimeout(timer));
    if (first !== 'beat') return first.value;
    yield ': the job is under way\n\n';
  }
}

/** Three bytes are four characters: what is left of a chunk waits for the next. */
async function* base64Of(file: Readable): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of file as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 3);
    yield bytes.toString('base64', 0, whole);
    rest = bytes.subarray(whole);
  }
  yield rest.toString('base64');
}
