import { createPostgresBackend, Queue, setDefaultBackendFactory, Worker } from 'bullmq';
import { createTestDatabase, type TestDatabase } from '#core/testing';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  setDefaultBackendFactory(createPostgresBackend);
});
afterAll(() => database.drop());

test.each(['apiUrl', 'workerUrl'] as const)(
  'with %s, a queue that no migration knows takes single jobs and bulks, and finishes them',
  async (role) => {
    const connection = { connectionString: database[role], schema: 'bullmq', max: 3, migrate: false };
    const name = `spec-${role}`;
    const queue = new Queue(name, { connection });
    const done: string[] = [];
    const worker = new Worker(name, (job) => Promise.resolve(done.push(job.name)), { connection });
    try {
      await queue.add('one', {});
      await queue.addBulk([
        { name: 'two', data: {} },
        { name: 'three', data: {} },
      ]);
      for (let tries = 0; done.length < 3 && tries < 100; tries++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(done.sort()).toEqual(['one', 'three', 'two']);
      await queue.obliterate({ force: true });
    } finally {
      await worker.close();
      await queue.close();
    }
  },
);
