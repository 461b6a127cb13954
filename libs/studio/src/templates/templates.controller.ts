import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '#core/http';
import { TEMPLATES } from './template-catalogue.js';
import { TemplateListDto } from './templates.dto.js';

@ApiTags('studio')
@Controller('api/studio/templates')
export class TemplatesController {
  @Get()
  @Authenticated({ permission: 'studio:read' })
  @ApiOperation({ operationId: 'listTemplates', summary: 'Starting points, in Portuguese and English' })
  @ApiOkResponse({ type: TemplateListDto })
  listTemplates(): TemplateListDto {
    return { data: [...TEMPLATES] };
  }
}
