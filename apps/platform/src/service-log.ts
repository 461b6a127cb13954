import type { Terminal } from './terminal.js';

const NAME_WIDTH = 6;

export type ServiceLog = (service: string, line: string) => void;

/** For people: `api    │ …`. */
export function prefixedLog(terminal: Terminal): ServiceLog {
  return (service, line) => terminal.line(`${terminal.style('dim', `${service.padEnd(NAME_WIDTH)} │`)} ${line}`);
}

/** For log collectors: JSON lines, which name their service themselves, as they are; a runtime's crash report prefixed. */
export function jsonLog(terminal: Terminal): ServiceLog {
  const otherwise = prefixedLog(terminal);
  return (service, line) => {
    if (line.startsWith('{')) terminal.line(line);
    else otherwise(service, line);
  };
}
