import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPerson, type Person, ProblemResponse, UuidPipe } from '#core/http';
import { DeadLetterDto, DeadLetterPageDto, ListDeadLettersQuery } from './dead-letters.dto.js';
import { DeadLettersService } from './dead-letters.service.js';

@ApiTags('admin')
@Controller('api/admin/dead-letters')
export class DeadLettersController {
  constructor(private readonly letters: DeadLettersService) {}

  @Get()
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'listDeadLetters',
    summary: 'Messages of the queue that were given up, newest first',
    description:
      'A message is given up when all of its tries failed. The row that it stood for is untouched: the sweeper goes on with jobs that have not ended, whether the message is sent again or not.',
  })
  @ApiOkResponse({ type: DeadLetterPageDto })
  listDeadLetters(@CurrentPerson() operator: Person, @Query() query: ListDeadLettersQuery): Promise<DeadLetterPageDto> {
    return this.letters.list(operator, query);
  }

  @Post(':deadLetterId/redrive')
  @HttpCode(200)
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'redriveDeadLetter',
    summary: 'Send one of them again',
    description:
      'With all of its tries. What stands for a job that has ended is refused and kept: the job stays as it ended, and what was held for it was returned.',
  })
  @ApiOkResponse({ type: DeadLetterDto })
  @ProblemResponse(404, 'No such message')
  @ProblemResponse(
    409,
    'It was sent again before, what it stands for has ended, or this release has no job that would understand it',
  )
  redriveDeadLetter(
    @CurrentPerson() operator: Person,
    @Param('deadLetterId', UuidPipe) deadLetterId: string,
  ): Promise<DeadLetterDto> {
    return this.letters.redrive(operator, deadLetterId);
  }
}
