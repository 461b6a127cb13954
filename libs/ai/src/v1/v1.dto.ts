import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { GRANULARITIES, TRANSCRIPT_FORMATS } from './transcript-answers.js';

/*
 * How the OpenAI-compatible routes are documented. The bodies themselves are read by `v1-requests.ts`: beside these
 * parameters they may have those of the model.
 */

export class V1ModelDto {
  @ApiProperty({ example: 'openai/gpt-image-2' })
  id: string;

  @ApiProperty({ enum: ['model'] })
  object: 'model';

  @ApiProperty({ example: 1_795_305_600, description: 'Unix seconds: when the model came into this catalogue' })
  created: number;

  @ApiProperty({ example: 'openai', description: 'The provider' })
  owned_by: string;

  @ApiPropertyOptional({ format: 'date', description: 'From when on it is refused' })
  shutdown_date?: string;
}

export class V1ModelListDto {
  @ApiProperty({ enum: ['list'] })
  object: 'list';

  @ApiProperty({ type: [V1ModelDto] })
  data: V1ModelDto[];
}

/** `POST /v1/images/generations`. */
export class V1ImageRequestDto {
  @ApiPropertyOptional({ default: 'gpt-image-2', description: 'A model of `GET /v1/models`, or OpenAI’s name of one' })
  model?: string;

  @ApiProperty({ example: 'Um farol ao entardecer, aquarela' })
  prompt: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 10 })
  n?: number;

  @ApiPropertyOptional({
    example: '1024x1024',
    description: 'Width x height, or `auto`. Models that know shapes only take the one of the same shape',
  })
  size?: string;

  @ApiPropertyOptional({ example: 'medium', description: '`low`, `medium`, `high`, `auto`; `standard` and `hd`' })
  quality?: string;

  @ApiPropertyOptional({ enum: ['url', 'b64_json'], default: 'b64_json' })
  response_format?: string;

  @ApiPropertyOptional({
    default: false,
    description: 'Answers with events: one `image_generation.completed` for each picture',
  })
  stream?: boolean;

  @ApiPropertyOptional({ enum: [0], default: 0, description: 'No model shows unfinished pictures' })
  partial_images?: number;

  @ApiPropertyOptional({ description: 'Your end-user; kept as the label `user` of the job' })
  user?: string;
}

export class V1ImageDto {
  @ApiPropertyOptional({ format: 'byte' })
  b64_json?: string;

  @ApiPropertyOptional({ description: 'A signed link' })
  url?: string;
}

export class V1ImageUsageDto {
  @ApiProperty()
  input_tokens: number;

  @ApiProperty()
  output_tokens: number;

  @ApiProperty()
  total_tokens: number;
}

export class V1ImagesDto {
  @ApiProperty({ description: 'Unix seconds' })
  created: number;

  @ApiProperty({ type: [V1ImageDto] })
  data: V1ImageDto[];

  @ApiPropertyOptional({ example: 'png' })
  output_format?: string;

  @ApiPropertyOptional({ example: '1024x1024', description: 'Of the first picture' })
  size?: string;

  @ApiPropertyOptional({ enum: ['low', 'medium', 'high'], description: 'Where the model has a choice' })
  quality?: string;

  @ApiPropertyOptional({ enum: ['transparent', 'opaque'], description: 'Where one of them was asked for' })
  background?: string;

  @ApiPropertyOptional({ type: V1ImageUsageDto, description: 'As the provider tells it, where it counts tokens' })
  usage?: V1ImageUsageDto;
}

/** `POST /v1/audio/speech`. */
export class V1SpeechRequestDto {
  @ApiProperty({ example: 'gpt-4o-mini-tts', description: 'A model of `GET /v1/models`, or OpenAI’s name of one' })
  model: string;

  @ApiProperty({ example: 'Bom dia' })
  input: string;

  @ApiPropertyOptional({ example: 'alloy', description: 'A voice of the model: a name, or an object with its `id`' })
  voice?: string;

  @ApiPropertyOptional({ example: 'mp3' })
  response_format?: string;

  @ApiPropertyOptional({ example: 1, minimum: 0.25, maximum: 4, description: 'For models that take it, e.g. `tts-1`' })
  speed?: number;

  @ApiPropertyOptional({ description: 'How to speak, for models that take it, e.g. `gpt-4o-mini-tts`' })
  instructions?: string;

  @ApiPropertyOptional({ enum: ['audio'], default: 'audio' })
  stream_format?: string;

  @ApiPropertyOptional({ description: 'Your end-user; kept as the label `user` of the job' })
  user?: string;
}

/** `POST /v1/images/edits`. */
export class V1EditRequestDto extends V1ImageRequestDto {
  @ApiProperty({ type: 'string', format: 'binary', description: 'One file, or several as `image[]`' })
  image: unknown;

  @ApiPropertyOptional({ type: 'string', format: 'binary', description: 'Its transparent areas are edited' })
  mask?: unknown;
}

/** `POST /v1/audio/transcriptions`. */
export class V1TranscriptionRequestDto {
  @ApiProperty({ type: 'string', format: 'binary' })
  file: unknown;

  @ApiPropertyOptional({ default: 'whisper-1' })
  model?: string;

  @ApiPropertyOptional({ example: 'pt' })
  language?: string;

  @ApiPropertyOptional({ description: 'Names and style to expect, for models that take it' })
  prompt?: string;

  @ApiPropertyOptional({
    enum: TRANSCRIPT_FORMATS,
    default: 'json',
    description: '`verbose_json`, `srt` and `vtt` by models that tell when a word was said, e.g. `whisper-1`',
  })
  response_format?: string;

  @ApiPropertyOptional({
    enum: GRANULARITIES,
    isArray: true,
    default: ['segment'],
    description: 'What `verbose_json` tells the times of',
  })
  timestamp_granularities?: string[];

  @ApiPropertyOptional({ description: 'Your end-user; kept as the label `user` of the job' })
  user?: string;
}

export class V1TranscriptionDto {
  @ApiProperty()
  text: string;
}
