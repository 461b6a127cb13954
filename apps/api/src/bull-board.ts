import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter as BoardAdapter } from '@bull-board/fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { sendError, toAppError } from '#core/http';
import { RequestLimits } from '#core/limits';
import { OperatorDoor } from '#core/operators';
import { Queues, QUEUES } from '#core/queue';

export const BULL_BOARD_PATH = '/admin/queues';

/** Mounts Bull Board for operators behind HTTP Basic (user `operator`). */
export async function mountBullBoard(app: NestFastifyApplication): Promise<void> {
  const queues = app.get(Queues);
  const door = app.get(OperatorDoor, { strict: false });
  const limits = app.get(RequestLimits, { strict: false });
  const serverAdapter = new BoardAdapter();
  serverAdapter.setBasePath(BULL_BOARD_PATH);
  createBullBoard({ queues: QUEUES.map((name) => new BullMQAdapter(queues.queue(name))), serverAdapter });
  await app.register(
    (instance, _options, done) => {
      instance.addHook('onRequest', async (request, reply) => {
        try {
          await limits.countPublic(request, reply);
          await door.admit(request, reply);
        } catch (error) {
          // The board has an error page of its own, which is not ours.
          await sendError(request, reply, toAppError(error));
        }
      });
      void instance.register(serverAdapter.registerPlugin());
      done();
    },
    { prefix: BULL_BOARD_PATH },
  );
}
