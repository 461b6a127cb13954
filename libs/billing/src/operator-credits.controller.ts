import { randomUUID } from 'node:crypto';
import { applyDecorators, Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, IdempotencyKey, type Principal, ProblemResponse, UuidPipe } from '#core/http';
import type { Moved } from './credits.repository.js';
import { type Correction, CreditCorrectionsService } from './credit-corrections.service.js';
import {
  AdjustCreditsDto,
  CreditMovementDto,
  GrantCreditsDto,
  ReasonDto,
  RefundJobDto,
} from './operator-credits.dto.js';

const Movement = (operationId: string, summary: string, description: string): MethodDecorator =>
  applyDecorators(
    HttpCode(200),
    Authenticated({ operator: true }),
    ApiOperation({ operationId, summary, description }),
    ApiOkResponse({ type: CreditMovementDto }),
    ProblemResponse(404, 'There is no such organization, or it was charged for no such job'),
    ProblemResponse(409, '`billing.credits_frozen`'),
    ProblemResponse(
      422,
      '`request.invalid`, `billing.invalid_movement`, `billing.grant_expired`; `idempotency.key_reused`: the key made another movement',
    ),
  );

/** What operators do to an organization's credits by hand, each with a reason. */
@ApiTags('admin')
@Controller('api/admin/organizations/:organizationId/credits')
export class OperatorCreditsController {
  constructor(private readonly corrections: CreditCorrectionsService) {}

  @Post('grant')
  @Movement(
    'grantCredits',
    'Give credits',
    'Credits as a grant of their own, which ends at `expiresAt`, or never. They count as `granted` in the balance; the organization is told by `credits.granted`, and jobs that wait for funds go on. The reason stands in the ledger, which the customer reads, and in the audit log. Repeat it with the same `Idempotency-Key`: it is done once.',
  )
  async grantCredits(
    @CurrentPrincipal() operator: Principal,
    @Param('organizationId', UuidPipe) organizationId: string,
    @IdempotencyKey() key: string | undefined,
    @Body() body: GrantCreditsDto,
  ): Promise<CreditMovementDto> {
    const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
    return toDto(
      await this.corrections.grant(operator, { ...correctionOf(operator, organizationId, key, body), expiresAt }),
    );
  }

  @Post('adjust')
  @Movement(
    'adjustCredits',
    'Correct the balance, up or down',
    'Credits, above 0 added as a grant that stays, below 0 taken from what is available, in the order in which grants burn; what jobs hold is never taken, and the balance never goes below 0. It counts as `adjusted` in the balance. The reason stands in the ledger, which the customer reads, and in the audit log. Repeat it with the same `Idempotency-Key`: it is done once.',
  )
  @ProblemResponse(402, '`billing.insufficient_credits`: less is available than was to be taken')
  async adjustCredits(
    @CurrentPrincipal() operator: Principal,
    @Param('organizationId', UuidPipe) organizationId: string,
    @IdempotencyKey() key: string | undefined,
    @Body() body: AdjustCreditsDto,
  ): Promise<CreditMovementDto> {
    return toDto(await this.corrections.adjust(operator, correctionOf(operator, organizationId, key, body)));
  }

  @Post('refund')
  @Movement(
    'refundJobCredits',
    'Give back what a job was charged, in whole or in part',
    'Credits of a charge, never more in sum than the job was charged. They come as a grant that stays, count as `refunded` in the balance, and stand on the job (`credits.refunded`) and its receipt; usage and budgets keep the charge. To give money back, refund the payment instead. Repeat it with the same `Idempotency-Key`: it is done once.',
  )
  async refundJobCredits(
    @CurrentPrincipal() operator: Principal,
    @Param('organizationId', UuidPipe) organizationId: string,
    @IdempotencyKey() key: string | undefined,
    @Body() body: RefundJobDto,
  ): Promise<CreditMovementDto> {
    const correction = correctionOf(operator, organizationId, key, body);
    return toDto(await this.corrections.refund(operator, body.jobId, correction));
  }

  @Post('unfreeze')
  @HttpCode(204)
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'unfreezeCredits',
    summary: 'Let credits move again that a check of the books froze; the next check freezes what is still wrong',
    description:
      'While credits are frozen nothing is held or taken, and new jobs are refused; what runs is still charged or returned. Look at the violations in `GET /api/admin/reconciliation` first: nothing mends the books by itself.',
  })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'There is no such organization, or its credits are not frozen')
  async unfreezeCredits(
    @CurrentPrincipal() operator: Principal,
    @Param('organizationId', UuidPipe) organizationId: string,
    @Body() { reason }: ReasonDto,
  ): Promise<void> {
    await this.corrections.unfreeze(operator, organizationId, reason);
  }
}

/** Keys of movements live for ever: each operator has their own, so that no two meet by chance. */
function correctionOf(
  operator: Principal,
  organizationId: string,
  key: string = randomUUID(),
  { amountCredits, reason }: { amountCredits: number; reason: string },
): Correction {
  const idempotencyKey = `operator:${operator.userId}:${key}`;
  return { organizationId, amountCredits: BigInt(amountCredits), reason, idempotencyKey };
}

function toDto({ transactionId, availableCredits }: Moved): CreditMovementDto {
  return { transactionId, availableCredits: Number(availableCredits) };
}
