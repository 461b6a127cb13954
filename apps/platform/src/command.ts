import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { PlatformConfig } from '#core/config';
import { StartupError } from './startup.errors.js';
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

/**
 * Reads what follows a command's name.
 * @throws StartupError for options that do not exist
 */
export function readArguments<Options extends NonNullable<ParseArgsConfig['options']>>(
  { args, command }: CommandContext,
  options: Options,
  allowPositionals = false,
): ReturnType<typeof parseArgs<{ options: Options; allowPositionals: boolean }>> {
  try {
    return parseArgs({ args, options, allowPositionals });
  } catch (error) {
    const reason = (error as Error).message.split('. ', 1)[0] ?? '';
    throw new StartupError(`${reason} (npm run ${command}): options are --${Object.keys(options).join(', --')}.`);
  }
}
