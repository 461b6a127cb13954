import { randomUUID } from 'node:crypto';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { AuditHttpModule } from '#core/audit';
import { AppConfigModule, loadConfig } from '#core/config';
import { DatabaseModule } from '#core/db';
import { ProblemFilter, type Role, useUploads, useValidation } from '#core/http';
import { StorageModule } from '#core/storage';
import type { TestDatabase } from '#core/testing';
import { OrganizationsHttpModule } from '#organizations';
import { AuthHttpModule } from '../auth.http.module.js';
import { UsersService } from '../users.service.js';

export const STRONG_PASSWORD = 'lisbon-orchid-42-tram';

export interface TestAnswer<T = Record<string, unknown>> {
  status: number;
  body: T;
  headers: Record<string, unknown>;
}

export interface SignedIn {
  userId: string;
  email: string;
  accessToken: string;
  refreshToken: string;
}

interface SendOptions {
  /** An access token or API key for `Authorization: Bearer`. */
  bearer?: string;
  apiKey?: string;
  organizationId?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** The address the request comes from. */
  from?: string;
}

/** The real application without the features that authentication does not need, reached without a port. */
export interface TestApi {
  app: NestFastifyApplication;
  send<T = Record<string, unknown>>(method: string, path: string, options?: SendOptions): Promise<TestAnswer<T>>;
  /** A new person with a session. */
  register(name?: string): Promise<SignedIn>;
  /** A new person who is a platform operator. */
  registerOperator(): Promise<SignedIn>;
  createOrganization(owner: SignedIn, name?: string): Promise<string>;
  /** A new person who belongs to the organization, put there by hand. */
  addMember(organizationId: string, role: Role): Promise<SignedIn>;
  /** Runs SQL as the database's owner: what the API cannot do. */
  sql<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<R[]>;
  close(): Promise<void>;
}

interface TestApiOptions {
  /** Variables beyond the database. */
  env?: Record<string, string>;
  /** Routes of the test's own. */
  controllers?: Type[];
  /** Features beyond accounts and organizations. */
  modules?: (Type | DynamicModule)[];
}

/** Starts the application on a test database, as the API logs in. */
export async function startTestApi(database: TestDatabase, options: TestApiOptions = {}): Promise<TestApi> {
  const app = await createApplication(database, options);
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();

  const send = async <T>(method: string, path: string, request: SendOptions = {}): Promise<TestAnswer<T>> => {
    const answer = await app.inject({
      method: method as 'GET',
      url: path,
      headers: {
        ...(request.bearer ? { authorization: `Bearer ${request.bearer}` } : {}),
        ...(request.apiKey ? { 'x-api-key': request.apiKey } : {}),
        ...(request.organizationId ? { 'x-organization-id': request.organizationId } : {}),
        ...request.headers,
      },
      ...(request.from ? { remoteAddress: request.from } : {}),
      ...(request.body === undefined ? {} : { payload: request.body as object }),
    });
    return {
      status: answer.statusCode,
      body: (answer.body === '' ? {} : JSON.parse(answer.body)) as T,
      headers: answer.headers,
    };
  };
  const register: TestApi['register'] = async (name = 'Ana Prado') => {
    const email = `person-${randomUUID()}@example.com`;
    const body = { email, password: STRONG_PASSWORD, name };
    const answer = await send<SignedIn & { user: { id: string } }>('POST', '/api/auth/register', { body });
    if (answer.status !== 201) throw new Error(`register answered ${answer.status} ${JSON.stringify(answer.body)}`);
    const { accessToken, refreshToken, user } = answer.body;
    return { userId: user.id, email, accessToken, refreshToken };
  };
  return {
    app,
    send,
    register,
    registerOperator: async () => {
      const person = await register();
      await owner.query('update users set is_operator = true where id = $1', [person.userId]);
      app.get(UsersService, { strict: false }).forget(person.userId);
      return person;
    },
    createOrganization: async (person, name = 'Estúdio Água') => {
      const answer = await send<{ id: string }>('POST', '/api/organizations', {
        bearer: person.accessToken,
        body: { name },
      });
      if (answer.status !== 201) throw new Error(`create answered ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body.id;
    },
    addMember: async (organizationId, role) => {
      const person = await register();
      await owner.query('insert into organization_members (organization_id, user_id, role) values ($1, $2, $3)', [
        organizationId,
        person.userId,
        role,
      ]);
      return person;
    },
    sql: async <R extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await owner.query<R>(text, values)).rows,
    close: async () => {
      await app.close();
      await owner.end();
    },
  };
}

@Module({})
class TestRoot {}

async function createApplication(database: TestDatabase, options: TestApiOptions): Promise<NestFastifyApplication> {
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: database.apiUrl,
    DATABASE_POOL_SIZE: '5',
    APP_SECRET: 'a root secret for tests, long enough to be one',
    PUBLIC_URL: 'http://localhost:3001',
    RATE_LIMIT_FACTOR: '1000',
    ...options.env,
  });
  const root: DynamicModule = {
    module: TestRoot,
    imports: [
      AppConfigModule.forRoot(config),
      DatabaseModule.forRoot('test-api'),
      AuditHttpModule,
      StorageModule,
      AuthHttpModule,
      OrganizationsHttpModule,
      ...(options.modules ?? []),
    ],
    controllers: options.controllers ?? [],
  };
  const adapter = new FastifyAdapter({ genReqId: () => randomUUID() });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: ['fatal', 'error'],
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter());
  useValidation(app);
  await useUploads(app);
  await app.init();
  await adapter.getInstance().ready();
  return app;
}
