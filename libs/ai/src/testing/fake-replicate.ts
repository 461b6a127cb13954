import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type FakeAnswer, jsonAnswer } from './fake-answers.js';
import type { FakeBreakage } from './fake-faults.js';
import { type FakeFileType, fileRoute, fileUrls } from './fake-files.js';
import { isFakeUpload } from './fake-request-body.js';
import {
  type FakeErrorFault,
  type FakeRequest,
  type FakeRoute,
  FakeServer,
  type FakeServerOptions,
  type FakeWire,
} from './fake-server.js';
import {
  type FakeReport,
  type FakeTask,
  type FakeTaskFault,
  type FakeTaskOptions,
  FakeTasks,
  sendReport,
} from './fake-tasks.js';

const detail = (status: number, text: string, headers?: Record<string, string>): FakeAnswer =>
  jsonAnswer(status, { detail: text }, headers);

const ERRORS = {
  quota: detail(
    402,
    'Insufficient credit to run this model. Go to https://replicate.com/account/billing to buy credit.',
  ),
  invalid_input: detail(422, '- input.prompt: Invalid type. Expected: string, given: integer\n'),
  rate_limited: detail(429, 'Request was throttled. Expected available in 2 seconds.', { 'retry-after': '2' }),
  /** Of an account with less than five dollars. */
  throttled: jsonAnswer(429, {
    detail:
      'Request was throttled. Your rate limit for creating predictions is reduced to 6 requests per minute with a burst of 1 requests while you have less than $5.0 in credit. Your rate limit resets in ~5s.',
    status: 429,
    retry_after: 5,
  }),
  server_error_before: detail(500, 'Internal server error'),
  server_error_after: { ...detail(500, 'Internal server error'), accepted: true },
  overloaded: detail(503, 'Service unavailable', { 'retry-after': '3' }),
} satisfies Record<string, FakeErrorFault>;

export type FakeReplicateFault = keyof typeof ERRORS | FakeBreakage | FakeTaskFault | 'unauthorized';

const predictionRequest = z.strictObject({
  input: z.record(z.string(), z.unknown()),
  webhook: z.url().optional(),
  webhook_events_filter: z.array(z.enum(['start', 'output', 'logs', 'completed'])).optional(),
  stream: z.boolean().optional(),
});

/** Real official models say `hidden`, which the description's `oneOf` takes twice, and so refuses. */
const MODEL_VERSION = '9dcd6d78e7c6560c340d916fe32e9f24aabfa331e5cce95fe31f77fb03121426';

/** How many predictions a list tells at a time. */
const PAGE = 100;

const STATUS = {
  running: 'processing',
  succeeded: 'succeeded',
  failed: 'failed',
  refused: 'failed',
  canceled: 'canceled',
} as const;
const ERROR_TEXT: Partial<Record<FakeTask['state'], string>> = {
  failed: 'CUDA out of memory',
  refused: 'The input or output was flagged as sensitive. Please try again with different inputs. (E005)',
};

/**
 * Replicate's predictions, files, account and webhook secret on loopback. Every model of the name `owner/name` exists;
 * those that sound like films give films.
 */
export class FakeReplicate extends FakeServer<FakeReplicateFault> {
  readonly webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
  readonly tasks: FakeTasks;

  protected readonly wire: FakeWire = {
    basePath: '/v1',
    key: { header: 'authorization', prefix: 'Bearer ', example: 'r8_' },
    wrongKey: () =>
      jsonAnswer(401, {
        title: 'Unauthenticated',
        detail: 'You did not pass a valid authentication token',
        status: 401,
      }),
    errors: ERRORS,
    rateLimited: 'rate_limited',
    route: (request, origin) => this.route(request, origin),
    unknownPath: () => detail(404, 'The requested resource could not be found.'),
  };

  constructor(private readonly taskOptions: FakeServerOptions & FakeTaskOptions) {
    super(taskOptions);
    this.tasks = new FakeTasks(taskOptions);
  }

  static async start(options: FakeServerOptions & FakeTaskOptions = {}): Promise<FakeReplicate> {
    const fake = new FakeReplicate(options);
    await fake.listen();
    return fake;
  }

  /** The report of a task as Replicate signs it: Standard Webhooks over the prediction. */
  report(task: FakeTask, sentAt = new Date()): FakeReport {
    const body = JSON.stringify(this.show(task));
    const timestamp = String(Math.floor(sentAt.getTime() / 1000));
    const id = `msg_${randomBytes(12).toString('hex')}`;
    const key = Buffer.from(this.webhookSecret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return {
      headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
      body,
    };
  }

  private route(request: FakeRequest, origin: string): FakeRoute | undefined {
    const { method, path } = request;
    const model = /^\/models\/([\w.-]+\/[\w.-]+)\/predictions$/.exec(path)?.[1];
    if (method === 'POST' && model) return this.createRoute(request, model);
    const [, id = '', action] = /^\/predictions\/([\w-]+)(\/cancel)?$/.exec(path) ?? [];
    const task = this.tasks.find(id);
    if (task && method === 'GET' && !action) {
      return { kind: 'poll', answer: () => this.look(task) };
    }
    if (task && method === 'POST' && action) {
      return { kind: 'cancel', answer: () => jsonAnswer(200, this.show(this.tasks.cancel(task))) };
    }
    switch (`${method} ${path}`) {
      case 'GET /predictions':
        return { kind: 'other', answer: () => this.list(request) };
      case 'GET /account':
        return {
          kind: 'other',
          answer: () => jsonAnswer(200, { type: 'organization', username: 'agency', name: 'Agency' }),
        };
      case 'GET /webhooks/default/secret':
        return { kind: 'other', answer: () => jsonAnswer(200, { key: this.webhookSecret }) };
      case 'POST /files':
        return { kind: 'other', answer: () => upload(request, origin) };
      default:
        return fileRoute(path);
    }
  }

  private createRoute(request: FakeRequest, model: string): FakeRoute {
    const parsed = predictionRequest.safeParse(request.body);
    return {
      kind: 'create',
      check: () => (parsed.success ? undefined : detail(422, `- ${z.prettifyError(parsed.error)}`)),
      answer: (fault) => {
        if (!parsed.data) throw new Error('An unchecked request');
        const { input, webhook } = parsed.data;
        return jsonAnswer(
          201,
          this.show(this.tasks.create({ model, input, webhook, files: filesOf(model, input) }, fault)),
        );
      },
    };
  }

  private look(task: FakeTask): FakeAnswer {
    const before = task.state;
    this.tasks.look(task);
    if (this.taskOptions.reportEnds && before === 'running' && task.state !== 'running' && task.webhook) {
      void sendReport(task.webhook, this.report(task)).catch(() => undefined);
    }
    return jsonAnswer(200, this.show(task));
  }

  private list({ query }: FakeRequest): FakeAnswer {
    const start = Number(query['cursor'] ?? 0);
    const page = this.tasks.all().slice(start, start + PAGE);
    const more = start + PAGE < this.tasks.all().length;
    const next = more ? `${this.baseUrl}/predictions?cursor=${start + PAGE}` : null;
    return jsonAnswer(200, { next, previous: null, results: page.map((task) => this.show(task)) });
  }

  private show(task: FakeTask): object {
    const url = `${this.baseUrl}/predictions/${task.id}`;
    const urls = fileUrls(this.origin, task.id, task.files);
    const ended = task.state !== 'running';
    return {
      id: task.id,
      model: task.model,
      version: MODEL_VERSION,
      input: task.input,
      logs: ended ? '' : ' 40%|████      | 4/10 [00:01<00:02]\n',
      output: task.state === 'succeeded' ? (task.files.count === 1 ? urls[0] : urls) : null,
      data_removed: false,
      error: ERROR_TEXT[task.state] ?? null,
      source: 'api',
      status: STATUS[task.state],
      created_at: task.createdAt.toISOString(),
      urls: { get: url, cancel: `${url}/cancel`, web: `https://replicate.com/p/${task.id}` },
      ...(task.webhook && { webhook: task.webhook, webhook_events_filter: ['completed'] }),
      ...(ended && { completed_at: new Date().toISOString(), metrics: { predict_time: 1.2, total_time: 1.4 } }),
    };
  }
}

function filesOf(model: string, input: Readonly<Record<string, unknown>>): { type: FakeFileType; count: number } {
  const type = /seedance|wan-video|video/.test(model) ? 'video' : 'image';
  return { type, count: Number(input['num_outputs'] ?? input['number_of_images'] ?? 1) };
}

function upload(request: FakeRequest, origin: string): FakeAnswer {
  const content: unknown = z.object({ content: z.unknown() }).safeParse(request.body).data?.content;
  if (!isFakeUpload(content)) return detail(400, 'Missing content');
  const id = randomBytes(12).toString('hex');
  return jsonAnswer(201, {
    id,
    name: content.fileName,
    content_type: content.contentType,
    size: content.bytes.length,
    etag: id,
    checksums: { sha256: id, md5: id },
    metadata: {},
    created_at: new Date().toISOString(),
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    urls: { get: `${origin}/v1/files/${id}` },
  });
}
