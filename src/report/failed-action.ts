import type { ReportAction } from './commands.js';
import type { Report } from './schema.js';

/** The action that was the run's first cause; its problem is told once, below the name of the action. */
export function failedAction({ cause, commands }: Report): ReportAction | undefined {
  if (cause === null || cause.command === null) return undefined;
  const { command: id, message } = cause;
  return commands
    .find((command) => command.id === id)
    ?.actions.find(({ problem }) => problem !== null && message.endsWith(problem.message));
}
