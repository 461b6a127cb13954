import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { Logger } from 'nestjs-pino';
import type { AppConfig } from '#core/config';
import { assertPlainJson, drainBody, keepRawBodies, ProblemFilter, useUploads, useValidation } from '#core/http';
import { RequestLimits } from '#core/limits';
import { ApiModule } from './api.module.js';
import { compressJson } from './compress-json.js';
import { createOpenApi } from './openapi.js';
import { countUnknownPaths, MAX_PARAMETER_CHARACTERS, refuseByName } from './refused-requests.js';
import { serveStudio } from './studio-files.js';
import { answerUnreadable, answerUnroutable } from './wire-errors.js';

const BODY_LIMIT_BYTES = 1024 * 1024;
/** What programs in browsers may read of an answer. */
const EXPOSED_HEADERS = [
  'x-request-id',
  'x-job-id',
  'idempotency-replayed',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
];
const REQUEST_ID = /^[\w.-]{1,128}$/;

/**
 * The API as an application that is ready to listen.
 * @param root the modules it is made of, where that is more than the API itself
 */
export async function createApi(
  config: AppConfig,
  root: DynamicModule = ApiModule.forRoot(config),
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: trustedProxies(config.http.trustProxy),
    // A caller's id is kept when it is harmless in a log line.
    genReqId: (request: IncomingMessage) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    routerOptions: { maxParamLength: MAX_PARAMETER_CHARACTERS },
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerUnreadable,
    forceCloseConnections: true,
  });
  refuseByName(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bufferLogs: true,
    abortOnError: false,
    // Only JSON is spoken here. Fastify reads it by itself; form bodies would let other sites' pages post to us.
    bodyParser: false,
  });
  app.useLogger(app.get(Logger));
  app.useGlobalFilters(new ProblemFilter());
  useValidation(app);
  app.enableCors({
    origin: config.http.corsOrigins.length > 0 ? config.http.corsOrigins : false,
    // The plugin's own default leaves out what changes and deletes.
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 600,
  });
  const fastify = adapter.getInstance();
  fastify.removeContentTypeParser('text/plain');
  keepRawBodies(fastify);
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit = route.config?.maxJsonBytes ?? route.bodyLimit;
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    if (!request.routeOptions.config.keepRawBody) assertPlainJson(request.body);
    done();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    void reply.header('x-request-id', request.id);
    done(null, payload);
  });
  fastify.addHook('onSend', async (request, reply) => {
    // Uploads are read to their end, or cut off, by whoever takes them.
    const isUpload = request.routeOptions.config.takesUpload && request.isMultipart();
    if (reply.statusCode === 413 && !isUpload) await drainBody(request.raw);
  });
  compressJson(fastify);
  await app.register(helmet, { contentSecurityPolicy: false, crossOriginResourcePolicy: { policy: 'same-site' } });
  await useUploads(app);
  await app.register(fastifyStatic, { root: config.storage.directory, serve: false });
  SwaggerModule.setup('api/docs', app, () => createOpenApi(app), {
    jsonDocumentUrl: 'api/openapi.json',
    yamlDocumentUrl: 'api/openapi.yaml',
    customSiteTitle: 'BASE Agency API',
  });
  countUnknownPaths(fastify, app.get(RequestLimits, { strict: false }));
  if (config.bullBoardPassword) {
    const { mountBullBoard } = await import('./bull-board.js');
    await mountBullBoard(app);
  }
  await serveStudio(app);
  return app;
}

/** A number of proxies is a number of steps back along the forwarded addresses. */
function trustedProxies(setting: AppConfig['http']['trustProxy']) {
  return typeof setting === 'number' ? (_address: string, hop: number) => hop < setting : setting;
}
