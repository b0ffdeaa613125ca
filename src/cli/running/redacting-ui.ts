import { redactStrings } from '../../journal/redact-strings.js';
import type { Ui } from '../../ui/index.js';

/** A terminal is read by others and kept in the logs of CI: what is shown is what the journal may hold. */
export const redactingUi = (ui: Ui, redact: (text: string) => string): Ui => ({
  event: (event) => {
    ui.event(redactStrings(event, redact));
  },
  progress: (label, progress) => {
    ui.progress(label, redactStrings(progress, redact));
  },
  finish: (summary) => ui.finish(redactStrings(summary, redact)),
});
