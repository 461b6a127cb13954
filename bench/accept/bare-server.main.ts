import { createPostgresBackend, createRedisBackend, Queue, setDefaultBackendFactory } from 'bullmq';
import Fastify from 'fastify';
import pg from 'pg';
import { v7 } from 'uuid';
import { runMain, untilStopped } from '#core/config';

/** As many connections as the API has: ten of its own, four of the queue. */
const POOL_SIZE = 10;
const QUEUE_POOL_SIZE = 4;
const CREDITS = 5;

interface BareRequest {
  model: string;
  input: Record<string, unknown>;
}

/** The bare route: no framework on Fastify, no authentication, no validation; one function call and one `Queue.add`. */
const SHUTDOWN_MS = 10_000;

runMain(async () => {
  const { DATABASE_URL, REDIS_URL, PORT } = process.env;
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: POOL_SIZE });
  const queue = REDIS_URL ? redisQueue(REDIS_URL) : postgresQueue(DATABASE_URL ?? '');
  const app = Fastify();
  app.post<{ Body: BareRequest }>('/jobs', async (request, reply) => {
    const id = v7();
    const { model, input } = request.body;
    const { rows } = await pool.query<{ accepted: boolean }>('select bare.create_job($1, $2, $3, $4, $5) as accepted', [
      id,
      request.headers['x-organization-id'],
      model,
      JSON.stringify(input),
      CREDITS,
    ]);
    if (!rows[0]?.accepted) return reply.code(402).send({ error: 'Not enough credits' });
    await queue.add('run', { jobId: id });
    return reply.code(202).send({ id, status: 'queued', model, input, credits: { held: CREDITS } });
  });
  const url = await app.listen({ port: Number(PORT), host: '127.0.0.1' });
  untilStopped(async () => {
    await app.close();
    await queue.close();
    await pool.end();
  }, SHUTDOWN_MS);
  process.send?.({ type: 'ready', url });
});

function redisQueue(url: string): Queue {
  setDefaultBackendFactory(createRedisBackend);
  const { hostname, port } = new URL(url);
  return new Queue('bare', { connection: { host: hostname, port: Number(port) } });
}

function postgresQueue(url: string): Queue {
  setDefaultBackendFactory(createPostgresBackend);
  const pool = new pg.Pool({ connectionString: url, max: QUEUE_POOL_SIZE, options: '-c search_path=bullmq' });
  return new Queue('bare', { connection: pool });
}
