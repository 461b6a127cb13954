import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant } from '#core/http';
import { EnhancedPromptDto, EnhancePromptDto } from './prompts.dto.js';
import { PromptsService } from './prompts.service.js';

@ApiTags('studio')
@Controller('api/studio/prompts')
export class PromptsController {
  constructor(private readonly prompts: PromptsService) {}

  @Post('enhance')
  @HttpCode(200)
  @Authenticated({ permission: 'jobs:create', testKeys: true })
  @ApiOperation({
    operationId: 'enhancePrompt',
    summary: 'Suggest a fuller prompt',
    description:
      'By a text model of OpenAI, with the organization’s own key or the platform’s; without either, by fixed rules, which the answer says. Costs no credits; an organization may ask a hundred times a day.',
  })
  @ApiOkResponse({ type: EnhancedPromptDto })
  @ProblemResponse(422, '`request.invalid`')
  @ProblemResponse(429, '`studio.enhancement_limit`, or a rate limit')
  @ProblemResponse(503, '`studio.enhancement_unavailable`: the model did not answer')
  enhancePrompt(@CurrentTenant() tenant: Tenant, @Body() body: EnhancePromptDto): Promise<EnhancedPromptDto> {
    return this.prompts.enhance(tenant, body);
  }
}
