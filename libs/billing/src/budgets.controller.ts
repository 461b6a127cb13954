import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant, UuidPipe } from '#core/http';
import { BudgetDto, BudgetPageDto, CreateBudgetDto, ListBudgetsQuery, UpdateBudgetDto } from './budgets.dto.js';
import { BudgetsService } from './budgets.service.js';

@ApiTags('billing')
@Controller('api/billing/budgets')
export class BudgetsController {
  constructor(private readonly budgets: BudgetsService) {}

  @Get()
  @Authenticated({ permission: 'billing:read' })
  @ApiOperation({
    operationId: 'listBudgets',
    summary: 'The budgets with what this month has used of them, oldest first',
    description:
      'Each with what this month has charged (`spent`) and holds (`reserved`), in credits. Pages go by `after`.',
  })
  @ApiOkResponse({ type: BudgetPageDto })
  listBudgets(@CurrentTenant() tenant: Tenant, @Query() query: ListBudgetsQuery): Promise<BudgetPageDto> {
    return this.budgets.list(tenant, query.limit ?? 50, query.after);
  }

  @Post()
  @Authenticated({ permission: 'budgets:manage' })
  @ApiOperation({
    operationId: 'createBudget',
    summary: 'Cap what a month may cost',
    description:
      'Checked in the statement that holds the credits: what could exceed it is refused with `billing.budget_exceeded`, or parked when the job asked for that. Months begin in the time zone of the organization.',
  })
  @ApiCreatedResponse({ type: BudgetDto })
  @ProblemResponse(409, '`billing.budget_exists`')
  @ProblemResponse(422, '`billing.budget_subject_unknown`, `request.invalid`')
  createBudget(@CurrentTenant() tenant: Tenant, @Body() body: CreateBudgetDto): Promise<BudgetDto> {
    return this.budgets.create(tenant, body);
  }

  @Get(':budgetId')
  @Authenticated({ permission: 'billing:read' })
  @ApiOperation({
    operationId: 'getBudget',
    summary: 'One budget',
    description:
      'With what this month has charged (`spent`) and holds (`reserved`), in credits, and when the next month begins.',
  })
  @ApiOkResponse({ type: BudgetDto })
  @ProblemResponse(404, 'No such budget in this organization')
  getBudget(@CurrentTenant() tenant: Tenant, @Param('budgetId', UuidPipe) budgetId: string): Promise<BudgetDto> {
    return this.budgets.get(tenant, budgetId);
  }

  @Patch(':budgetId')
  @Authenticated({ permission: 'budgets:manage' })
  @ApiOperation({
    operationId: 'updateBudget',
    summary: 'Change the terms of a budget',
    description:
      'What is left out stays as it is. It counts for the next job at once, also below what was used already; jobs that were parked for it go on when it allows them. Whose budget it is cannot be changed: remove it and make another.',
  })
  @ApiOkResponse({ type: BudgetDto })
  @ProblemResponse(404, 'No such budget in this organization')
  @ProblemResponse(422, '`request.invalid`')
  updateBudget(
    @CurrentTenant() tenant: Tenant,
    @Param('budgetId', UuidPipe) budgetId: string,
    @Body() body: UpdateBudgetDto,
  ): Promise<BudgetDto> {
    return this.budgets.update(tenant, budgetId, body);
  }

  @Delete(':budgetId')
  @HttpCode(204)
  @Authenticated({ permission: 'budgets:manage' })
  @ApiOperation({
    operationId: 'deleteBudget',
    summary: 'Remove a budget',
    description:
      'Its cap ends at once, and jobs that were parked for it go on. What it counted is gone with it: a new one begins at 0.',
  })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'No such budget in this organization')
  async deleteBudget(@CurrentTenant() tenant: Tenant, @Param('budgetId', UuidPipe) budgetId: string): Promise<void> {
    await this.budgets.delete(tenant, budgetId);
  }
}
