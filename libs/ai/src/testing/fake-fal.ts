import { createHash, generateKeyPairSync, sign } from 'node:crypto';
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
import {
  type FakeReport,
  type FakeTask,
  type FakeTaskFault,
  type FakeTaskOptions,
  FakeTasks,
  sendReport,
} from './fake-tasks.js';

const detail = (status: number, text: unknown, headers?: Record<string, string>): FakeAnswer =>
  jsonAnswer(status, { detail: text }, headers);

const ERRORS = {
  quota: detail(403, 'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.'),
  invalid_input: detail(422, [{ loc: ['body', 'prompt'], msg: 'field required', type: 'missing' }]),
  content_policy: detail(422, [
    { loc: ['body', 'prompt'], msg: 'The content could not be processed.', type: 'content_policy_violation' },
  ]),
  rate_limited: detail(429, 'Too many requests', { 'retry-after': '2' }),
  server_error_before: detail(500, 'Internal Server Error'),
  server_error_after: { ...detail(500, 'Internal Server Error'), accepted: true },
  overloaded: detail(503, 'Service Unavailable', { 'retry-after': '3' }),
} satisfies Record<string, FakeErrorFault>;

export type FakeFalFault = keyof typeof ERRORS | FakeBreakage | FakeTaskFault | 'unauthorized';

const described = z.looseObject({ prompt: z.string() });
const shown = z.looseObject({ image_url: z.url() });

/** What works on a picture, and answers with one `image`. */
const PICTURE_TOOL = /upscale|background\/remove|expand/;

/** fal's queue on loopback. Every app exists; those that sound like films give films. */
export class FakeFal extends FakeServer<FakeFalFault> {
  readonly tasks: FakeTasks;
  private readonly keys = generateKeyPairSync('ed25519');

  protected readonly wire: FakeWire = {
    basePath: '',
    key: { header: 'authorization', prefix: 'Key ', example: 'fal-' },
    wrongKey: () => detail(401, 'Cannot access application. Authentication is required.'),
    errors: ERRORS,
    rateLimited: 'rate_limited',
    route: (request) => this.route(request),
    unknownPath: () => detail(404, 'Not Found'),
  };

  constructor(private readonly taskOptions: FakeServerOptions & FakeTaskOptions) {
    super(taskOptions);
    this.tasks = new FakeTasks(taskOptions, (task) => {
      if (task.webhook) void sendReport(task.webhook, this.report(task)).catch(() => undefined);
    });
  }

  static async start(options: FakeServerOptions & FakeTaskOptions = {}): Promise<FakeFal> {
    const fake = new FakeFal(options);
    await fake.listen();
    return fake;
  }

  /** Where the public keys are listed. */
  get jwksUrl(): string {
    return `${this.origin}/.well-known/jwks.json`;
  }
  /** The report of a request as fal signs it. */
  report(task: FakeTask, sentAt = new Date()): FakeReport {
    const body = JSON.stringify({ request_id: task.id, status: 'OK', payload: this.result(task) });
    const timestamp = String(Math.floor(sentAt.getTime() / 1000));
    const digest = createHash('sha256').update(body).digest('hex');
    const content = [task.id, 'user-1', timestamp, digest].join('\n');
    return {
      headers: {
        'x-fal-webhook-request-id': task.id,
        'x-fal-webhook-user-id': 'user-1',
        'x-fal-webhook-timestamp': timestamp,
        'x-fal-webhook-signature': sign(null, Buffer.from(content), this.keys.privateKey).toString('hex'),
      },
      body,
    };
  }

  private route(request: FakeRequest): FakeRoute | undefined {
    const { method, path } = request;
    if (path === '/.well-known/jwks.json') return { kind: 'other', open: true, answer: () => this.jwks() };
    const files = fileRoute(path, this.taskOptions.picture);
    if (files) return files;
    const [, id = '', action = ''] = /^\/[\w-]+\/[\w.-]+\/requests\/([\w-]+)(\/status|\/cancel)?$/.exec(path) ?? [];
    const task = this.tasks.find(id);
    if (task) return this.taskRoute(`${method} ${action}`, task);
    return method === 'POST' && id === '' ? this.createRoute(request, path.slice(1)) : undefined;
  }

  private taskRoute(action: string, task: FakeTask): FakeRoute | undefined {
    switch (action) {
      case 'GET /status':
        return { kind: 'poll', answer: () => jsonAnswer(200, this.status(this.tasks.look(task))) };
      case 'GET ':
        return { kind: 'poll', answer: () => this.end(task) };
      case 'PUT /cancel':
        this.tasks.cancel(task);
        return { kind: 'cancel', answer: () => jsonAnswer(202, { status: 'CANCELLATION_REQUESTED' }) };
      default:
        return undefined;
    }
  }

  private createRoute({ body, query }: FakeRequest, app: string): FakeRoute {
    const input = (PICTURE_TOOL.test(app) ? shown : described).safeParse(body).data;
    return {
      kind: 'create',
      check: () => (input ? undefined : ERRORS.invalid_input),
      answer: (fault) => {
        const type: FakeFileType = app.includes('video') ? 'video' : 'image';
        const files = { type, count: Number(input?.['num_images'] ?? 1) };
        const webhook = query['fal_webhook'];
        return jsonAnswer(
          200,
          this.status(this.tasks.create({ model: app, input: input ?? {}, webhook, files }, fault)),
        );
      },
    };
  }

  private status(task: FakeTask): object {
    const [owner, alias] = task.model.split('/');
    const url = `${this.baseUrl}/${owner}/${alias}/requests/${task.id}`;
    return {
      status: task.polls === 0 ? 'IN_QUEUE' : task.state === 'running' ? 'IN_PROGRESS' : 'COMPLETED',
      request_id: task.id,
      response_url: url,
      status_url: `${url}/status`,
      cancel_url: `${url}/cancel`,
      ...(task.polls === 0 && { queue_position: 0 }),
    };
  }

  private end(task: FakeTask): FakeAnswer {
    if (task.state === 'succeeded') return jsonAnswer(200, this.result(task));
    return task.state === 'refused' ? ERRORS.content_policy : detail(500, 'The generation failed.');
  }

  private result(task: FakeTask): object {
    const files = fileUrls(this.origin, task.id, task.files).map((url) => ({ url }));
    if (task.files.type === 'video') return { video: files[0] };
    if (PICTURE_TOOL.test(task.model)) return { image: files[0] };
    return { images: files, seed: 7, has_nsfw_concepts: [false] };
  }

  private jwks(): FakeAnswer {
    return jsonAnswer(200, { keys: [this.keys.publicKey.export({ format: 'jwk' })] });
  }
}
