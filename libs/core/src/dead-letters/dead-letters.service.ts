import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { type Db, InjectDb, withOperator } from '#core/db';
import { NotFound } from '#core/errors';
import type { Person } from '#core/http';
import { declaredJobs, type DeadLetterRow, DeadLettersRepository, type JobDefinition, Queues } from '#core/queue';
import { DeadLetterRedriven } from './dead-letters.audit.js';
import type { DeadLetterDto, DeadLetterPageDto, ListDeadLettersQuery } from './dead-letters.dto.js';
import { NotRedrivable } from './dead-letters.errors.js';

const PAGE = 50;

/** Messages that were given up, for operators. */
@Injectable()
export class DeadLettersService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly letters: DeadLettersRepository,
    private readonly queues: Queues,
    private readonly audit: AuditTrail,
  ) {}

  async list(operator: Person, { limit = PAGE, before }: ListDeadLettersQuery): Promise<DeadLetterPageDto> {
    const rows = await withOperator(this.db, operator.userId, (trx) => this.letters.list(trx, limit, before));
    return { data: rows.map(toDto), nextBefore: rows.length === limit ? (rows.at(-1)?.id ?? null) : null };
  }

  /**
   * Sends a message again, as if for the first time. What it stands for may end meanwhile: whoever handles it asks the row,
   * and then does nothing.
   * @throws NotFound; NotRedrivable when it was sent again before, what it stands for has ended, or no handler here would
   *   understand it. It stays as it is then
   */
  async redrive(operator: Person, id: string): Promise<DeadLetterDto> {
    const { letter, definition } = await withOperator(this.db, operator.userId, async (trx) => {
      const letter = await this.letters.find(trx, id);
      if (!letter) throw NotFound();
      const definition = definitionFor(letter);
      if (await definition.isOver?.(trx, letter.payload)) {
        throw NotRedrivable('What it stands for has ended since: sent again, it would do nothing.');
      }
      return { letter, definition };
    });
    // Before it is marked: a message too many does nothing, a lost one would never be missed. Of two operators at once
    // both send the same one.
    await this.queues.enqueue(definition, letter.payload, { messageId: `redriven-${letter.id}` });
    const redriven = await withOperator(this.db, operator.userId, async (trx) => {
      const row = await this.letters.markRedriven(trx, id, operator.userId);
      if (!row) throw sentBefore();
      await this.audit.write(trx, DeadLetterRedriven, { by: operator, organizationId: null, target: id, after: row });
      return row;
    });
    if (redriven.messageId) await this.queues.forgetDeadLetter(redriven.messageId);
    return toDto(redriven);
  }
}

function definitionFor({ queue, name, payload, redrivenAt }: DeadLetterRow): JobDefinition {
  if (redrivenAt) throw sentBefore();
  const definition = declaredJobs().find((job) => job.queue === queue && job.name === name);
  if (!definition) throw NotRedrivable(`This release has no job ${queue}/${name}.`);
  if (!definition.payload.safeParse(payload).success) {
    throw NotRedrivable('Its payload does not fit the job: it would be given up again.');
  }
  return definition;
}

function sentBefore() {
  return NotRedrivable('It was sent again before. If it fails once more, there is another one for it.');
}

function toDto({ messageId: _, ...row }: DeadLetterRow): DeadLetterDto {
  return row;
}
