import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type FakeAnswer, jsonAnswer } from './fake-answers.js';
import type { FakeBreakage } from './fake-faults.js';
import { type FakeFileType, fileRoute, fileUrls } from './fake-files.js';
import {
  type FakeErrorFault,
  type FakeRequest,
  type FakeRoute,
  FakeServer,
  type FakeServerOptions,
  type FakeWire,
} from './fake-server.js';
import { type FakeReport, type FakeTask, type FakeTaskFault, type FakeTaskOptions, FakeTasks } from './fake-tasks.js';

const message = (status: number, text: string, headers?: Record<string, string>): FakeAnswer =>
  jsonAnswer(status, { message: text }, headers);

const ERRORS = {
  quota: message(402, 'You have run out of credits.'),
  invalid_input: {
    ...jsonAnswer(400, {
      message: "Your request parameters didn't validate.",
      invalid_params: [{ name: 'body.prompt', reason: 'is required' }],
    }),
    contentType: 'application/problem+json',
  },
  rate_limited: message(429, 'Too many requests', { 'retry-after': '2' }),
  server_error_before: message(500, 'Internal Server Error'),
  server_error_after: { ...message(500, 'Internal Server Error'), accepted: true },
  overloaded: message(503, 'Service Unavailable', { 'retry-after': '3' }),
} satisfies Record<string, FakeErrorFault>;

export type FakeFreepikFault = keyof typeof ERRORS | FakeBreakage | FakeTaskFault | 'unauthorized';

/** Where tasks are made, what they need, and what they make. */
const ROUTES: Readonly<Record<string, { needs: readonly string[]; makes: FakeFileType; polled?: string }>> = {
  mystic: { needs: [], makes: 'image' },
  'text-to-image/flux-2-pro': { needs: ['prompt'], makes: 'image' },
  'text-to-image/seedream-v4-5': { needs: ['prompt'], makes: 'image' },
  'text-to-image/nano-banana-pro': { needs: ['prompt'], makes: 'image' },
  'image-upscaler': { needs: ['image'], makes: 'image' },
  'image-upscaler-precision-v2': { needs: ['image'], makes: 'image' },
  'image-expand/flux-pro': { needs: ['image'], makes: 'image' },
  'image-to-video/kling-v2-6-pro': { needs: ['prompt'], makes: 'video', polled: 'image-to-video/kling-v2-6' },
  'video/kling-v3-pro': { needs: [], makes: 'video', polled: 'video/kling-v3' },
  'text-to-video/veo-3-1-fast': { needs: ['prompt'], makes: 'video' },
  'sound-effects': { needs: ['text', 'duration_seconds'], makes: 'audio' },
  'music-generation': { needs: ['prompt', 'music_length_seconds'], makes: 'audio' },
  'voiceover/elevenlabs-turbo-v2-5': { needs: ['text', 'voice_id'], makes: 'audio' },
};
const STATUS = {
  running: 'IN_PROGRESS',
  succeeded: 'COMPLETED',
  failed: 'FAILED',
  refused: 'FAILED',
  canceled: 'FAILED',
} as const;

/** Freepik's (now Magnific's) tasks on loopback. */
export class FakeFreepik extends FakeServer<FakeFreepikFault> {
  readonly keyHeader = 'x-magnific-api-key';
  readonly webhookSecret = randomBytes(24).toString('base64');
  readonly tasks: FakeTasks;

  protected readonly wire: FakeWire = {
    basePath: '',
    key: { header: this.keyHeader, prefix: '', example: 'FPSX' },
    wrongKey: (key) => message(401, key === '' ? 'Missing API key' : 'Invalid API key'),
    errors: ERRORS,
    rateLimited: 'rate_limited',
    route: (request, origin) => this.route(request, origin),
    unknownPath: () => message(404, 'Not found'),
  };

  constructor(options: FakeServerOptions & FakeTaskOptions) {
    super(options);
    this.tasks = new FakeTasks(options);
  }

  static async start(options: FakeServerOptions & FakeTaskOptions = {}): Promise<FakeFreepik> {
    const fake = new FakeFreepik(options);
    await fake.listen();
    return fake;
  }

  /** The report of a task: the answer to a look without `data`, signed as Standard Webhooks with the secret as text. */
  report(task: FakeTask, sentAt = new Date()): FakeReport {
    const body = JSON.stringify(this.show(task));
    const timestamp = String(Math.floor(sentAt.getTime() / 1000));
    const id = randomBytes(12).toString('hex');
    const signature = createHmac('sha256', this.webhookSecret).update(`${id}.${timestamp}.${body}`).digest('base64');
    return {
      headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
      body,
    };
  }

  private route(request: FakeRequest, origin: string): FakeRoute | undefined {
    const { method, path } = request;
    const route = path.replace(/^\/v1\/ai\//, '');
    if (method === 'POST' && route === 'beta/remove-background') return removeBackground(request, origin);
    if (method === 'POST' && ROUTES[route]) return this.createRoute(request, route);
    if (method === 'GET' && ROUTES[route]) return { kind: 'other', answer: () => this.list(route) };
    const [, polled = '', id = ''] = /^(.+)\/([0-9a-f-]{36})$/.exec(route) ?? [];
    const task = this.tasks.find(id);
    if (method === 'GET' && task && (ROUTES[task.model]?.polled ?? task.model) === polled) {
      return { kind: 'poll', answer: () => jsonAnswer(200, { data: this.show(this.tasks.look(task)) }) };
    }
    return fileRoute(path);
  }

  private createRoute({ body }: FakeRequest, route: string): FakeRoute {
    const fields = z.record(z.string(), z.unknown()).safeParse(body).data ?? {};
    const missing = (ROUTES[route]?.needs ?? []).filter((name) => fields[name] === undefined);
    return {
      kind: 'create',
      check: () => (missing.length > 0 ? message(400, `Parameter '${missing.join(', ')}' is not valid`) : undefined),
      answer: (fault) => {
        const { webhook_url: webhook, ...input } = fields;
        const files = { type: ROUTES[route]?.makes ?? 'image', count: 1 } as const;
        const made = { model: route, input, webhook: typeof webhook === 'string' ? webhook : undefined, files };
        const task = this.tasks.create(made, fault);
        // A new task shows nothing of its fate.
        return jsonAnswer(200, { data: { task_id: task.id, status: 'CREATED', generated: [] } });
      },
    };
  }

  private list(route: string): FakeAnswer {
    const tasks = this.tasks.all().filter(({ model }) => model === route);
    return jsonAnswer(200, { data: tasks.map(({ id, state }) => ({ task_id: id, status: STATUS[state] })) });
  }

  private show(task: FakeTask): object {
    const generated = task.state === 'succeeded' ? fileUrls(this.origin, task.id, task.files) : [];
    return { task_id: task.id, status: STATUS[task.state], generated };
  }
}

/** The one synchronous route; form-encoded, and its answer unwrapped. */
function removeBackground({ body, id }: FakeRequest, origin: string): FakeRoute {
  const address = z.object({ image_url: z.url() }).safeParse(body).data?.image_url;
  return {
    kind: 'create',
    check: () => (address ? undefined : message(400, "Parameter 'image_url' is not valid")),
    answer: () => {
      const [url = ''] = fileUrls(origin, id, { type: 'image', count: 1 });
      return jsonAnswer(200, { original: address, high_resolution: url, preview: url, url });
    },
  };
}
