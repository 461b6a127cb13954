import { Injectable, ParseUUIDPipe } from '@nestjs/common';
import { NotFound } from '#core/errors';

/** A path parameter that names a resource. What is no id names nothing: the same 404 as an id that does not exist. */
@Injectable()
export class UuidPipe extends ParseUUIDPipe {
  constructor() {
    super({ exceptionFactory: () => NotFound() });
  }
}
