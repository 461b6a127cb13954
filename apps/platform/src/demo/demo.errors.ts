import { StartupError } from '../startup.errors.js';

/** Something in the demo is not as it should be: the message says what was expected and what was found. */
export class DemoFailure extends StartupError {}

/** @throws DemoFailure with `otherwise` */
export function ensure(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new DemoFailure(otherwise);
}
