import { plainUi } from './plain.js';
import type { Ui, UiKind, UiOptions, UiStream } from './ui.js';

export type { Progress, SeenEvent, Summary, Ui, UiKind, UiOptions, UiStream } from './ui.js';

/** A subscriber that shows a run on the stream. listr2 is loaded only for a terminal. */
export async function createUi(kind: UiKind, stream: UiStream, options: UiOptions = {}): Promise<Ui> {
  const write = safeWriter(stream);
  if (kind === 'plain') return unbreakable(plainUi(write, options));
  const { terminalUi } = await import('./terminal.js');
  return unbreakable(terminalUi(stream, write, options));
}

/** Writes until the stream breaks (a closed pipe: EPIPE), and from then on nothing. */
function safeWriter(stream: UiStream): (text: string) => void {
  let broken = false;
  stream.on?.('error', () => {
    broken = true;
  });
  return (text) => {
    if (broken) return;
    try {
      stream.write(text);
    } catch {
      broken = true;
    }
  };
}

/** Nothing that goes wrong while showing a run may touch the run. */
function unbreakable(ui: Ui): Ui {
  const guarded = (show: () => void): void => {
    try {
      show();
    } catch {
      // The journal has it all; what can't be shown is not worth a run.
    }
  };
  return {
    event(event) {
      guarded(() => {
        ui.event(event);
      });
    },
    progress(label, progress) {
      guarded(() => {
        ui.progress(label, progress);
      });
    },
    async finish(summary) {
      try {
        await ui.finish(summary);
      } catch {
        // As above.
      }
    },
  };
}
