import type { PlatformConfig } from '#core/config';
import type { Terminal } from './terminal.js';

/** What a command is given. */
export interface CommandContext {
  config: PlatformConfig;
  /** The name it was called by. */
  command: string;
  /** What follows the name. */
  args: string[];
  terminal: Terminal;
}

export type Command = (context: CommandContext) => Promise<void>;
