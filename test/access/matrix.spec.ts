import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AuditNotes } from '#core/audit';
import { type Column, columnsOf } from './expectations.js';
import { exampleOf, type Route, routesOf } from './routes.js';
import { ANSWERED_BY_A_WORKER, CALLED_BY_PROGRAMS, UNAUDITED } from './exceptions.js';
import { attemptOf } from './scenarios.js';
import type { Answer, Caller } from './ground.js';
import { World } from './world.js';

/** Thousands of requests in one test: busy machines get their time. */
jest.setTimeout(240_000);

const GUARDS = new Set([
  'auth.unauthenticated',
  'auth.permission_denied',
  'auth.not_a_member',
  'auth.test_key_forbidden',
]);

/**
 * Who may do what, tried: every route of the OpenAPI document that the application itself makes, so that a new route is
 * covered by being there. Faults are collected by section and shown together.
 */
describe('the access matrix', () => {
  let world: World;
  let routes: Route[];
  let columns: Column[];
  const cases = new Map<string, number>();

  const count = (section: string, by: number): void => {
    cases.set(section, (cases.get(section) ?? 0) + by);
  };

  beforeAll(async () => {
    world = await World.start();
    routes = routesOf(world.app);
    columns = await columnsOf(world);
  });
  afterAll(async () => {
    await world.stop();
    const total = [...cases.values()].reduce((sum, each) => sum + each, 0);
    const sections = [...cases].map(([section, each]) => `${each} ${section}`).join(', ');
    process.stdout.write(`access matrix: ${total} cases on ${routes.length} routes (${sections})\n`);
  });

  it('has every route to look at', () => {
    expect(routes.length).toBeGreaterThan(50);
    expect(columns.length).toBeGreaterThan(25);
  });

  it('lets everybody do what the permission table says, and refuses the rest by name', async () => {
    const faults: string[] = [];
    for (const route of routes) {
      await together(columns, async (column) => {
        const answer = await probe(route, column);
        const expected = column.expected(route);
        const isRight = expected
          ? answer.status === expected.status && answer.code === expected.code
          : isAllowed(route, answer);
        if (!isRight) faults.push(`${route.name}, ${column.name}: ${show(answer)}, not ${JSON.stringify(expected)}`);
      });
      count('roles', columns.length);
    }
    expect(faults).toEqual([]);
  });

  it('opens to test keys only what makes or ends jobs, or brings files for them', () => {
    const open = routes.filter(({ isForTestKeys }) => isForTestKeys);
    const bringsFiles = ({ method, path }: Route) => method === 'POST' && path.startsWith('/api/ai/assets');
    const others = open.filter(({ permission }) => permission !== 'jobs:create' && permission !== 'jobs:cancel');
    expect(open.length).toBeGreaterThan(others.length);
    expect(others.filter((route) => !bringsFiles(route)).map(({ name }) => name)).toEqual([]);
  });

  /** Passes the guards if they let it, and then fails at once: by an unknown field, or by an id of nothing. */
  async function probe(route: Route, { caller, name }: Column): Promise<Answer> {
    const actor = caller?.token && endsItsCaller(route) ? await expendable(route, caller, name) : caller;
    const url = world.url(route, {
      organizationId: actor && actor.organizationId !== '' ? actor.organizationId : world.homeId,
    });
    const query = route.queryParameters.length > 0 ? { probe: 'x' } : undefined;
    return world.send({ method: route.method, url, query, body: route.body && { probe: true } }, actor);
  }

  /** Changes without a body or an id to miss: what they succeed in ends the session, the membership, the organization. */
  function endsItsCaller(route: Route): boolean {
    const ids = route.pathParameters.filter((parameter) => parameter !== 'organizationId');
    return route.isUnsafe && !route.body && ids.length === 0;
  }

  async function expendable(route: Route, caller: Caller, column: string): Promise<Caller> {
    if (!route.permission && column !== 'stranger') return world.register();
    const belongs = caller.organizationId === world.homeId && column !== 'stranger';
    return belongs ? { ...caller, organizationId: await world.makeTwin() } : caller;
  }

  /** A public route may refuse what it is asked for (a link, a password), but nobody for who they are. */
  function isAllowed(route: Route, { status, code }: Answer): boolean {
    if (route.isPublic) return status < 500 && !GUARDS.has(code ?? '');
    return status < 500 && status !== 401 && status !== 403;
  }

  it('answers for the ids of another organization as for ids of nothing, and leaves it as it was', async () => {
    const before = await world.fingerprint(world.foreign.organizationId);
    const faults: string[] = [];
    const owner = world.person('owner');
    for (const route of routes.filter(({ isPublic, isForOperators }) => !isPublic && !isForOperators)) {
      for (const place of idPlaces(route)) {
        const foreign = foreignOf(route, place.name);
        if (!foreign) {
          faults.push(`${route.name}: no foreign ${place.name} known; add one to World.populateForeign`);
          continue;
        }
        const [theirs, nothing] = await Promise.all([place.send(foreign), place.send(randomUUID())]);
        count('foreign ids', 2);
        const isHidden = place.kind !== 'path' || theirs.status === 404;
        if (!isHidden || theirs.status >= 500) faults.push(`${route.name} ${place.name}: ${show(theirs)}`);
        if (isCursor(place.name)) {
          if (JSON.stringify(theirs.body).includes(world.foreign.organizationId)) faults.push(`${route.name} leaks`);
        } else if (withoutRequestId(theirs) !== withoutRequestId(nothing)) {
          faults.push(`${route.name} ${place.name}: ${show(theirs)} is not ${show(nothing)}`);
        }
      }
      if (route.pathParameters.length > 0) {
        const [theirs, nothing] = await Promise.all([
          send(route, owner, { ids: world.foreign }),
          send(route, owner, { ids: { organizationId: randomUUID() } }),
        ]);
        count('foreign ids', 2);
        if (theirs.status !== 404 || withoutRequestId(theirs) !== withoutRequestId(nothing))
          faults.push(`${route.name}: ${show(theirs)} is not ${show(nothing)}`);
      }
      const header = (organizationId: string) => send(route, owner, { header: organizationId });
      if (route.permission && !route.pathParameters.includes('organizationId')) {
        const [foreignHeader, noHeader] = await Promise.all([
          header(world.foreign.organizationId),
          header(randomUUID()),
        ]);
        count('foreign ids', 2);
        if (foreignHeader.status !== 403 || withoutRequestId(foreignHeader) !== withoutRequestId(noHeader))
          faults.push(`${route.name} X-Organization-Id: ${show(foreignHeader)} is not ${show(noHeader)}`);
      }
    }
    expect(faults).toEqual([]);
    expect(await world.fingerprint(world.foreign.organizationId)).toBe(before);
  });

  interface IdPlace {
    kind: 'path' | 'query' | 'body';
    name: string;
    send: (id: string) => Promise<Answer>;
  }

  /** Where a route takes an id. */
  function idPlaces(route: Route): IdPlace[] {
    const owner = world.person('owner');
    const inPath = route.pathParameters.map((name): IdPlace => ({
      kind: 'path',
      name,
      send: (id) => send(route, owner, { ids: { [name]: id } }),
    }));
    const inQuery = route.queryParameters
      .filter(({ schema }) => schema.format === 'uuid')
      .map(({ name }): IdPlace => ({
        kind: 'query',
        name,
        send: (id) => send(route, owner, { query: { [name]: id } }),
      }));
    const inBody = Object.entries(route.body ?? {})
      .filter(([, schema]) => schema.format === 'uuid')
      .map(([name]): IdPlace => ({
        kind: 'body',
        name,
        send: (id) => send(route, owner, { body: { ...exampleOf(route), [name]: id } }),
      }));
    return [...inPath, ...inQuery, ...inBody];
  }

  function foreignOf(route: Route, name: string): string | undefined {
    if (!isCursor(name)) return world.foreign[name];
    const cursors: Record<string, string> = {
      listApiKeys: 'apiKeyId',
      listAssets: 'assetId',
      listAuditLines: 'auditLogId',
      listGenerations: 'generationId',
      listInvitations: 'invitationId',
      listInvoices: 'invoiceId',
      listJobs: 'jobId',
      listMembers: 'userId',
      listPayments: 'paymentId',
      listProjects: 'projectId',
      listShareLinks: 'shareLinkId',
    };
    return world.foreign[cursors[route.operationId] ?? ''] ?? world.foreign['jobId'];
  }

  function isCursor(name: string): boolean {
    return name === 'before' || name === 'after';
  }

  interface Particulars {
    ids?: Record<string, string>;
    query?: Record<string, string>;
    body?: unknown;
    header?: string;
  }

  function send(route: Route, caller: Caller, { ids, query, body, header }: Particulars): Promise<Answer> {
    return world.send(
      {
        method: route.method,
        url: world.url(route, { organizationId: caller.organizationId, ...ids }),
        // A stream that opens would not end: an unknown parameter keeps it shut, after the others were looked at.
        query: route.isStream && query ? { ...query, probe: 'x' } : query,
        body: route.body && (body ?? exampleOf(route)),
        ...(header ? { headers: { 'x-organization-id': header } } : {}),
      },
      caller,
    );
  }

  it('takes no field that is not the caller’s to set, and changes nothing then', async () => {
    const before = await world.fingerprint(world.homeId);
    const forbidden: Record<string, unknown> = {
      orgId: world.foreign.organizationId,
      organizationId: world.foreign.organizationId,
      organization_id: world.foreign.organizationId,
      userId: world.foreign['userId'],
      id: randomUUID(),
      credits: 1_000_000,
      plan: 'enterprise',
      role: 'owner',
      status: 'active',
      isOperator: true,
      is_operator: true,
      emailVerified: true,
      createdBy: world.foreign['userId'],
      createdAt: '2020-01-01T00:00:00Z',
      testMode: true,
      priceUsdMicros: 0,
    };
    const faults: string[] = [];
    for (const route of routes.filter((candidate) => candidate.body && !candidate.isForOperators)) {
      const fields = Object.keys(forbidden).filter((field) => !(field in (route.body ?? {})));
      await together(fields, async (field) => {
        const body = { ...exampleOf(route), [field]: forbidden[field] };
        const answer = await send(route, world.person('owner'), { body });
        if (!isUnknownField(route, field, answer)) faults.push(`${route.name} ${field}: ${show(answer)}`);
      });
      count('forbidden fields', fields.length);
    }
    expect(faults).toEqual([]);
    expect(await world.fingerprint(world.homeId)).toBe(before);
  });

  function isUnknownField({ speaksOpenAi }: Route, field: string, { status, body }: Answer): boolean {
    const { errors = [], error } = body as {
      errors?: { pointer: string; code: string }[];
      error?: { param: string; code: string };
    };
    if (speaksOpenAi) return status === 400 && error?.param === field && error.code === 'unknown_field';
    return status === 422 && errors.some(({ pointer, code }) => pointer === `/${field}` && code === 'unknown_field');
  }

  it('leaves a line in the audit log for every change that succeeds', async () => {
    const faults: string[] = [];
    const notCalled = [...Object.keys(CALLED_BY_PROGRAMS), ...ANSWERED_BY_A_WORKER];
    const called = routes.filter(({ isUnsafe, operationId }) => isUnsafe && !notCalled.includes(operationId));
    for (const route of called) {
      const { request, caller } = await attemptOf(world, route);
      const answer = await world.send(request, caller);
      count('audited changes', 1);
      if (answer.status < 200 || answer.status > 299) {
        faults.push(`${route.name} (${route.operationId}): ${show(answer)}; say in SCENARIOS how it succeeds`);
        continue;
      }
      const told = await isTold(answer.requestId, route.operationId in UNAUDITED);
      if (told === route.operationId in UNAUDITED)
        faults.push(`${route.name} (${route.operationId}): ${told ? 'has a line, and a reason for none' : 'no line'}`);
    }
    expect(faults).toEqual([]);
    const excused = [...Object.keys(UNAUDITED), ...notCalled];
    expect(excused.filter((id) => !routes.some(({ operationId }) => operationId === id))).toEqual([]);
  });

  /** Some changes go on after the answer, which must not tell by its time whether an address is known. */
  async function isTold(requestId: string, expectedNot: boolean): Promise<boolean> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const lines = await world.sql(`select id from audit_logs where request_id = $1 and outcome = 'success'`, [
        requestId,
      ]);
      if (lines.length > 0 || expectedNot) return lines.length > 0;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return false;
  }

  it('answers the oddest text with a refusal, never with a fault of its own', async () => {
    const odd = [
      `'; drop table users; --`,
      '\u0000',
      '\ud800',
      '../../../etc/passwd',
      '${7*7}{{7*7}}<script>alert(1)</script>',
      '%00%ff',
      '__proto__',
      '-1e309',
      '👩‍👩‍👧‍👦\u202e',
      'A'.repeat(5000),
    ];
    const faults: string[] = [];
    const caller = await world.register();
    caller.organizationId = await world.makeOrganization([{ userId: caller.userId, role: 'owner' }]);
    for (const route of routes) {
      const tries = odd.flatMap((text) => oddRequests(route, text));
      await together(tries, async ({ place, particulars }) => {
        const answer = await send(route, caller, particulars);
        if (answer.status >= 500) faults.push(`${route.name} ${place}: ${show(answer)}`);
      });
      count('odd texts', tries.length);
    }
    expect(faults).toEqual([]);
  });

  function oddRequests(route: Route, text: string): { place: string; particulars: Particulars }[] {
    const inUrl = text.isWellFormed() ? text : '';
    return [
      ...route.pathParameters.map((name) => ({ place: name, particulars: { ids: { [name]: inUrl } } })),
      ...route.queryParameters.map(({ name }) => ({ place: name, particulars: { query: { [name]: inUrl } } })),
      ...Object.keys(route.body ?? {}).flatMap((name) =>
        (text.length < 50 ? [text, { [text]: [text] }] : [text]).map((value) => ({
          place: name,
          particulars: { body: { ...withoutPasswords(route), [name]: value } },
        })),
      ),
      ...(route.body ? [{ place: 'body', particulars: { body: [text] } }] : []),
    ];
  }

  /** Nothing that a password opens may succeed here: it would end the caller. */
  function withoutPasswords(route: Route): Record<string, unknown> {
    const passwords = Object.entries(route.body ?? {}).filter(([, schema]) => schema.format === 'password');
    return {
      ...exampleOf(route),
      ...Object.fromEntries(passwords.map(([name]) => [name, 'nobody has this password 1'])),
    };
  }

  it('has noted the denials of all this in a bounded number of lines', async () => {
    await world.app.get(AuditNotes, { strict: false }).flush();
    const [denials] = await world.sql<{ lines: number }>(
      `select count(*)::int as lines from audit_logs where outcome = 'denied'`,
    );
    expect(denials?.lines).toBeGreaterThan(columns.length);
    expect(denials?.lines).toBeLessThan(world.sent / 2);
  });
});

/** Some at a time: as callers come, and quicker. */
async function together<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

function withoutRequestId({ status, body }: Answer): string {
  return JSON.stringify([status, typeof body === 'object' ? { ...body, requestId: '' } : body]);
}

function show({ status, body }: Answer): string {
  return `${status} ${JSON.stringify(body).slice(0, 300)}`;
}
