import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';

/** One fault in one field. */
export class FieldProblem {
  @ApiProperty({ description: 'JSON pointer into the request, e.g. `/input/size`', example: '/input/size' })
  pointer: string;

  @ApiProperty({ example: 'invalid_enum' })
  code: string;

  @ApiProperty({ example: 'must be one of 1024x1024, 1536x1024' })
  message: string;
}

/** RFC 9457 problem details. Branch on `code`; it is stable. */
export class Problem {
  @ApiProperty({ description: 'Where the code is explained', example: '/api/docs/errors#billing.insufficient_credits' })
  type: string;

  @ApiProperty({ example: 'Not enough credits' })
  title: string;

  @ApiProperty({ example: 402 })
  status: number;

  @ApiPropertyOptional({ description: 'What happened here and what to do about it' })
  detail?: string;

  @ApiProperty({ example: 'billing.insufficient_credits' })
  code: string;

  @ApiProperty({ description: 'Quote it when asking for help; it is in our logs', example: '0198f…' })
  requestId: string;

  @ApiPropertyOptional({ type: [FieldProblem], description: 'The faults, field by field' })
  errors?: FieldProblem[];
}

/** Documents a problem+json answer of a route. */
export function ProblemResponse(status: number, description: string): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(Problem),
    ApiResponse({
      status,
      description,
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } },
    }),
  );
}
