import { Body, Controller, Get, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, type Person, ProblemResponse, type Tenant } from '#core/http';
import { ChangePlanDto, SubscribeDto, SubscriptionChangeDto, SubscriptionDto } from './subscriptions.dto.js';
import { SubscriptionsService } from './subscriptions.service.js';

@ApiTags('billing')
@Controller('api/billing/subscription')
export class SubscriptionsController {
  constructor(private readonly subscriptions: SubscriptionsService) {}

  @Get()
  @Authenticated({ permission: 'billing:read' })
  @ApiOperation({
    operationId: 'getSubscription',
    summary: 'What the organization is subscribed to',
    description:
      'The plan, its period, what waits for the next one, and `owedCredits`: spent credits whose payment went back, which the next credits pay first. While it is `past_due`, the limits of the free plan hold until `graceEndsAt`.',
  })
  @ApiOkResponse({ type: SubscriptionDto })
  getSubscription(@CurrentTenant() tenant: Tenant): Promise<SubscriptionDto> {
    return this.subscriptions.get(tenant);
  }

  @Post()
  @HttpCode(200)
  @Authenticated({ permission: 'billing:manage' })
  @ApiOperation({
    operationId: 'subscribe',
    summary: 'Order a paid plan; it begins once its invoice is paid',
    description:
      'Issues the invoice of the first month and answers where to pay it. Plan and credits come once it is paid; an order that nobody pays is void two weeks after it was due. Asked again it is the same order.',
  })
  @ApiOkResponse({ type: SubscriptionChangeDto })
  @ProblemResponse(409, '`billing.subscription_state`, `billing.seats_in_use`, `billing.payment_under_way`')
  @ProblemResponse(422, '`billing.plan_unknown`, `billing.plan_without_price`, `billing.currency_unknown`')
  @ProblemResponse(503, '`billing.payment_service_failed`: ordered, and can be paid by its invoice later')
  subscribe(@CurrentTenant() tenant: Tenant, @Body() body: SubscribeDto): Promise<SubscriptionChangeDto> {
    return this.subscriptions.subscribe(tenant, body);
  }

  @Patch()
  @Authenticated({ permission: 'billing:manage' })
  @ApiOperation({
    operationId: 'changePlan',
    summary: 'A larger plan once the difference is paid, a smaller one from the next period on',
    description:
      'A larger plan is ordered at the difference for the rest of the period, in cents, and begins with its credits once `checkout` is paid. A smaller one costs nothing now and begins with the next period. Refused while more people belong to the organization than it has seats.',
  })
  @ApiOkResponse({ type: SubscriptionChangeDto })
  @ProblemResponse(
    409,
    '`billing.plan_unchanged`, `billing.seats_in_use`, `billing.renewal_already_paid`, `billing.subscription_state`, `billing.payment_under_way`',
  )
  @ProblemResponse(422, '`billing.plan_unknown`, `billing.plan_without_price`')
  @ProblemResponse(503, '`billing.payment_service_failed`')
  changePlan(@CurrentTenant() tenant: Tenant, @Body() body: ChangePlanDto): Promise<SubscriptionChangeDto> {
    return this.subscriptions.changePlan(tenant, body);
  }

  @Post('cancel')
  @HttpCode(200)
  @Authenticated({ permission: 'billing:manage' })
  @ApiOperation({
    operationId: 'cancelSubscription',
    summary: 'End with the period; a trial or an overdue one at once',
    description:
      'Plan and credits stay until the end of a period that is paid, nothing is returned, and nothing is charged any more; then the organization is on the free plan. Purchased credits stay. It can be taken back until then.',
  })
  @ApiOkResponse({ type: SubscriptionChangeDto })
  @ProblemResponse(409, '`billing.subscription_state`, `billing.renewal_already_paid`')
  cancelSubscription(@CurrentTenant() tenant: Tenant): Promise<SubscriptionChangeDto> {
    return this.subscriptions.cancel(tenant);
  }

  @Post('resume')
  @HttpCode(200)
  @Authenticated({ permission: 'billing:manage' })
  @ApiOperation({
    operationId: 'resumeSubscription',
    summary: 'Take back a cancellation or a smaller plan in waiting',
    description: 'The plan goes on as it was, and the next period is charged again. Nothing is charged now.',
  })
  @ApiOkResponse({ type: SubscriptionChangeDto })
  @ProblemResponse(409, '`billing.subscription_state`')
  resumeSubscription(@CurrentTenant() tenant: Tenant): Promise<SubscriptionChangeDto> {
    return this.subscriptions.resume(tenant);
  }

  @Post('trial')
  @HttpCode(200)
  @Authenticated({ permission: 'billing:manage', person: true })
  @ApiOperation({
    operationId: 'startTrial',
    summary: 'Try a plan without paying, once',
    description:
      'Gives the trial credits of the plan and its limits for its trial days. No card is asked for: unless it is subscribed to by then, the organization is back on the free plan, and what is left of the credits ends. Once for a person, and once for an organization.',
  })
  @ApiOkResponse({ type: SubscriptionChangeDto })
  @ProblemResponse(409, '`billing.trial_used`, `billing.subscription_state`')
  @ProblemResponse(422, '`billing.plan_unknown`, `billing.trial_unavailable`')
  startTrial(@CurrentTenant() tenant: Tenant & Person, @Body() body: ChangePlanDto): Promise<SubscriptionChangeDto> {
    return this.subscriptions.startTrial(tenant, body);
  }
}
